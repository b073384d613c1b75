"""Receipts of every kind, as RFC 3464 and RFC 8098 give them, and what is none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document.mssante.message import write_mail
from document.mssante.receipts import read_receipt
from kernel.errors import Invalid
from prescription.documents.receipt import Outcome, Receipt
from tests.document.mssante.mails import OPTIONS, mail_of

ID = "<6f9619ff@structure.mssante.example>"


def _report(kind: str, fields: str, returned: str = "", returned_type: str = "message/rfc822") -> bytes:
    last = f"--b\r\nContent-Type: {returned_type}\r\n\r\n{returned}\r\n" if returned else ""
    return (
        f"From: mailer@op.example\r\nContent-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPatient PAT-TROIS <a@b.example>\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n{last}--b--\r\n"
    ).encode()


def _dsn(*actions: tuple[str, str], returned_type: str = "message/rfc822") -> bytes:
    blocks = [f"Final-Recipient: rfc822; a@b.example\r\nAction: {a}\r\nStatus: {s}\r\n" for a, s in actions]
    fields = "Reporting-MTA: dns; op.example\r\n\r\n" + "\r\n".join(blocks)
    return _report("delivery-status", fields, f"Message-ID: {ID}\r\nSubject: x\r\n\r\nbody", returned_type)


def _mdn(disposition: str, more: str = "") -> bytes:
    fields = f"Final-Recipient: rfc822;a@b.example\r\nOriginal-Message-ID: {ID}\r\nDisposition: {disposition}\r\n{more}"
    return _report("disposition-notification", fields)


@pytest.mark.parametrize(
    ("received", "outcome", "status"),
    [
        (_dsn(("failed", "5.1.1 (unknown)")), Outcome.FAILED, "5.1.1"),
        (_dsn(("delayed", "4.4.7")), Outcome.DELAYED, "4.4.7"),
        (_dsn(("Delivered", "2.0.0")), Outcome.DELIVERED, "2.0.0"),
        (_dsn(("relayed", "2.0.0")), Outcome.DELIVERED, "2.0.0"),
        (_dsn(("delivered", "2.0.0"), ("failed", "5.2.2")), Outcome.FAILED, "5.2.2"),
        (_dsn(("failed", "no code"), returned_type="text/rfc822-headers"), Outcome.FAILED, ""),
        (_mdn("manual-action/MDN-sent-manually; displayed"), Outcome.DISPLAYED, "displayed"),
        (_mdn("automatic-action/MDN-sent-automatically; processed"), Outcome.DELIVERED, "processed"),
        (_mdn("automatic-action/MDN-sent-automatically; deleted"), Outcome.DELIVERED, "deleted"),
        (
            _mdn("automatic-action/MDN-sent-automatically; processed/error", "Error: 902^Patient inconnu\r\n"),
            Outcome.FAILED,
            "processed/error",
        ),
        (
            _mdn("automatic-action/MDN-sent-automatically; processed/Error: 902^Patient PAT-TROIS inconnu"),
            Outcome.FAILED,
            "processed/error",
        ),
    ],
)
def test_a_receipt_tells_of_which_mail_and_what_became_of_it(received: bytes, outcome: Outcome, status: str) -> None:
    assert read_receipt(received) == Receipt(ID, outcome, status)


def test_a_receipt_that_carries_the_whole_mail_back_is_read() -> None:
    mail = write_mail(replace(mail_of(), message_id=ID), OPTIONS).decode() + "x\r\n" * 3_000_000
    fields = "Disposition: automatic-action/MDN-sent-automatically; processed\r\n"
    assert read_receipt(_report("disposition-notification", fields, mail)) == Receipt(
        ID, Outcome.DELIVERED, "processed"
    )


@pytest.mark.parametrize(
    ("code", "received"),
    [
        ("not-a-receipt", b""),
        ("not-a-receipt", b"Subject: Re: XDM\r\n\r\nmerci"),
        ("not-a-receipt", _mdn("nothing known")),
        ("not-a-receipt", _report("delivery-status", "Action: dancing\r\n")),
        ("not-a-receipt", b"Content-Type: message/rfc822\r\n\r\n" * 3000),
        ("not-a-receipt", b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' * 3000),
        ("no-message-id", _dsn(("failed", "5.1.1")).replace(ID.encode(), b"none")),
        ("no-message-id", _mdn("manual-action/MDN-sent-manually; displayed").replace(b"<6f9619ff@", b"<6f 9619ff@")),
        ("receipt-too-large", bytes(30_000_001)),
    ],
)
def test_what_is_no_receipt_is_refused(code: str, received: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_receipt(received)
    assert refusal.value.code == code


@given(st.data())
def test_a_damaged_receipt_is_refused_or_read_without_a_word_of_the_other_side(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([_dsn(("failed", "5.1.1")), _mdn("manual-action/MDN-sent-manually; displayed")]))
    at = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=8))
    try:
        found = read_receipt(whole[:at] + noise + whole[at + len(noise) :])
    except Invalid:
        return
    assert "PAT-TROIS" not in f"{found.message_id}{found.status}"


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(Invalid):
        read_receipt(noise)
