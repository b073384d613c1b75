"""ServiceRequest: one line of the order, all its elements as `interface.md` §2 lists them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.fhir.coverage import read_coverage, write_coverage
from api.fhir.datatypes import (
    line_identifier,
    present,
    read_identifier_value,
    read_only_text,
    write_day,
    write_instant,
)
from api.fhir.element import Element
from api.fhir.entries import Entries
from api.fhir.exam import read_exam, write_exam
from api.fhir.json import JsonObject, JsonValue
from api.fhir.line_extensions import LineExtensions, read_line_extensions, write_line_extensions
from api.fhir.new_entries import NewEntries
from api.fhir.practitioner_role import read_practitioner_role, write_practitioner_role
from api.fhir.questionnaire_response import read_questionnaire_response, write_questionnaire_response
from api.fhir.schedule import read_schedule, write_schedule
from api.fhir.specimen import read_sites, read_specimens, write_sites, write_specimens
from api.fhir.systems import EPU, LABORATORY_PROCEDURE, SNOMED, URI, extension
from prescription.context import Answer
from prescription.epu_code import EpuCode
from prescription.line import CodedExam, Coverage, Exam, FreeTextExam, Line
from prescription.people import PractitionerRole

_PRIORITIES = ("routine", "urgent")
_NEW_STATUSES = ("draft", "active")
_CANCELLED_STATUSES = (*_NEW_STATUSES, "revoked")
_STATUSES = ("draft", "active", "on-hold", "revoked", "completed")
_FREE_TEXT = "texte-libre"

# interface.md §2: `status` as read back; what is not here is active.
_STATUS_OF_STATE = {"done": "completed", "not-done": "completed"} | dict.fromkeys(
    ("removed", "replaced", "cancelled"), "revoked"
)

# Elements whose place is worth more than the line's own, by the field of Line they fill.
_PLACES = {
    "exam": "code",
    "urgent": "priority",
    "clinical_context": "reasonCode",
    "answers": "supportingInfo",
    "specimens": "specimen",
    "body_site": "bodySite",
    "laterality": "bodySite",
    "detail": "orderDetail",
    "patient_instruction_text": "patientInstruction",
    "note": "note",
    "occurrence_from": "occurrenceDateTime",
    "recurrence": "occurrenceTiming",
    "coverages": "insurance",
    "requester": "requester",
    "authored_on": "authoredOn",
    "replaces": "replaces",
}


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What the readers of lines share. `author` and `subject` are None for a request outside an order; `cancelled` =
    the order was withdrawn as a whole."""

    entries: Entries
    author: PractitionerRole | None = None
    author_url: str | None = None
    subject_url: str | None = None
    read_back: bool = False
    known_ids: frozenset[str] = frozenset()
    cancelled: bool = False

    @property
    def statuses(self) -> tuple[str, ...]:
        """Those a line may be in."""
        return _STATUSES if self.read_back else _CANCELLED_STATUSES if self.cancelled else _NEW_STATUSES


def read_service_request(element: Element, url: str, context: ReadContext) -> Line:
    """A line of a Bundle; `url` is the fullUrl its identifier must repeat."""
    line_id = _read_line_id(element, url, context.known_ids)
    _mark_places(element, line_id, context.entries)
    _read_subject(element, context)
    line = _read_content(element, line_id, context.entries, context.statuses, context.read_back)
    requester = _read_requester(element, context)
    answers = _read_answers(element, line.exam, context.entries)
    coverages = _read_coverages(element, context)
    element.close_resource()
    if requester is None and not answers and not coverages:
        return line
    return replace(line, requester=requester, answers=answers, coverages=coverages)


def read_line_content(element: Element, line_id: str, entries: Entries) -> Line:
    """A line outside an order (`$epu-adapt`, baskets): no identifier, subject or requester of its own."""
    _mark_places(element, line_id, entries)
    line = _read_content(element, line_id, entries, _NEW_STATUSES, read_back=False)
    for name in ("subject", "requester"):
        if reference := element.child(name):
            reference.read_past("reference", "type", "display")
            reference.close()
    element.close_resource()
    return line


