"""What a search of documents asks, from the fields of its form: an INS or a code never stands in an address."""

from collections.abc import Iterable
from datetime import date

from api.fhir.document_reference import STATUSES
from api.fhir.parameters import Given, Kind, Rule
from api.fhir.query_parameters import query_pairs, read_query
from api.fhir.systems import EPU, of_oid
from kernel.errors import Invalid
from kernel.ins import Ins
from prescription.documents.codes import PRESCRIPTION
from prescription.documents.ports import DocumentQuery
from prescription.documents.shared_document import DocumentStatus
from prescription.epu_code import EpuCode

_DEFAULT_COUNT, _MOST = 20, 100
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
PATIENT, CODE, STATUS, DATE, TYPE, COUNT, PAGE = (
    Rule(
        "patient.identifier", Kind.STRING, longest=100, about="INS du patient, urn:oid:…|matricule ; le sien à défaut"
    ),
    Rule("identifier", Kind.STRING, longest=100, about="Code e-prescription"),
    Rule("status", Kind.STRING, longest=100, about=f"{', '.join(STATUSES)} ; plusieurs entre virgules"),
    Rule(
        "date",
        Kind.STRING,
        most=2,
        pattern=f"(eq|ge|le)?{_DAY}",
        about="Jour de l'ordonnance : ge2026-01-31, le2026-03-31",
    ),
    Rule("type", Kind.STRING, longest=200, about=f"Type de document : {PRESCRIPTION.code}"),
    Rule("_count", Kind.INTEGER, low=1, high=_MOST, about=f"Documents d'une page ; {_DEFAULT_COUNT} à défaut"),
    Rule("page", Kind.STRING, about="Paramètre page du lien next de la page d'avant"),
)
FIELDS = (PATIENT, CODE, STATUS, DATE, TYPE, COUNT, PAGE)
"""The fields of the form."""


def read_document_search(form: bytes) -> DocumentQuery | None:
    """The query; None when no document can be of the type asked for. `Invalid` names the field, never its value."""
    given = read_query(query_pairs(form), {rule.name: rule for rule in FIELDS})
    patient, code = given.text(PATIENT.name), given.text(CODE.name)
    start, end = _period(given.texts(DATE.name))
    query = DocumentQuery(
        patients=(_ins(patient),) if patient else (),
        code=_code(code) if code else None,
        statuses=frozenset[DocumentStatus]().union(*_statuses(given)),
        start=start,
        end=end,
        count=given.integer(COUNT.name) or _DEFAULT_COUNT,
        cursor=given.text(PAGE.name),
    )
    return query if _is_held(given) else None


def _ins(token: str) -> Ins:
    system, bar, matricule = token.partition("|")
    if not bar:
        raise _wrong(PATIENT, "L'autorité du matricule manque.", "Écrire urn:oid:<OID>|<matricule>.")
    try:
        return Ins.parse(matricule, system.removeprefix("urn:oid:"))
    except Invalid as error:
        raise Invalid([finding.at(PATIENT.name) for finding in error.findings]) from None


def _code(token: str) -> EpuCode:
    system, bar, code = token.rpartition("|")
    if bar and system != EPU:
        raise _wrong(CODE, "Système d'identifiant inattendu.", f"Attendu : {EPU}, ou le code seul.")
    try:
        return EpuCode(code)
    except Invalid as error:
        raise Invalid([finding.at(CODE.name) for finding in error.findings]) from None


def _statuses(given: Given) -> Iterable[frozenset[DocumentStatus]]:
    for word in (given.text(STATUS.name) or "").split(","):
        name = word.rpartition("|")[2].strip()
        if name and name not in STATUSES:
            raise _wrong(STATUS, "Statut inconnu.", f"Connus : {', '.join(STATUSES)}.")
        yield STATUSES[name] if name else frozenset()


def _is_held(given: Given) -> bool:
    """Whether a document may be of what was asked: of our one type, in a status that one may have."""
    system, bar, kind = (given.text(TYPE.name) or PRESCRIPTION.code).rpartition("|")
    of_type = kind == PRESCRIPTION.code and (not bar or system == of_oid(PRESCRIPTION.system))
    asked = given.text(STATUS.name)
    return of_type and (asked is None or any(_statuses(given)))


def _period(texts: Iterable[str]) -> tuple[date | None, date | None]:
    start = end = None
    for text in texts:
        sign, day = (text[:2], text[2:]) if text[:1].isalpha() else ("eq", text)
        try:
            on = date.fromisoformat(day) if len(day) == len("AAAA-MM-JJ") else None
        except ValueError:
            on = None
        if on is None or sign not in ("eq", "ge", "le"):
            raise _wrong(DATE, "Date illisible.", "Écrire geAAAA-MM-JJ, leAAAA-MM-JJ, ou un jour.")
        start = max(start or on, on) if sign != "le" else start
        end = min(end or on, on) if sign != "ge" else end
    return start, end


def _wrong(rule: Rule, message: str, hint: str) -> Invalid:
    return Invalid.because("bad-parameter", message, hint, rule.name)
