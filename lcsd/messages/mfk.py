"""MFK, the acknowledgement of a master file: `MSH MSA [{ERR}] MFI [{MFA}]` (`lcsd.md` §2, §6.3; HL7 v2.5 ch. 8).

One ERR, the first error, since IHE allows one; every error of an entry stands in its MFA-4. A replacement is whole or
nothing: with any error, no entry is applied.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hl7v2.charset import Charset
from hl7v2.codec import Composite, Message, Segment, composite, decode_segment, header, segment
from hl7v2.escapes import STANDARD, escape, unescape
from hl7v2.timestamps import write_ts
from kernel.errors import Invalid
from kernel.findings import Finding, errors
from lcsd.groups import MessageLayout
from lcsd.master_files import MasterFile

_PLACE = re.compile(
    r"(?P<segment>[A-Z][A-Z0-9]{2})(?:\((?P<occurrence>[0-9]+)\))?"
    r"(?:-(?P<field>[0-9]+)(?:\.(?P<component>[0-9]+))?(?:\[(?P<repetition>[0-9]+)\])?)?$",
    re.ASCII,
)
_ACKNOWLEDGES = "MFK"
_TEXT = 199
_NOT_APPLIED = "Non appliqué : remplacement refusé"


class Code(StrEnum):
    """MSA-1 in the original mode: imported or to come, wrong in its content, refused before its content was read."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


