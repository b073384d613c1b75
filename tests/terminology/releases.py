"""Small releases to compare, built from the golden rows of terminology.md §1.3."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kernel import loinc
from terminology.coding import Coding
from terminology.release import Release, ReleaseKind
from terminology.request_code import CodeStatus, RequestCode, Synonym, SynonymKind
from terminology.result_code import Comparability, Correspondence, RequestResult, ResultCode

WAITING = "https://circuit-biologie.invalid/fhir/CodeSystem/codes-attente"
BIOCHEMISTRY = Coding(loinc.SYSTEM, "18719-5", "Biochimie")

NFS = RequestCode(
    "57022-6", loinc.SYSTEM, "Numération formule sanguine", synonyms=(Synonym("NFS", SynonymKind.ABBREVIATION),)
)
PROLACTIN = RequestCode("2842-3", loinc.SYSTEM, "Prolactine", nabm=("0343",))
CHOLESTEROL = RequestCode("14647-2", loinc.SYSTEM, "Cholestérol total", restricted=True)
WAITING_EXAM = RequestCode("ATT-001", WAITING, "Examen en attente", status=CodeStatus.WAITING)

MOLAR = ResultCode(
    "14647-2",
    loinc.SYSTEM,
    "Cholestérol [Moles/Volume] Sérum/Plasma ; Numérique",
    chapter=BIOCHEMISTRY,
    comparability=Comparability.ON_CODE,
    restricted=True,
    systematic=True,
    unit="mmol/L",
    ucum="mmol/L",
    correspondence=Correspondence("2093-3", Decimal("0.387")),
)
MASS = ResultCode(
    "2093-3",
    loinc.SYSTEM,
    "Cholestérol [Masse/Volume] Sérum/Plasma ; Numérique",
    chapter=BIOCHEMISTRY,
    comparability=Comparability.ON_CODE,
    restricted=True,
    systematic=False,
    unit="g/L",
    ucum="g/L",
    correspondence=Correspondence("14647-2", Decimal("2.586")),
)


def release(
    label: str,
    published: date,
    *requests: RequestCode,
    results: tuple[ResultCode, ...] = (),
    revision: int = 1,
    kind: ReleaseKind = ReleaseKind.OFFICIAL,
) -> Release:
    """A release whose requests each lead to the result of the same code, where there is one."""
    held = {result.code for result in results}
    links = tuple(RequestResult(r.code, r.code) for r in requests if r.code in held)
    return Release(label, revision, kind, published, requests, results, links)


SPRING = release("2025-03", date(2025, 3, 15), NFS, PROLACTIN, CHOLESTEROL, WAITING_EXAM, results=(MOLAR,))
AUTUMN = release(
    "2025-09",
    date(2025, 9, 15),
    replace(NFS, display="Hémogramme (NFS)", synonyms=(*NFS.synonyms, Synonym("Hémogramme", SynonymKind.SYNONYM))),
    CHOLESTEROL,
    replace(PROLACTIN, code="53049-3", display="Examen en attente", nabm=(), waiting_code="ATT-001"),
    results=(replace(MOLAR, comparability=Comparability.TECHNIQUE_DEPENDENT), MASS),
)
