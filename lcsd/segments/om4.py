"""OM4, specimen: one container, what travels in it and how (HL7 v2.5 ch. 8, `lcsd.md` §5).

Two conventions in French text carry what v2.5 has no field for: the keys of OM4-9 and the `Au choix` of OM4-12.
"""

import re

from hl7v2.codec import Segment, segment
from hl7v2.escapes import escape
from lcsd.coding_systems import read_ce, write_ce
from lcsd.segments.values import read_number, read_quantity, read_texts, write_number, write_quantity
from terminology.lab_catalogue import Container, Priority, Quantity, Transport

PRIMARY, DERIVED = "P", "C"
_TRANSPORT = re.compile(
    r"(?:Transport : (?P<temperature>[^;]+?))?"
    r"(?:(?:^| ; )Délai max : (?P<delay>[0-9]+(?:[.,][0-9]+)?) h)?"
    r"(?:(?:^| ; )Remarque : (?P<remark>.+))?",
    re.DOTALL,
)
_CHOICE = re.compile(r"Au choix (?P<choice>[1-9][0-9]*) :(?: (?P<text>.*))?", re.DOTALL)


def build_om4(sequence: int, container: Container) -> Segment:
    """OM4 of one container."""
    volume = container.volume
    return segment(
        "OM4",
        {
            1: str(sequence),
            2: DERIVED if container.derived else PRIMARY,
            3: escape(container.description),
            4: write_number(volume.value) if volume else "",
            5: write_ce(volume.unit) if volume else "",
            6: write_ce(container.specimen),
            7: write_ce(container.additive),
            8: escape(container.preparation),
            9: escape(write_transport(container.transport)),
            10: write_quantity(container.usual_volume),
            11: write_quantity(container.minimum_volume),
            12: escape(_collection(container)),
            13: "~".join(p.value for p in container.priorities),
            14: write_quantity(container.retention),
        },
    )


def read_om4(om4: Segment) -> Container:
    """The container of an OM4."""
    value = read_number(om4.text(4))
    choice = _CHOICE.fullmatch(om4.text(12))
    return Container(
        description=om4.text(3),
        derived=om4.text(2) == DERIVED,
        volume=None if value is None else Quantity(value, read_ce(om4.first(5))),
        specimen=read_ce(om4.first(6)),
        additive=read_ce(om4.first(7)),
        preparation=om4.text(8),
        transport=read_transport(om4.text(9)),
        usual_volume=read_quantity(om4.first(10)),
        minimum_volume=read_quantity(om4.first(11)),
        collection=(choice["text"] or "") if choice else om4.text(12),
        choice=int(choice["choice"]) if choice else None,
        priorities=tuple(Priority(p) for p in read_texts(om4, 13)),
        retention=read_quantity(om4.first(14)),
    )


def write_transport(transport: Transport) -> str:
    """`Transport : 15-25 °C ; Délai max : 24 h ; Remarque : …`, absent keys left out."""
    parts = []
    if transport.temperature:
        parts.append(f"Transport : {transport.temperature}")
    if transport.max_delay_hours is not None:
        parts.append(f"Délai max : {write_number(transport.max_delay_hours)} h")
    if transport.remark:
        parts.append(f"Remarque : {transport.remark}")
    return " ; ".join(parts)


def read_transport(text: str) -> Transport:
    """The three keys; a text that does not follow them is kept whole as the remark."""
    found = _TRANSPORT.fullmatch(text)
    if found is None:
        return Transport(remark=text)
    return Transport(
        found["temperature"] or "", read_number((found["delay"] or "").replace(",", ".")), found["remark"] or ""
    )


def _collection(container: Container) -> str:
    if container.choice is None:
        return container.collection
    return f"Au choix {container.choice} :" + (f" {container.collection}" if container.collection else "")