# What a code of lcsd.md §9 is called in HL7 table 0357.
_CONDITIONS = {
    "E01": ("100", "Segment sequence error"),
    "E04": ("205", "Duplicate key identifier"),
    "E05": ("103", "Table value not found"),
    "E06": ("103", "Table value not found"),
    "E07": ("100", "Segment sequence error"),
    "E08": ("101", "Required field missing"),
    "E10": ("103", "Table value not found"),
    "E12": ("205", "Duplicate key identifier"),
    "E14": ("204", "Unknown key identifier"),
    "E15": ("100", "Segment sequence error"),
    "E18": ("101", "Required field missing"),
}
_EVENT_CONDITIONS = {
    "9": ("201", "Unsupported event code"),
    "11": ("202", "Unsupported processing id"),
    "12": ("203", "Unsupported version id"),
}
_UNKNOWN_SENDER = ("204", "Unknown key identifier")
_DATA_ERROR = ("102", "Data type error")
_INTERNAL = ("207", "Application internal error")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message, and why: errors only with AE or AR."""

    code: Code
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """MSA-1, MSA-2, the sentence of the first error, and the message as it came."""

    code: Code
    control_id: str
    text: str
    data: bytes

    @property
    def accepted(self) -> bool:
        """Whether the master file is imported, or will be at its date."""
        return self.code is Code.ACCEPTED


def build_mfk(received: MessageLayout, verdict: Verdict, control_id: str, now: datetime) -> Message:
    """The acknowledgement of a message that has at least a MSH; what it lacks is answered with what is known.

    `control_id` is the MSH-10 of the answer, at most 20 characters. What is no MFN is answered by an ACK.
    """
    msh, mfi = received.first("MSH"), received.first("MFI")
    assert msh is not None, "without a MSH there is nobody to answer"
    head = _build_msh(msh.segment, control_id, now)
    msa = segment("MSA", {1: verdict.code.value, 2: _standard(msh.segment.first(10))})
    found = errors(verdict.findings)
    message = [head, msa, *([_build_err(found[0])] if found else [])]
    if not head.raw(9).startswith(_ACKNOWLEDGES):
        return tuple(message)
    message.append(_build_mfi(mfi.segment if mfi else None, msh.segment, now))
    return (*message, *_build_mfas(received, verdict, now))


def read_answers(data: bytes) -> tuple[str, tuple[Answer, ...]]:
    """BHS-12 (empty without a batch) and the answers of a message or a batch; what is no answer is left out.

    `Invalid` (`E07`) for what is no HL7 at all.
    """
    segments = [
        decode_segment(line) for line in data.decode("utf-8", "replace").replace("\n", "\r").split("\r") if line
    ]
    replied = next((s.text(12) for s in segments if s.name == "BHS"), "")
    messages: list[list[Segment]] = []
    for one in segments:
        if one.name == "MSH":
            messages.append([])
        if messages:
            messages[-1].append(one)
    found = (_answer(message, data) for message in messages)
    return replied, tuple(answer for answer in found if answer)


def _answer(message: Sequence[Segment], data: bytes) -> Answer | None:
    named = {one.name: one for one in reversed(message)}
    msa, err = named.get("MSA"), named.get("ERR")
    if msa is None or msa.text(1) not in set(Code) or message[0].first(9).text() not in (_ACKNOWLEDGES, "ACK"):
        return None
    said = f"{err.raw(2)} {err.text(8) or err.text(7)}".strip() if err else ""
    return Answer(Code(msa.text(1)), msa.text(2), said[:1000], data)


def _build_msh(msh: Segment, control_id: str, now: datetime) -> Segment:
    event, trigger = (msh.first(9).raw_component(n) for n in (1, 2))
    kind = composite(_ACKNOWLEDGES, trigger, "MFK_M01") if event == "MFN" else composite("ACK", trigger, "ACK")
    return header(
        "MSH",
        {
            3: _standard(msh.first(5)),
            4: _standard(msh.first(6)),
            5: _standard(msh.first(3)),
            6: _standard(msh.first(4)),
            7: write_ts(now),
            9: kind,
            10: escape(control_id),
            11: msh.first(11).text() if msh.first(11).raw in ("P", "T", "D") else "P",
            12: composite("2.5", "FRA"),
            17: "FRA",
            18: Charset.UTF8.value,
        },
    )


def _build_err(finding: Finding) -> Segment:
    place = _PLACE.search(finding.path)
    parts = place.groupdict() if place else {}
    located = [parts.get(name) or "" for name in ("segment", "occurrence", "field", "repetition", "component")]
    if located[0] and not located[1]:
        located[1] = "1"
    number, text = condition(finding)
    return segment(
        "ERR",
        {
            2: composite(*located),
            3: composite(number, text, "HL70357"),
            4: "E",
            7: escape(f"{finding.code} {finding.path}".strip()[:250]),
            8: escape(" ".join(filter(None, (finding.message, finding.hint)))[:250]),
        },
    )


def condition(finding: Finding) -> tuple[str, str]:
    """Code and text of HL7 table 0357 for a finding."""
    place = _PLACE.search(finding.path)
    if finding.code == "E03":
        known = _EVENT_CONDITIONS.get(place["field"] or "" if place else "")
        return known or _UNKNOWN_SENDER
    return _CONDITIONS.get(finding.code, _DATA_ERROR if finding.code.startswith("E") else _INTERNAL)


def _build_mfi(mfi: Segment | None, msh: Segment, now: datetime) -> Segment:
    """The MFI that came; else what can be said of the master file."""
    if mfi is not None:
        return segment("MFI", {n: "~".join(map(_standard, mfi.repetitions(n))) for n in range(1, 7)})
    file = MasterFile.of_trigger(msh.first(9).raw_component(2)) or MasterFile.NUMERIC
    code = composite(file.code, file.text, "HL70175")
    return segment("MFI", {1: code, 2: _standard(msh.first(3)), 3: "REP", 5: write_ts(now), 6: "AL"})


def _build_mfas(received: MessageLayout, verdict: Verdict, now: datetime) -> Iterator[Segment]:
    """One MFA an entry, as MFI-6 asks: AL all, ER failures, SU successes, NE none."""
    mfi = received.first("MFI")
    wanted = mfi.segment.raw(6) if mfi else ""
    accepted = verdict.code is Code.ACCEPTED
    if wanted == "NE" or (wanted == "ER" and accepted) or (wanted == "SU" and not accepted):
        return
    by_entry = _by_entry(received, errors(verdict.findings))
    for number, group in enumerate(received.groups):
        told = " ; ".join(f.message for f in by_entry.get(number, ())) or _NOT_APPLIED
        mfe = group.mfe.segment
        yield segment(
            "MFA",
            {
                1: _standard(mfe.first(1)),
                2: _standard(mfe.first(2)),
                3: write_ts(now),
                4: composite("S", "", "HL70181") if accepted else composite("U", told[:_TEXT], "HL70181"),
                5: "~".join(map(_standard, mfe.repetitions(4))),
                6: _standard(mfe.first(5)),
            },
        )


def _by_entry(received: MessageLayout, found: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The findings of each entry, told by the segment they are about."""
    places = {
        (placed.segment.name, placed.occurrence): number
        for number, group in enumerate(received.groups)
        for placed in (group.mfe, *group.parts)
    }
    told: dict[int, list[Finding]] = {}
    for finding in found:
        place = _PLACE.search(finding.path)
        if place and place["occurrence"]:
            number = places.get((place["segment"], int(place["occurrence"])))
            if number is not None:
                told.setdefault(number, []).append(finding)
    return told


def _standard(field: Composite) -> str:
    """One repetition with the standard delimiters, whatever those of the message; byte for byte when they are."""
    if field.delimiters == STANDARD:
        return field.raw
    try:
        return "^".join(
            "&".join(escape(unescape(part, field.delimiters)) for part in field.subcomponents(number))
            for number in range(1, len(field.components()) + 1)
        )
    except Invalid:
        return escape(field.raw)
