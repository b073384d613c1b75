"""The order Bundle: `read_order` finds every fault at once, `write_order` writes the same shape (interface.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.fhir.datatypes import present, write_instant
from api.fhir.element import Element, Report
from api.fhir.entries import FULL_URL, Entries
from api.fhir.json import JsonObject
from api.fhir.new_entries import NewEntries
from api.fhir.patient import read_patient, write_patient
from api.fhir.places import Places
from api.fhir.practitioner_role import read_practitioner_role, write_practitioner_role
from api.fhir.related_person import read_related_person, write_related_person
from api.fhir.request_group import CANCELLED, read_head, write_head
from api.fhir.service_request import ReadContext, read_line_content, read_service_request, write_service_request
from api.fhir.structure import structure_faults
from kernel.findings import Finding
from prescription.line import Line
from prescription.people import AnonymousPatient, Helper, Patient, Practitioner, PractitionerRole, Sex
from prescription.prescription import Prescription

RESOURCES = (
    "RequestGroup",
    "Patient",
    "PractitionerRole",
    "Practitioner",
    "Organization",
    "RelatedPerson",
    "ServiceRequest",
    "QuestionnaireResponse",
    "Coverage",
)
_FULL_ONLY = ("RelatedPerson", "Coverage")


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """What was read. `prescription` is built as far as it can be; None when the Bundle has no head at all."""

    prescription: Prescription | None
    findings: tuple[Finding, ...]
    places: Places


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line read outside an order."""

    line: Line
    findings: tuple[Finding, ...]
    places: Places


def read_order(bundle: JsonObject, base: str, *, read_back: bool = False, cancelled_too: bool = False) -> ReadOrder:
    """The order in a Bundle and every structure fault; `read_back` also takes what only the server writes,
    `cancelled_too` an order that was withdrawn as a whole (`revoked`, and its lines with it)."""
    report, places = Report(), Places()
    root = Element(bundle, "Bundle", report)
    entries = _read_entries(root, base, places)
    prescription = None
    heads = entries.of_type("RequestGroup")
    if heads:
        prescription = _read_prescription(root, heads[0][1], entries, read_back, cancelled_too)
    else:
        root.wrong("Le Bundle n'a pas de RequestGroup.", "Commencer par l'entrée RequestGroup.", "entry")
    _judge_structure(entries, report)
    return ReadOrder(prescription, tuple(dict.fromkeys(report.findings)), places)


def read_line(resource: JsonObject, line_id: str, base: str, path: str = "ServiceRequest") -> ReadLine:
    """A line out of a ServiceRequest that stands alone, at `path` in what was sent; `line_id` is the new line's."""
    report, places = Report(), Places(path)
    element = Element(resource, path, report)
    if resource.get("resourceType") != "ServiceRequest":
        element.wrong("Un ServiceRequest est attendu ici.", "Envoyer un ServiceRequest.", "resourceType")
    line = read_line_content(element, line_id, Entries(base, places))
    _judge(element, {**resource, "subject": {"display": "-"}}, "ServiceRequest")
    return ReadLine(line, tuple(report.findings), places)


def _read_entries(root: Element, base: str, places: Places) -> Entries:
    entries = Entries(base, places)
    root.one_of("type", ("collection",), required=True)
    seen: set[str] = set()
    for index, entry in enumerate(root.children("entry")):
        url, resource = entry.text("fullUrl", required=True), entry.child("resource", required=True)
        entry.close()
        if resource is None:
            continue
        kind = resource.text("resourceType", required=True)
        if kind not in RESOURCES:
            message = "Type de ressource non admis dans une ordonnance."
            resource.wrong(message, f"Admis : {', '.join(RESOURCES)}.", code="unsupported-element")
            continue
        if index == 0 and kind != "RequestGroup":
            resource.wrong("La première entrée doit être le RequestGroup.", "Le placer en tête.")
        if url is not None and FULL_URL.fullmatch(url) is None:
            entry.wrong("Un fullUrl est « urn:uuid: » et un UUID en minuscules.", "Le corriger.", "fullUrl")
        # A line written twice is `duplicate-line`, an order rule.
        if url in seen and kind != "ServiceRequest":
            entry.wrong("Ce fullUrl figure déjà dans le Bundle.", "Donner un UUID à chaque entrée.", "fullUrl")
        seen.add(url or "")
        entries.add(url or resource.path, resource)
    return entries


def _read_prescription(
    root: Element, head: Element, entries: Entries, read_back: bool, cancelled_too: bool
) -> Prescription:
    entries.use(head)
    cancelled = cancelled_too and head.value.get("status") == CANCELLED
    patient, subject_url = _read_subject(head, entries)
    author, author_url = _read_author(head, entries)
    known_ids = _repeated_ids(entries)
    context = ReadContext(entries, author, author_url, subject_url, read_back, known_ids, cancelled)
    lines = _read_lines(head, context)
    read = read_head(head, entries, cancelled)
    created_at = root.instant("timestamp")
    root.close_resource()
    helpers = _read_helpers(entries, subject_url)
    _check_entries(entries, patient)
    return Prescription(
        patient=patient,
        author=author,
        lines=lines,
        signed=read.signed,
        authored_on=read.authored_on,
        created_at=created_at,
        epu_code=read.epu_code,
        general_context=read.general_context,
        validity=read.validity,
        home_sampling=read.home_sampling,
        result_returns=read.result_returns,
        result_copies=read.result_copies,
        helpers=helpers,
        replaces=read.replaces,
        use_case=read.use_case,
        replaced_practitioner=read.replaced_practitioner,
        cancelled=read.cancelled,
    )


