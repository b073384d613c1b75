"""The axes of a French LOINC label: « Component [Property] System ; Scale ; Method » (terminology.md §1.2).

The time axis is left out of the label when the observation is made at one point in time. Where it stands otherwise no
source says; assumption: as a duration at either end of the system (« 24 heures Urine », « Urine 24 h »).
"""

import re
from dataclasses import dataclass

_HEAD = re.compile(r"(?P<component>.*\S)\s*\[(?P<property>[^\[\]]*)\]\s*(?P<system>.*)", re.DOTALL)
_DURATION = r"\d+ ?(?:heures?|h|jours?|j|minutes?|min|mois|semaines?)"
_TIME_BEFORE = re.compile(rf"({_DURATION})\s+(?=\S)", re.IGNORECASE)
_TIME_AFTER = re.compile(rf"\S\s+({_DURATION})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Axes:
    """The six axes; `time` and `method` are empty when the label leaves them out, `property` is « - » for a panel."""

    component: str
    property: str
    system: str
    scale: str
    method: str = ""
    time: str = ""

    def __str__(self) -> str:
        system = " ".join(filter(None, (self.time, self.system)))
        return " ; ".join(
            filter(None, (f"{self.component} [{self.property}] {system}".rstrip(), self.scale, self.method))
        )


def read_axes(label: str) -> Axes | None:
    """The axes of `label`; None when it has not their form. Spaces around `;` and before `[` are free."""
    head, *rest = (part.strip() for part in label.split(";", 2))
    found = _HEAD.fullmatch(head)
    if found is None or not rest or not all(rest):
        return None
    system, time = _without_time(found["system"].strip())
    method = rest[1] if len(rest) > 1 else ""
    return Axes(found["component"], found["property"].strip(), system, rest[0], method, time)


def _without_time(system: str) -> tuple[str, str]:
    if before := _TIME_BEFORE.match(system):
        return system[before.end() :], before[1]
    if after := re.search(_TIME_AFTER.pattern + "$", system, re.IGNORECASE):
        return system[: after.start(1)].rstrip(), after[1]
    return system, ""