def _read_content(element: Element, line_id: str, entries: Entries, statuses: tuple[str, ...], read_back: bool) -> Line:
    base = entries.base
    element.one_of("status", statuses, required=True)
    element.one_of("intent", ("order",), required=True)
    element.read_past("requisition")
    _read_category(element)
    if read_back:
        for name in ("line-state", "line-origin"):
            if state := element.extension(extension(base, name)):
                state.text("valueCode", required=True)
                state.close()
    extensions = read_line_extensions(element, base)
    recurrence, occurrence_from = read_schedule(element, base)
    body_site, laterality = read_sites(element.only("bodySite"))
    return Line(
        line_id=line_id,
        exam=read_exam(element.child("code", required=True), base) or FreeTextExam(""),
        authored_on=element.instant("authoredOn"),
        urgent=element.one_of("priority", _PRIORITIES) == "urgent",
        flags=extensions.flags,
        work_accident_detail=extensions.work_accident_detail,
        clinical_context=read_only_text(element.only("reasonCode")),
        specimens=read_specimens(element),
        body_site=body_site,
        laterality=laterality,
        detail=read_only_text(element.only("orderDetail")),
        target=extensions.target,
        sampling_instructions=extensions.sampling_instructions,
        patient_instructions=extensions.patient_instructions,
        patient_instruction_text=element.text("patientInstruction"),
        preconditions=extensions.preconditions,
        result_returns=extensions.result_returns,
        occurrence_from=occurrence_from,
        recurrence=recurrence,
        note=read_only_text(element.only("note")),
        replaces=_read_replaces(element),
    )


def _read_line_id(element: Element, url: str, known_ids: frozenset[str]) -> str:
    identifier = element.only("identifier", required=True)
    value = read_identifier_value(identifier, URI) if identifier else None
    if identifier is None or value is None:
        return url
    # A line id used twice is `duplicate-line`, which says it better than this.
    if value != url and value not in known_ids:
        identifier.wrong("L'identifiant de la ligne diffère de son fullUrl.", "Reprendre le fullUrl.", "value")
    return value


def _mark_places(element: Element, line_id: str, entries: Entries) -> None:
    line = f"line/{line_id}"
    entries.places.mark(line, element.path)
    for field, name in _PLACES.items():
        if name in element.value:
            entries.places.mark(f"{line}/{field}", element.at(name))


def _read_subject(element: Element, context: ReadContext) -> None:
    subject = element.child("subject", required=True)
    for url, _ in context.entries.follow(subject, "Patient")[:1]:
        if subject is not None and context.subject_url is not None and url != context.subject_url:
            subject.wrong("La ligne parle d'un autre patient.", "Reprendre le patient.", "reference", "bad-reference")


def _read_requester(element: Element, context: ReadContext) -> PractitionerRole | None:
    for url, found in context.entries.follow(element.child("requester"), "PractitionerRole")[:1]:
        if url == context.author_url:
            return None
        requester = read_practitioner_role(found, context.entries, f"requester/{url}")
        return None if requester == context.author else requester
    return None


def _read_answers(element: Element, exam: Exam, entries: Entries) -> tuple[Answer, ...]:
    code = exam.code if isinstance(exam, CodedExam) else None
    for _, found in entries.follow(element.only("supportingInfo"), "QuestionnaireResponse")[:1]:
        return read_questionnaire_response(found, entries.base, code)
    return ()


def _read_coverages(element: Element, context: ReadContext) -> tuple[Coverage, ...]:
    found = []
    for reference in element.children("insurance"):
        for _, resource in context.entries.follow(reference, "Coverage")[:1]:
            beneficiary = resource.child("beneficiary", required=True)
            context.entries.follow(beneficiary, "Patient")
            found.append(read_coverage(resource))
    return tuple(coverage for coverage in found if coverage is not None)


def _read_category(element: Element) -> None:
    category = element.only("category")
    coding = category.only("coding", required=True) if category else None
    if category:
        category.close(("id", "text"))
    if coding is None:
        return
    coding.read_past("display", "version")
    system, code = coding.text("system", required=True), coding.text("code", required=True)
    coding.close()
    if system and code and (system, code) != (SNOMED, LABORATORY_PROCEDURE):
        coding.wrong("Catégorie inattendue.", f"Attendu : {SNOMED} | {LABORATORY_PROCEDURE}.", "code")


