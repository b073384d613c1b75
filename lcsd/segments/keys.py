"""The key of an entry: the CE of OM1-2, repeated in MFE-4 and wherever another entry names it (`lcsd.md` §4)."""

from collections.abc import Callable
from dataclasses import dataclass

from hl7v2.codec import Composite
from lcsd.coding_systems import read_alternate, read_ce, short_name, write_ce
from terminology.coding import Coding
from terminology.lab_catalogue import LabExam
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, LOINC

Identity = tuple[str, str]
LocalCodeOf = Callable[[Identity], str]


@dataclass(frozen=True, slots=True)
class EntryKey:
    """What a key says: the identity (CE-1, CE-3) that makes it unique, and the exam it names."""

    identity: Identity
    local_code: str
    label: str
    loinc: Coding | None
    loinc_preferred: bool


def write_key(exam: LabExam) -> str:
    """LOINC then local code; local code first when another exam of the laboratory owns the LOINC code."""
    local = Coding(LOCAL_SYSTEM, exam.local_code, exam.label)
    if exam.loinc is None:
        return write_ce(local)
    return write_ce(exam.loinc, local) if exam.loinc_preferred else write_ce(local, exam.loinc)


def read_key(field: Composite) -> EntryKey:
    """The key in a CE. Without a local code, the first code stands for it."""
    first, second = read_ce(field) or Coding("", ""), read_alternate(field)
    both = [first] if second is None else [first, second]
    local = next((c for c in both if c.system == LOCAL_SYSTEM), first)
    loinc = next((c for c in both if c.system == LOINC), None)
    return EntryKey(
        identity_of(first), local.code, local.display or first.display, loinc, loinc is None or loinc is first
    )


def identity_of(code: Coding) -> Identity:
    """Code and short name of its system: what must be unique in a publication."""
    return code.code, short_name(code.system)
