"""RequestGroup: the head of the order — code, signature, validity, context, channels, and its lines in order."""

from dataclasses import dataclass
from datetime import datetime

from api.fhir.datatypes import (
    present,
    read_identifier_value,
    read_instruction,
    read_period,
    write_instant,
    write_instruction,
    write_period,
)
from api.fhir.element import Element
from api.fhir.entries import Entries
from api.fhir.json import JsonObject
from api.fhir.line_extensions import read_boolean_extension
from api.fhir.new_entries import NewEntries
from api.fhir.organization import read_organization, write_organization
from api.fhir.practitioner_role import read_practitioner_role, write_practitioner_role
from api.fhir.result_return import read_result_returns, write_result_returns
from api.fhir.systems import EPU, extension
from kernel.errors import Invalid
from prescription.epu_code import EpuCode
from prescription.line import Instruction, ResultReturn
from prescription.people import Organization, PractitionerRole
from prescription.prescription import Correspondent, Prescription, UseCase, Validity

CANCELLED = "revoked"


@dataclass(frozen=True, slots=True)
class OrderHead:
    """What the RequestGroup says itself; names are those of Prescription."""

    signed: bool
    authored_on: datetime | None
    epu_code: EpuCode | None
    general_context: tuple[Instruction, ...]
    validity: Validity | None
    home_sampling: bool
    result_returns: tuple[ResultReturn, ...]
    result_copies: tuple[Correspondent, ...]
    replaces: tuple[EpuCode, ...]
    use_case: UseCase
    replaced_practitioner: PractitionerRole | None
    cancelled: bool


def read_head(element: Element, entries: Entries, cancelled: bool = False) -> OrderHead:
    """The head; subject, author and actions have been taken by the reader of the Bundle. `cancelled` = `revoked`."""
    _mark_places(element, entries)
    identifier = element.child("groupIdentifier")
    statuses = (CANCELLED,) if cancelled else ("draft", "active")
    signed = element.one_of("status", statuses, required=True) in ("active", CANCELLED)
    element.one_of("intent", ("order",), required=True)
    validity = element.extension(extension(entries.base, "validity"))
    head = OrderHead(
        signed=signed,
        authored_on=element.instant("authoredOn", required=signed),
        epu_code=_read_code(identifier) if identifier else None,
        general_context=_read_context(element),
        validity=_read_validity(validity) if validity else None,
        home_sampling=read_boolean_extension(element, extension(entries.base, "home-sampling")),
        result_returns=read_result_returns(element, entries.base),
        result_copies=_read_copies(element, entries),
        replaces=_read_replaced(element),
        use_case=_read_use_case(element, entries),
        replaced_practitioner=_read_replaced_practitioner(element, entries),
        cancelled=cancelled,
    )
    element.close_resource()
    return head


def _mark_places(element: Element, entries: Entries) -> None:
    entries.places.mark("", element.path)
    for path, name in (
        ("epu_code", "groupIdentifier"),
        ("authored_on", "authoredOn"),
        ("signed", "status"),
        ("cancelled", "status"),
        ("general_context", "reasonCode"),
        ("replaces", "replaces"),
    ):
        if element.has(name):
            entries.places.mark(path, element.at(name))
    extensions = element.value.get("extension")
    for index, item in enumerate(extensions if isinstance(extensions, list) else ()):
        for name in ("validity", "home-sampling", "result-return", "result-copy", "use-case", "replaced-practitioner"):
            if isinstance(item, dict) and item.get("url") == extension(entries.base, name):
                path = {"result-return": "result_returns", "result-copy": "result_copies"}.get(name, name)
                entries.places.mark(path.replace("-", "_"), f"{element.at('extension')}[{index}]")


def _read_code(identifier: Element) -> EpuCode | None:
    value = read_identifier_value(identifier, EPU)
    if value is None:
        return None
    try:
        return EpuCode(value)
    except Invalid as error:
        for finding in error.findings:
            identifier.wrong(finding.message, finding.hint, "value", finding.code)
        return None


