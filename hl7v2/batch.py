"""The batch file protocol (HL7 v2.5 ch. 2): `FHS BHS {message} BTS FTS`, one batch, counts checked.

Reading never stops at the first fault: it returns what could be read and every finding, so that a truncated file
is refused with the place of each fault. Codes are those of `lcsd.md` §9: E01 envelope, E02 characters, E07 segments.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hl7v2.charset import UTF8_MARK, Charset, declared_charset, decode
from hl7v2.codec import Message, Segment, decode_segment, encode_message, encode_segment, segment
from hl7v2.escapes import Delimiters
from kernel.errors import Invalid
from kernel.findings import Finding, Severity

ORDER = ("FHS", "BHS", "BTS", "FTS")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_HINT_WHOLE = "Fichier tronqué ou enveloppe incomplète : redemander l'envoi complet."


@dataclass(frozen=True, slots=True)
class Batch:
    """What an exchange file holds; a header is None when it is missing or unreadable.

    `data` are the bytes of each message, its segments ended by CR, as it would travel alone.
    """

    file_header: Segment | None
    batch_header: Segment | None
    messages: tuple[Message, ...]
    data: tuple[bytes, ...] = ()


def write_batch(file_header: Segment, batch_header: Segment, messages: Sequence[Message]) -> bytes:
    """The file as UTF-8 bytes, segments ended by CR alone, no byte order mark; counts in BTS-1 and FTS-1."""
    parts = [
        encode_segment(file_header) + "\r",
        encode_segment(batch_header) + "\r",
        *(encode_message(m) for m in messages),
        encode_segment(segment("BTS", {1: str(len(messages))})) + "\r",
        encode_segment(segment("FTS", {1: "1"})) + "\r",
    ]
    return "".join(parts).encode("utf-8")


def read_batch(data: bytes) -> tuple[Batch, tuple[Finding, ...]]:
    """The batch and every finding about its envelope, its characters and its lines; errors mean: import nothing."""
    findings: list[Finding] = []
    if data.startswith(UTF8_MARK):
        data = data[len(UTF8_MARK) :]
        findings.append(Finding(Severity.WARNING, "E02", "Marque d'ordre des octets en tête de fichier, ignorée."))
    found = [line for line in _LINE_END.split(data) if line.strip()]
    envelope, blocks = _sort(found, findings)
    charset = _first_charset(blocks)
    headers = {name: _envelope_segment(envelope, name, charset, findings) for name in ORDER}
    read = [(m, block) for n, block in enumerate(blocks, 1) if (m := _message(n, block, findings))]
    _check_counts(headers, len(blocks), findings)
    sent = tuple(b"".join(line + b"\r" for line in block) for _, block in read)
    return Batch(headers["FHS"], headers["BHS"], tuple(m for m, _ in read), sent), tuple(findings)


def read_message(data: bytes) -> tuple[Message | None, tuple[Finding, ...]]:
    """One message that travels alone, and every finding about its lines; None when a line could not be read."""
    findings: list[Finding] = []
    found = [line for line in _LINE_END.split(data) if line.strip()]
    if not found or not found[0].startswith(b"MSH"):
        return None, (Finding(Severity.ERROR, "E07", "Le message ne commence pas par MSH.", path="MSH(1)"),)
    return _message(1, found, findings), tuple(findings)


def _sort(found: Sequence[bytes], findings: list[Finding]) -> tuple[dict[str, bytes], list[list[bytes]]]:
    """Envelope lines by name, and the lines of each message; what stands out of order is a finding."""
    envelope: dict[str, bytes] = {}
    blocks: list[list[bytes]] = []
    reached = -1
    for number, line in enumerate(found, 1):
        name = line[:3].decode("ascii", "replace")
        if name in ORDER:
            place = ORDER.index(name)
            if place <= reached:
                findings.append(_error(f"Segment {name} inattendu à la ligne {number}.", f"{name}(1)"))
            elif place == 1 and blocks:
                findings.append(_error(f"Segment {name} après un message, ligne {number}.", f"{name}(1)"))
            reached = max(reached, place)
            envelope.setdefault(name, line)
        elif reached >= ORDER.index("BTS"):
            findings.append(_error(f"Segment {name} après la fin du lot, ligne {number}.", f"{name} ligne {number}"))
        elif name == "MSH":
            blocks.append([line])
        elif blocks:
            blocks[-1].append(line)
        else:
            findings.append(_error(f"Segment {name} hors de tout message, ligne {number}.", f"{name} ligne {number}"))
    return envelope, blocks


def _first_charset(blocks: Sequence[Sequence[bytes]]) -> Charset:
    try:
        return declared_charset(blocks[0][0]) if blocks else Charset.UTF8
    except Invalid:
        return Charset.UTF8


def _envelope_segment(
    envelope: dict[str, bytes], name: str, charset: Charset, findings: list[Finding]
) -> Segment | None:
    if name not in envelope:
        findings.append(_error(f"Segment {name} absent.", f"{name}(1)", _HINT_WHOLE))
        return None
    try:
        return decode_segment(decode(envelope[name], charset, f"{name}(1)"))
    except Invalid as error:
        findings.extend(f if f.path else f.at(f"{name}(1)") for f in error.findings)
        return None


def _message(number: int, block: Sequence[bytes], findings: list[Finding]) -> Message | None:
    """The segments of one message, or None after a finding for each line that could not be read."""
    segments: list[Segment] = []
    try:
        charset = declared_charset(block[0])
        delimiters = Delimiters.declared(block[0].decode("latin-1"))
    except Invalid as error:
        findings.extend(f.at(f"message {number} {f.path}") for f in error.findings)
        return None
    good = True
    seen: Counter[str] = Counter()
    for line in block:
        name = line[:3].decode("ascii", "replace")
        seen[name] += 1
        path = f"message {number} {name}({seen[name]})"
        try:
            segments.append(decode_segment(decode(line, charset, path), delimiters))
        except Invalid as error:
            findings.extend(f if f.path else f.at(path) for f in error.findings)
            good = False
    return tuple(segments) if good else None


def _check_counts(headers: dict[str, Segment | None], messages: int, findings: list[Finding]) -> None:
    for name, expected, what in (("BTS", messages, "message(s)"), ("FTS", 1, "lot(s)")):
        trailer = headers[name]
        if trailer is not None and trailer.raw(1).strip() != str(expected):
            findings.append(
                _error(
                    f"{name}-1 annonce « {trailer.raw(1)[:20]} » {what}, le fichier en contient {expected}.",
                    f"{name}(1)-1",
                    _HINT_WHOLE,
                )
            )


def _error(message: str, path: str, hint: str = "Attendu : FHS BHS, les messages, BTS FTS.") -> Finding:
    return Finding(Severity.ERROR, "E01", message, hint, path)
