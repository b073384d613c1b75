"""Receipts read: delivery status notifications (RFC 3464) and receipts of reading (RFC 8098), from anyone.

Of a receipt only the Message-ID it tells of, what became of it and a code are taken: never words, never an address. A
receipt may carry the whole mail back, attachments included; nothing of it is opened but its Message-ID.
"""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from kernel.errors import Invalid
from prescription.documents.receipt import Outcome, Receipt

LARGEST = 30_000_000
# What tells of the mail comes before the mail itself: no more than this is parsed, and a receipt has few boundaries.
_READ = 256 * 1024
_MOST_BOUNDARIES = 20
_MOST_PARTS = 50
_MESSAGE_ID = re.compile(r"<[^<>\s@\x00-\x1f\x7f]{1,200}@[^<>\s@\x00-\x1f\x7f]{1,200}>")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
_ACTIONS = {
    "failed": Outcome.FAILED,
    "delayed": Outcome.DELAYED,
    "delivered": Outcome.DELIVERED,
    "relayed": Outcome.DELIVERED,
    "expanded": Outcome.DELIVERED,
}
_DISPOSITIONS = {
    "displayed": Outcome.DISPLAYED,
    "processed": Outcome.DELIVERED,
    "dispatched": Outcome.DELIVERED,
    "deleted": Outcome.DELIVERED,
    "denied": Outcome.DELIVERED,
    "failed": Outcome.FAILED,
}


def read_receipt(content: bytes) -> Receipt:
    """The receipt; `Invalid` (`receipt-too-large`, `not-a-receipt`, `no-message-id`) for anything else."""
    if len(content) > LARGEST:
        raise _refused("receipt-too-large", f"Plus de {LARGEST // 1_000_000} Mo : l'accusé n'est pas lu.")
    head = content[:_READ]
    found = _read(head) if head.lower().count(b"boundary") <= _MOST_BOUNDARIES else None
    if found is None:
        raise _refused("not-a-receipt", "Ce message n'est ni un avis de remise ni un accusé de lecture.")
    if not found.message_id:
        raise _refused("no-message-id", "L'accusé ne dit pas de quel message il parle.")
    return found


def _read(head: bytes) -> Receipt | None:
    try:
        parts = list(_parts(BytesParser(policy=compat32).parsebytes(head)))
        return _delivery_status(parts) or _disposition(parts)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):  # what the parser makes of garbage
        return None


def _refused(code: str, message: str) -> Invalid:
    return Invalid.because(code, message, "Le lire dans la messagerie.")


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a report, one below the other: no part of the mail that came back."""
    if not message.is_multipart() or message.get_content_type() != "multipart/report":
        return
    held = message.get_payload()
    yield from [part for part in held if isinstance(part, Message)][:_MOST_PARTS] if isinstance(held, list) else []


def _delivery_status(parts: list[Message]) -> Receipt | None:
    """RFC 3464 §2: a block for the message, then one for each recipient; the gravest counts."""
    blocks = [block for part in parts if part.get_content_type() == "message/delivery-status" for block in _held(part)]
    told = [(_ACTIONS[action], _status(block)) for block in blocks if (action := _field(block, "Action")) in _ACTIONS]
    if not told:
        return None
    outcome, status = min(told, key=lambda each: list(Outcome).index(each[0]))
    return Receipt(_returned_id(parts), outcome, status)


def _disposition(parts: list[Message]) -> Receipt | None:
    """RFC 8098 §3.2.6: `mode; type/modifier`. A French volume of before 2026 wrote the error after the modifier."""
    for part in parts:
        if part.get_content_type() != "message/disposition-notification":
            continue
        for block in _held(part) or [part]:
            type_, _, modifier = _field(block, "Disposition").rpartition(";")[2].strip().partition("/")
            outcome = _DISPOSITIONS.get(type_.strip())
            if outcome is None:
                continue
            failed = modifier.strip().startswith(("error", "failure"))
            original = _message_id(block.get("Original-Message-ID")) or _returned_id(parts)
            status = f"{type_.strip()}/error" if failed else type_.strip()
            return Receipt(original, Outcome.FAILED if failed else outcome, status)
    return None


def _held(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _field(block: Message, name: str) -> str:
    """A field in small letters, without the comment that may follow."""
    return str(block.get(name, ""))[:500].partition("(")[0].strip().lower()


def _status(block: Message) -> str:
    found = _STATUS.search(_field(block, "Status"))
    return found[0] if found else ""


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID of the mail that came back, whole or its headers alone (RFC 6522 §3)."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            return next((_message_id(mail.get("Message-ID")) for mail in _held(part)), "")
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes):
                return _message_id(BytesParser(policy=compat32).parsebytes(headers, headersonly=True).get("Message-ID"))
    return ""


def _message_id(value: object) -> str:
    found = _MESSAGE_ID.search(str(value or "")[:1000])
    return found[0] if found else ""
