"""The secure messaging that the settings name: who hands mails over, and who writes them."""

from dataclasses import dataclass
from pathlib import Path

from circuitbio.settings import Settings
from document.mssante.message import MailOptions, write_mail
from document.mssante.submission import SmtpAccount, SmtpMailer
from kernel.errors import Invalid
from prescription.documents.ports import Mail, Mailer

_LONGEST_PASSWORD = 1000


@dataclass(frozen=True, slots=True)
class Mailing:
    """What sends mails: `domain` is that of the mailbox, which Message-IDs are made in."""

    mailer: Mailer
    options: MailOptions
    domain: str

    def write(self, mail: Mail) -> bytes:
        """A mail of this mailbox."""
        return write_mail(mail, self.options)


def mailing_of(settings: Settings) -> Mailing | None:
    """None without a server; `Invalid` (`settings`) in one line when the password cannot be read."""
    if not settings.smtp_host:
        return None
    file, password = settings.smtp_password_file, settings.smtp_password
    account = SmtpAccount(
        host=settings.smtp_host,
        sender=settings.smtp_sender,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=_line_of(file) if file else password.get_secret_value() if password else "",
        authorities=settings.smtp_authorities,
    )
    options = MailOptions(settings.smtp_sender, settings.mssante_product, receipt=settings.smtp_receipt)
    return Mailing(SmtpMailer(account), options, settings.smtp_sender.rpartition("@")[2])


def _line_of(file: Path) -> str:
    """The one line of the file."""
    try:
        line, *more = file.read_text("utf-8").splitlines() or [""]
    except (OSError, UnicodeDecodeError):
        line, more = "", []
    if not line or len(line) > _LONGEST_PASSWORD or any(more):
        raise Invalid.because(
            "settings",
            "CIRCUITBIO_SMTP_PASSWORD_FILE : le fichier ne donne pas un mot de passe sur une ligne.",
            "Donner un fichier lisible par le service, et par lui seul.",
        )
    return line
