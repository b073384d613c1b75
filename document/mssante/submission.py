"""Handing mails over to an operator: message submission (RFC 6409) over TLS, with a login (RFC 4954, RFC 8314)."""

import base64
import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from prescription.documents.ports import MailRefused, MailUnavailable

_TRANSIENT = range(400, 500)
# What a refusal says when the login is what lacks, at whatever command (RFC 4954 §6).
_LOGGED_IN = 235
_LOGIN = frozenset({530, 534, 535, 538})
_CHECK = "Vérifier les réglages CIRCUITBIO_SMTP_… ; l'envoi est repris plus tard."
_LATER = "L'envoi est repris plus tard."


class SmtpSecurity(StrEnum):
    """How the connection is kept secret; never in clear."""

    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """Where mails are handed over, and as whom. `authorities` is a PEM file, in place of those of the system."""

    host: str
    sender: str
    port: int = 587
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: Path | None = None
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """The `Mailer` of an account; a connection for each mail."""

    account: SmtpAccount

    def send(self, message: bytes, recipient: str) -> None:
        """Hands over one message; returns once the other side has taken it.

        `MailRefused` (`mail-refused`, `recipient-refused`, `sender-refused`) for good, `MailUnavailable` otherwise
        (`mail-unreachable`, `mail-no-tls`, `mail-login`, `mail-later`). What the other side said is not repeated: it
        may hold an address.
        """
        client: smtplib.SMTP | None = None
        try:
            client = self._connected()
            self._logged_in(client)
            client.sendmail(self.account.sender, [recipient], message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _sorted(
                codes[0] if codes else 0, "recipient-refused", "L'adresse du destinataire est refusée."
            ) from None
        except smtplib.SMTPSenderRefused as error:
            raise _sorted(error.smtp_code, "sender-refused", "L'adresse de l'expéditeur est refusée.") from None
        except smtplib.SMTPHeloError:
            raise _unavailable("mail-unreachable", "La messagerie ne sert pas pour l'instant.", _LATER) from None
        except smtplib.SMTPResponseException as error:
            raise _sorted(error.smtp_code, "mail-refused", "Le message est refusé par l'opérateur.") from None
        except (smtplib.SMTPException, OSError, UnicodeError):
            raise _unavailable("mail-unreachable", "La messagerie ne répond pas.", _LATER) from None
        finally:
            if client is not None:
                _leave(client)

    def _connected(self) -> smtplib.SMTP:
        account = self.account
        name = account.sender.rpartition("@")[2]  # said at EHLO: not the name of this machine, nor a look-up of it
        try:
            trust = ssl.create_default_context(cafile=account.authorities)
            if account.security is SmtpSecurity.TLS:
                return smtplib.SMTP_SSL(account.host, account.port, name, timeout=account.seconds, context=trust)
            client = smtplib.SMTP(account.host, account.port, name, timeout=account.seconds)
        except ssl.SSLError:
            raise _no_tls() from None
        except smtplib.SMTPResponseException:  # whatever its greeting says, the mail was not even seen
            raise _unavailable("mail-unreachable", "La messagerie ne sert pas pour l'instant.", _LATER) from None
        try:
            client.starttls(context=trust)
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException, ssl.SSLError):
            client.close()
            raise _no_tls() from None
        except BaseException:
            client.close()
            raise
        return client

    def _logged_in(self, client: smtplib.SMTP) -> None:
        """PLAIN (RFC 4616) or LOGIN, under TLS, in UTF-8: `smtplib` by itself knows passwords in ASCII only."""
        user, password = self.account.user, self.account.password
        if not user:
            return
        client.ehlo_or_helo_if_needed()
        offered = str(client.esmtp_features.get("auth", "")).upper().split()
        if "PLAIN" in offered:
            code, _ = client.docmd("AUTH", f"PLAIN {_in_base64(f'{chr(0)}{user}{chr(0)}{password}')}")
        elif "LOGIN" in offered:
            client.docmd("AUTH", f"LOGIN {_in_base64(user)}")
            code, _ = client.docmd(_in_base64(password))
        else:
            raise _login_refused()
        if code != _LOGGED_IN:
            raise _login_refused()


def _in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _sorted(code: int, name: str, message: str) -> MailRefused | MailUnavailable:
    """Permanent (5yz) or temporary (4yz, and 421 wherever it comes; RFC 5321 §4.2.1)."""
    if code in _LOGIN:
        return _login_refused()
    if code in _TRANSIENT:
        return _unavailable("mail-later", "La messagerie demande d'attendre.", _LATER)
    return MailRefused.because(name, message, "Vérifier l'adresse et le message, puis renvoyer.")


def _login_refused() -> MailUnavailable:
    return _unavailable("mail-login", "La messagerie refuse l'identifiant ou le mot de passe.", _CHECK)


def _no_tls() -> MailUnavailable:
    message = "La messagerie ne chiffre pas la connexion, ou n'a pas de certificat valable."
    return _unavailable("mail-no-tls", message, _CHECK)


def _unavailable(code: str, message: str, hint: str) -> MailUnavailable:
    return MailUnavailable.because(code, message, hint)


def _leave(client: smtplib.SMTP) -> None:
    """Whatever happens now, the mail was taken or refused already."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        client.quit()
    client.close()
