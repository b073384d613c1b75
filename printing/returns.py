"""How results come back: secure messaging, then the further channels, the urgent one first (printing.md §2, Z7)."""

from prescription.line import Line, ResultReturn, ReturnWhen
from prescription.prescription import Prescription
from printing import wording
from printing.contacts import contact, correspondent, is_secure, value
from printing.french import typeset

_WHEN = {
    ReturnWhen.URGENT: "En urgence",
    ReturnWhen.PATHOLOGICAL: "Si résultat pathologique",
    ReturnWhen.OUT_OF_HOURS: "Hors heures ouvrées",
    ReturnWhen.ALWAYS: "Dans tous les cas",
}


def order_returns(prescription: Prescription) -> list[tuple[str, str]]:
    """(label, text) for each channel and each copy; secure messaging is always there."""
    author = prescription.author
    points = [*author.practitioner.telecom, *(author.organization.telecom if author.organization else ())]
    secure = next((value(point) for point in points if is_secure(point)), "")
    details = [(wording.SECURE_MESSAGING, secure)] if secure else [("", wording.SECURE_MESSAGING)]
    urgent_first = sorted(prescription.result_returns, key=lambda channel: channel.when is not ReturnWhen.URGENT)
    details += [(_WHEN[channel.when], channel_in_words(channel)) for channel in urgent_first]
    return details + [("Copie à", correspondent(copy)) for copy in prescription.result_copies]


def line_returns(line: Line) -> list[tuple[str, str]]:
    """(label, text) for each channel of one line; an urgent line calls back."""
    details = []
    for channel in line.result_returns:
        calls = channel.contact.system in ("phone", "sms")
        if line.urgent and calls and channel.when in (ReturnWhen.URGENT, ReturnWhen.ALWAYS):
            details.append(("", f"Urgent – rappeler au {_told(value(channel.contact), channel)}"))
        else:
            details.append((f"Retour, {_WHEN[channel.when].lower()}", channel_in_words(channel)))
    return details


def channel_in_words(channel: ResultReturn) -> str:
    """`Tél. : 01 23 45 67 89, dans les 60 minutes (secrétariat)`."""
    return _told(contact(channel.contact), channel)


def _told(text: str, channel: ResultReturn) -> str:
    if channel.within_minutes:
        text += typeset(f", dans les {channel.within_minutes} minutes")
    return text + (f" ({channel.note})" if channel.note else "")
