"""The secure messaging of the settings: whole, or told in one line."""

from pathlib import Path

import pytest

from circuitbio.mailing import mailing_of
from circuitbio.settings import Settings
from document.mssante.submission import SmtpAccount, SmtpMailer, SmtpSecurity
from kernel.errors import Invalid

SENDER = "cabinet@structure.mssante.example"


def _settings(**given: object) -> Settings:
    return Settings(smtp_host="127.0.0.1", smtp_sender=SENDER, **given)  # type: ignore[arg-type]


def test_without_a_server_nothing_is_mailed() -> None:
    assert mailing_of(Settings()) is None


def test_the_account_is_that_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("à garder pour soi\n", "utf-8")
    mailing = mailing_of(_settings(smtp_user="cabinet", smtp_password_file=tmp_path / "password", smtp_security="tls"))
    assert mailing is not None
    assert mailing.domain == "structure.mssante.example"
    assert mailing.mailer == SmtpMailer(
        SmtpAccount("127.0.0.1", SENDER, 587, SmtpSecurity.TLS, "cabinet", "à garder pour soi")
    )
    assert "garder" not in repr(mailing)


@pytest.mark.parametrize("content", [b"", b"\n", b"a\nb\n", b"\xff\xfe", b"x" * 2000])
def test_a_file_that_is_no_password_is_refused_without_what_it_holds(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(content)
    with pytest.raises(Invalid) as refusal:
        mailing_of(_settings(smtp_user="cabinet", smtp_password_file=tmp_path / "password"))
    assert "SMTP_PASSWORD_FILE" in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        {"smtp_host": "h"},
        {"smtp_host": "h", "smtp_sender": "cabinet@example.com"},
        {"smtp_host": "h", "smtp_sender": SENDER, "smtp_user": "u"},
        {"smtp_host": "h", "smtp_sender": SENDER, "smtp_password": "p"},
        {"smtp_user": "u", "smtp_password": "p", "smtp_password_file": "f"},
    ],
)
def test_half_a_messaging_does_not_start(given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        Settings(**given).check_start()  # type: ignore[arg-type]
    assert "SMTP" in refusal.value.findings[0].hint