def _read_subject(head: Element, entries: Entries) -> tuple[Patient | AnonymousPatient, str | None]:
    for url, element in entries.follow(head.child("subject", required=True), "Patient")[:1]:
        return read_patient(element, entries.base, entries.places), url
    return Patient(None, (), Sex.UNKNOWN, None), None


def _read_author(head: Element, entries: Entries) -> tuple[PractitionerRole, str | None]:
    for url, element in entries.follow(head.child("author"), "PractitionerRole")[:1]:
        return read_practitioner_role(element, entries, "author"), url
    return PractitionerRole(Practitioner(None)), None


def _read_lines(head: Element, context: ReadContext) -> tuple[Line, ...]:
    lines, read, followed = [], set[str](), set[str]()
    for action in head.children("action"):
        reference = action.child("resource", required=True)
        action.close()
        found = context.entries.follow(reference, "ServiceRequest")
        for url, resource in [f for f in found if f[1].path not in read][:1] or _again(found[:1]):
            lines.append(read_service_request(resource, url, context))
            read.add(resource.path)
            followed.add(url)
    for url, resource in context.entries.of_type("ServiceRequest"):
        if url in followed and resource.path not in read:
            lines.append(read_service_request(resource, url, context))
    return tuple(lines)


def _again(found: list[tuple[str, Element]]) -> list[tuple[str, Element]]:
    """A line two actions refer to is read twice, but its faults are told once."""
    return [(url, Element(resource.value, resource.path, Report())) for url, resource in found]


def _repeated_ids(entries: Entries) -> frozenset[str]:
    seen: set[str] = set()
    repeated: set[str] = set()
    for url, resource in entries.of_type("ServiceRequest"):
        identifiers = resource.value.get("identifier")
        first = identifiers[0] if isinstance(identifiers, list) and identifiers else None
        value = first.get("value") if isinstance(first, dict) else None
        line_id = value if isinstance(value, str) else url
        (repeated if line_id in seen else seen).add(line_id)
    return frozenset(repeated)


def _read_helpers(entries: Entries, subject_url: str | None) -> tuple[Helper, ...]:
    helpers = []
    for _, element in entries.of_type("RelatedPerson"):
        entries.use(element)
        reference = element.child("patient", required=True)
        for url, _ in entries.follow(reference, "Patient")[:1]:
            if reference is not None and url != subject_url:
                reference.wrong("L'aidant est celui d'un autre patient.", "Reprendre le patient.", "reference")
        helpers.append(read_related_person(element, entries.base))
    return tuple(helpers)


def _check_entries(entries: Entries, patient: Patient | AnonymousPatient) -> None:
    for element in entries.unused():
        element.wrong("Entrée sans emploi : rien n'y fait référence.", "La retirer, ou y faire référence.")
    if isinstance(patient, AnonymousPatient):
        for kind in _FULL_ONLY:
            for _, element in entries.of_type(kind):
                element.wrong(f"{kind} n'a pas sa place dans une ordonnance anonyme.", "Retirer cette entrée.")


def _judge_structure(entries: Entries, report: Report) -> None:
    """A second opinion on the resources of which our readers cannot vouch for all."""
    if not report.findings and not report.doubts:
        return
    for kind in RESOURCES:
        for _, element in entries.of_type(kind):
            if not report.vouches_for(element.path):
                _judge(Element(element.value, element.path, report), element.value, kind)


def _judge(element: Element, resource: JsonObject, kind: str) -> None:
    for below, message in structure_faults(resource, kind):
        path = element.at(below) if below else element.path
        if not element.report.has_near(path):
            element.report.error("invalid-bundle", message, "Suivre la structure FHIR R4.", path)


def write_order(
    prescription: Prescription, base: str, line_states: Mapping[str, tuple[str, str]] | None = None
) -> JsonObject:
    """The order as a Bundle, full or anonymous as it is; `line_states` gives (state, origin) by line id."""
    entries = NewEntries(base, "|".join(line.line_id for line in prescription.lines))
    body = NewEntries(base, entries.reserve("body"))
    status = CANCELLED if prescription.cancelled else "active" if prescription.signed else "draft"
    patient = body.add(write_patient(prescription.patient, base))
    author = write_practitioner_role(prescription.author, body)
    head = write_head(prescription, body, patient, author, status)
    for helper in prescription.helpers:
        body.add(write_related_person(helper, patient, base))
    for line in prescription.lines:
        state = (line_states or {}).get(line.line_id)
        write_service_request(line, body, patient, author, prescription.epu_code, status, state)
    entries.add(head)
    return present(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": write_instant(prescription.created_at),
            "entry": [*entries.entries(), *body.entries()],
        }
    )