def _read_context(element: Element) -> tuple[Instruction, ...]:
    found = (read_instruction(concept) for concept in element.children("reasonCode"))
    return tuple(item for item in found if item is not None)


def _read_validity(holder: Element) -> Validity | None:
    period = holder.child("valuePeriod", required=True)
    holder.close()
    if period is None:
        return None
    start, end = read_period(period)
    if start is not None and end is not None and end < start:
        period.wrong("La fin de validité précède son début.", "Corriger les dates.", "end")
    return Validity(start, end)


def _read_copies(element: Element, entries: Entries) -> tuple[Correspondent, ...]:
    found: list[Correspondent] = []
    for holder in element.extensions(extension(entries.base, "result-copy")):
        reference = holder.child("valueReference", required=True)
        holder.close()
        for url, resource in entries.follow(reference, "PractitionerRole", "Organization")[:1]:
            if resource.value["resourceType"] == "Organization":
                found.append(read_organization(resource))
            else:
                found.append(read_practitioner_role(resource, entries, f"result_copies/{url}"))
    return tuple(found)


def _read_use_case(element: Element, entries: Entries) -> UseCase:
    holder = element.extension(extension(entries.base, "use-case"))
    if holder is None:
        return UseCase.B1
    stated = holder.one_of("valueCode", tuple(UseCase), required=True)
    holder.close()
    return stated or UseCase.B1


def _read_replaced_practitioner(element: Element, entries: Entries) -> PractitionerRole | None:
    holder = element.extension(extension(entries.base, "replaced-practitioner"))
    if holder is None:
        return None
    reference = holder.child("valueReference", required=True)
    holder.close()
    for _, resource in entries.follow(reference, "PractitionerRole")[:1]:
        return read_practitioner_role(resource, entries, "replaced_practitioner")
    return None


def _read_replaced(element: Element) -> tuple[EpuCode, ...]:
    found = []
    for reference in element.children("replaces"):
        identifier = reference.child("identifier", required=True)
        reference.close()
        found.append(_read_code(identifier) if identifier else None)
    return tuple(code for code in found if code is not None)


def write_head(
    prescription: Prescription, entries: NewEntries, patient: JsonObject, author: JsonObject, status: str
) -> JsonObject:
    """The RequestGroup; `patient` and `author` are References."""
    return present(
        {
            "resourceType": "RequestGroup",
            "extension": _write_extensions(prescription, entries),
            "groupIdentifier": _write_code(prescription.epu_code),
            "replaces": [{"identifier": _write_code(code)} for code in prescription.replaces],
            "status": status,
            "intent": "order",
            "subject": patient,
            "authoredOn": write_instant(prescription.authored_on),
            "author": author,
            "reasonCode": [write_instruction(item) for item in prescription.general_context],
            "action": [{"resource": {"reference": line.line_id}} for line in prescription.lines],
        }
    )


def _write_extensions(prescription: Prescription, entries: NewEntries) -> list[JsonObject]:
    base = entries.base
    written: list[JsonObject] = []
    if prescription.validity is not None:
        period = write_period(prescription.validity.start, prescription.validity.end)
        written.append({"url": extension(base, "validity"), "valuePeriod": period})
    if prescription.home_sampling:
        written.append({"url": extension(base, "home-sampling"), "valueBoolean": True})
    if prescription.use_case is not UseCase.B1:
        written.append({"url": extension(base, "use-case"), "valueCode": prescription.use_case.value})
    if prescription.replaced_practitioner is not None:
        reference = write_practitioner_role(prescription.replaced_practitioner, entries)
        written.append({"url": extension(base, "replaced-practitioner"), "valueReference": reference})
    for copy in prescription.result_copies:
        if isinstance(copy, Organization):
            reference = entries.add(write_organization(copy))
        else:
            reference = write_practitioner_role(copy, entries)
        written.append({"url": extension(base, "result-copy"), "valueReference": reference})
    return written + write_result_returns(prescription.result_returns, base)


def _write_code(code: EpuCode | None) -> JsonObject | None:
    return {"system": EPU, "value": code.value} if code else None