def _read_replaces(element: Element) -> str | None:
    reference = element.only("replaces")
    if reference is None:
        return None
    reference.read_past("type", "display")
    target = reference.text("reference")
    identifier = reference.child("identifier")
    reference.close()
    return read_identifier_value(identifier, URI) if identifier else target


def write_service_request(
    line: Line,
    entries: NewEntries,
    patient: JsonObject,
    author: JsonObject,
    code: EpuCode | None,
    status: str,
    state: tuple[str, str] | None = None,
) -> None:
    """Adds a line; `patient` and `author` are References, `state` its (state, origin) when read back."""
    requester = write_practitioner_role(line.requester, entries) if line.requester else author
    insurance = [entries.add(write_coverage(coverage, patient)) for coverage in line.coverages]
    information = _write_answers(line, entries)
    resource = {
        **_write_head(line, entries.base, state),
        "identifier": [line_identifier(line.line_id)],
        "replaces": [{"identifier": line_identifier(line.replaces)}] if line.replaces else [],
        "requisition": {"system": EPU, "value": code.value} if code else None,
        "status": _STATUS_OF_STATE.get(state[0], "active") if state else status,
        "intent": "order",
        "priority": "urgent" if line.urgent else "routine",
        "category": [{"coding": [{"system": SNOMED, "code": LABORATORY_PROCEDURE}]}],
        "code": write_exam(line.exam, entries.base),
        "subject": patient,
        "authoredOn": write_instant(line.authored_on),
        "requester": requester,
        **_write_details(line, insurance, information),
    }
    entries.add(present(resource), line.line_id)


def write_line_content(line: Line, base: str) -> JsonObject:
    """A line outside an order, as `read_line_content` reads it."""
    return present(
        {
            **_write_head(line, base, None),
            "status": "draft",
            "intent": "order",
            "priority": "urgent" if line.urgent else "routine",
            "category": [{"coding": [{"system": SNOMED, "code": LABORATORY_PROCEDURE}]}],
            "code": write_exam(line.exam, base),
            **_write_details(line, [], []),
        }
    )


def _write_head(line: Line, base: str, state: tuple[str, str] | None) -> dict[str, JsonValue]:
    contained, references = write_specimens(line.specimens)
    extensions = write_line_extensions(LineExtensions.of(line), base)
    kind = line.recurrence.kind if line.recurrence else None
    if kind is not None:
        extensions.append({"url": extension(base, "recurrence-kind"), "valueCode": kind.value})
    if state is not None:
        for name, value in zip(("line-state", "line-origin"), state, strict=True):
            extensions.append({"url": extension(base, name), "valueCode": value})
    return {
        "resourceType": "ServiceRequest",
        "contained": contained,
        "extension": extensions,
        "specimen": references,
    }


def _write_details(line: Line, insurance: list[JsonObject], information: list[JsonObject]) -> Mapping[str, JsonValue]:
    return {
        "reasonCode": [{"text": line.clinical_context}] if line.clinical_context else [],
        "insurance": insurance,
        "supportingInfo": information,
        "bodySite": write_sites(line.body_site, line.laterality),
        "orderDetail": [{"text": line.detail}] if line.detail else [],
        "patientInstruction": line.patient_instruction_text,
        "note": [{"text": line.note}] if line.note else [],
        **(
            write_schedule(line.recurrence, line.occurrence_from)
            if line.recurrence
            else {"occurrenceDateTime": write_day(line.occurrence_from)}
        ),
    }


def _write_answers(line: Line, entries: NewEntries) -> list[JsonObject]:
    if not line.answers:
        return []
    code = line.exam.code if isinstance(line.exam, CodedExam) else _FREE_TEXT
    response = write_questionnaire_response(line.answers, entries.base, code)
    url = entries.reserve(f"QuestionnaireResponse/{line.line_id}")
    return [entries.add(response, url)]
