"""Mails handed over to a real SMTP server on this machine, and each way that it may not take them."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from document.mssante.message import write_mail
from document.mssante.submission import SmtpAccount, SmtpMailer, SmtpSecurity
from kernel.errors import CircuitbioError
from prescription.documents.ports import Mailer, MailRefused, MailUnavailable
from tests.document.mssante.mails import OPTIONS, SENDER, mail_of
from tests.document.mssante.operator import PASSWORD, USER, Credentials, Operator, serving

# The server of the tests warns of what implicit TLS makes harmless.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

MESSAGE = write_mail(mail_of(), OPTIONS)
RECIPIENT = "labo@bio.mssante.example"


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return Credentials.made_in(tmp_path_factory.mktemp("operator"))


@pytest.fixture
def account(credentials: Credentials) -> SmtpAccount:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    return SmtpAccount(
        "127.0.0.1", SENDER, port, user=USER, password=PASSWORD, authorities=credentials.certificate, seconds=5
    )


def _refusal(account: SmtpAccount) -> CircuitbioError:
    with pytest.raises(CircuitbioError) as refusal:
        SmtpMailer(account).send(MESSAGE, RECIPIENT)
    shown = f"{refusal.value!r} {refusal.value.findings} {refusal.value.__cause__!r}"
    for secret in (PASSWORD, USER, RECIPIENT, SENDER):
        assert secret not in shown
    return refusal.value


@pytest.mark.parametrize("security", SmtpSecurity)
def test_a_mail_arrives_byte_for_byte(security: SmtpSecurity, account: SmtpAccount, credentials: Credentials) -> None:
    operator = Operator()
    with serving(operator, credentials, account.port, implicit=security is SmtpSecurity.TLS):
        mailer: Mailer = SmtpMailer(replace(account, security=security))
        mailer.send(MESSAGE, RECIPIENT)
    (taken,) = operator.taken
    assert (taken.mail_from, taken.rcpt_tos) == (SENDER, [RECIPIENT])
    assert taken.content == MESSAGE
    assert operator.greeted == {"structure.mssante.example"}


def test_a_mail_whose_answer_never_came_is_not_known_to_have_arrived(
    account: SmtpAccount, credentials: Credentials
) -> None:
    operator = Operator(breaks_after="data")
    with serving(operator, credentials, account.port):
        assert _refusal(account).code == "mail-unreachable"  # the same bytes are sent again
    assert len(operator.taken) == 1


def test_a_connection_that_breaks_later_takes_nothing_back(account: SmtpAccount, credentials: Credentials) -> None:
    operator = Operator(breaks_after="quit")
    with serving(operator, credentials, account.port):
        SmtpMailer(account).send(MESSAGE, RECIPIENT)
    assert len(operator.taken) == 1


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"recipient": "550 5.1.1 labo@bio.mssante.example unknown"}, MailRefused, "recipient-refused"),
        ({"recipient": "450 4.2.1 later"}, MailUnavailable, "mail-later"),
        ({"sender": "553 5.1.8 no"}, MailRefused, "sender-refused"),
        ({"sender": "451 4.3.0 later"}, MailUnavailable, "mail-later"),
        ({"sender": "530 5.7.0 Authentication required"}, MailUnavailable, "mail-login"),
        ({"data": "552 5.3.4 too large"}, MailRefused, "mail-refused"),
        ({"data": "554 5.7.1 refused"}, MailRefused, "mail-refused"),
        ({"data": "452 4.3.1 full"}, MailUnavailable, "mail-later"),
        ({"data": "421 4.3.2 closing"}, MailUnavailable, "mail-later"),
    ],
)
def test_a_refusal_is_for_good_or_for_now(
    answers: dict[str, str], kind: type[CircuitbioError], code: str, account: SmtpAccount, credentials: Credentials
) -> None:
    with serving(Operator(**answers), credentials, account.port):
        refusal = _refusal(account)
    assert (type(refusal), refusal.code) == (kind, code)


def test_nothing_is_sent_in_clear_nor_to_whom_no_authority_answers_for(
    account: SmtpAccount, credentials: Credentials
) -> None:
    operator = Operator()
    with serving(operator, None, account.port):
        assert _refusal(account).code == "mail-no-tls"
    with serving(operator, credentials, account.port):
        assert _refusal(replace(account, authorities=None)).code == "mail-no-tls"
    with serving(operator, credentials, account.port, implicit=True):
        assert _refusal(replace(account, authorities=None, security=SmtpSecurity.TLS)).code == "mail-no-tls"
    assert operator.taken == []


def test_a_wrong_password_waits_for_a_right_one(account: SmtpAccount, credentials: Credentials) -> None:
    with serving(Operator(), credentials, account.port):
        assert _refusal(replace(account, password="wrong")).code == "mail-login"
        assert _refusal(replace(account, user="")).code == "mail-login"


def test_nobody_there_silence_and_nonsense_are_for_now(account: SmtpAccount) -> None:
    assert _refusal(account).code == "mail-unreachable"
    with socket.create_server(("127.0.0.1", account.port)):
        assert _refusal(replace(account, seconds=0.2)).code == "mail-unreachable"


@pytest.mark.parametrize("greeting", [b"554 no service\r\n", b"\x00\xff\r\n", b"220 " + b"x" * 100_000])
def test_a_strange_greeting_refuses_nothing_for_good(
    greeting: bytes, account: SmtpAccount, answered: Callable[[int, bytes], None]
) -> None:
    answered(account.port, greeting)
    assert isinstance(_refusal(account), MailUnavailable)


@pytest.fixture
def answered() -> object:
    """One connection that gets these bytes, and an end."""
    from threading import Thread

    threads = []

    def begin(port: int, words: bytes) -> None:
        server = socket.create_server(("127.0.0.1", port))

        def answer() -> None:
            with server, server.accept()[0] as peer:
                peer.sendall(words)

        threads.append(Thread(target=answer))
        threads[-1].start()

    yield begin
    for thread in threads:
        thread.join(5)


def test_the_password_shows_nowhere(account: SmtpAccount, tmp_path: Path) -> None:
    assert PASSWORD not in repr(account) + repr(SmtpMailer(account))
