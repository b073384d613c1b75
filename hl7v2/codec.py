"""Reading and writing segments without moving anything: what was read is written back byte for byte (HL7 v2.5 ch. 2).

A `Segment` keeps its fields as they stood, escapes included, so that trailing empty parts, foreign components and
unknown segments survive; its accessors split and unescape on demand. Counting starts at 1, as in the standard,
and the first field of MSH, FHS and BHS is the separator itself.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hl7v2.escapes import STANDARD, Delimiters, escape, unescape
from kernel.errors import Invalid

HEADERS = frozenset({"MSH", "FHS", "BHS"})
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Composite:
    """One repetition of a field: components, themselves made of subcomponents."""

    raw: str
    delimiters: Delimiters = STANDARD

    def components(self) -> tuple[str, ...]:
        """Raw components, empty ones included; one empty component for an empty field."""
        return tuple(self.raw.split(self.delimiters.component))

    def subcomponents(self, component: int) -> tuple[str, ...]:
        """Raw subcomponents of a component; one empty when it is absent."""
        return tuple(self.raw_component(component).split(self.delimiters.subcomponent))

    def raw_component(self, component: int) -> str:
        """A component as it stands; empty when absent."""
        components = self.raw.split(self.delimiters.component)
        return components[component - 1] if component <= len(components) else ""

    def text(self, component: int = 1, subcomponent: int = 0) -> str:
        """Unescaped text of a component, or of one of its subcomponents; empty when absent."""
        raw = self.raw_component(component)
        if subcomponent:
            parts = raw.split(self.delimiters.subcomponent)
            raw = parts[subcomponent - 1] if subcomponent <= len(parts) else ""
        return unescape(raw, self.delimiters)


@dataclass(frozen=True, slots=True)
class Segment:
    """One line: a name of three characters, and raw fields (`fields[0]` is field 1)."""

    name: str
    fields: tuple[str, ...]
    delimiters: Delimiters = STANDARD

    def raw(self, field: int) -> str:
        """A field as it stands; empty when absent."""
        return self.fields[field - 1] if field <= len(self.fields) else ""

    def text(self, field: int) -> str:
        """A field taken as one text, unescaped: delimiters that should have been escaped are kept as they are."""
        return unescape(self.raw(field), self.delimiters)

    def repetitions(self, field: int) -> tuple[Composite, ...]:
        """The repetitions of a field; none for an empty field."""
        raw = self.raw(field)
        return tuple(Composite(r, self.delimiters) for r in raw.split(self.delimiters.repetition)) if raw else ()

    def first(self, field: int) -> Composite:
        """The first repetition of a field, empty when absent."""
        return Composite(self.raw(field).partition(self.delimiters.repetition)[0], self.delimiters)


Message = tuple[Segment, ...]


def lines(text: str) -> list[str]:
    """The lines of a text, whether they end with CR, LF or CRLF; blank lines are dropped."""
    return [line for line in _LINE_END.split(text) if line.strip()]


def decode_segment(line: str, delimiters: Delimiters = STANDARD) -> Segment:
    """One line as a segment; MSH, FHS and BHS declare their own delimiters. `Invalid` (`E07`) without a name."""
    name = line[:3]
    if name in HEADERS:
        declared = Delimiters.declared(line)
        return Segment(name, (declared.field, *line[4:].split(declared.field)), declared)
    if _NAME.fullmatch(name) is None or line[3:4] not in ("", delimiters.field):
        raise Invalid.because(
            "E07", f"Ligne sans nom de segment : « {line[:12]} ».", "Un segment commence par trois lettres puis |."
        )
    return Segment(name, tuple(line[4:].split(delimiters.field)) if len(line) > 3 else (), delimiters)


def encode_segment(segment: Segment) -> str:
    """The segment as a line, without its line end."""
    separator = segment.delimiters.field
    if segment.name in HEADERS:
        return segment.name + separator + separator.join(segment.fields[1:])
    return separator.join((segment.name, *segment.fields))


def decode_message(text: str) -> Message:
    """The segments of one message; `Invalid` when it does not start with MSH or a line is no segment."""
    found = lines(text)
    if not found or not found[0].startswith("MSH"):
        raise Invalid.because("E07", "Le message ne commence pas par MSH.", "Vérifier le début du fichier.", "MSH(1)")
    delimiters = Delimiters.declared(found[0])
    return tuple(decode_segment(line, delimiters) for line in found)


def encode_message(segments: Iterable[Segment]) -> str:
    """The segments as text, each ended by CR alone."""
    return "".join(encode_segment(s) + "\r" for s in segments)


def composite(*components: str) -> str:
    """Components given as texts, escaped and joined; trailing empty ones are not sent."""
    return joined("^", (escape(c) for c in components))


def joined(separator: str, parts: Iterable[str]) -> str:
    """Raw parts joined, without trailing empty ones."""
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return separator.join(kept)


def segment(name: str, fields: Mapping[int, str]) -> Segment:
    """A segment from raw fields by number (standard delimiters); trailing empty fields are not sent."""
    last = max((n for n, raw in fields.items() if raw), default=0)
    return Segment(name, tuple(fields.get(n, "") for n in range(1, last + 1)))


def header(name: str, fields: Mapping[int, str]) -> Segment:
    """MSH, FHS or BHS from raw fields 3 and on, with the standard delimiters."""
    return segment(name, {1: STANDARD.field, 2: STANDARD.encoding_characters, **fields})
