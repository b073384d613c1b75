"""$epu-retrieve: from a scanned or typed code to the structured order (prescription.md §3, §5; analogue of EP3)."""

import hmac
from dataclasses import dataclass
from enum import StrEnum

from kernel.findings import Finding
from kernel.ins import Ins
from prescription.epu_code import EpuCode
from prescription.lifecycle import late_warning
from prescription.record import EpuRecord
from prescription.rules.exams import clinical_information_is_given
from prescription.rules.lines import preconditions_hold
from prescription.rules.rule import RuleContext
from prescription.usecases.access import Access


class Mode(StrEnum):
    """How the code came in."""

    SCANNED = "scanned"
    TYPED = "typed"


class Binding(StrEnum):
    """Whether the identity at the counter is the one the order was made for."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The order, the code as it is (`repaired` when a typing error was mended), and what the lab should know."""

    code: EpuCode
    repaired: bool
    binding: Binding
    record: EpuRecord
    findings: tuple[Finding, ...]


def retrieve(access: Access, text: str, mode: Mode, ins: Ins | None, rules: RuleContext) -> Retrieved:
    """Reads an order. A typed code that is unknown is tried again with one likely slip mended, whatever it holds."""
    access.check_role()
    code = EpuCode.from_scan(text) if mode is Mode.SCANNED else EpuCode.from_typing(text)
    record = access.find(code, trying=True)
    repaired = False
    if record is None and mode is Mode.TYPED:
        hits = [candidate for candidate in code.near_misses() if access.unit.records.holds(candidate)]
        if len(hits) == 1:
            code, repaired, record = hits[0], True, access.find(hits[0])
            access.unit.misses.note(access.caller, access.now)
    if record is None:
        raise access.miss(code)
    access.trace("repaired" if repaired else "read", code)
    prescription = record.prescription
    findings = (
        *late_warning(record, access.now),
        *clinical_information_is_given(prescription, rules),
        *preconditions_hold(prescription, rules),
    )
    return Retrieved(code, repaired, binding_of(access, code, record, ins), record, findings)


def binding_of(access: Access, code: EpuCode, record: EpuRecord, ins: Ins | None) -> Binding:
    """Compares an identity with the one the order was made for; unknown when either is missing."""
    if ins is None or record.binding is None:
        return Binding.UNKNOWN
    same = hmac.compare_digest(access.unit.records.binding(code, ins), record.binding)
    return Binding.MATCH if same else Binding.MISMATCH
