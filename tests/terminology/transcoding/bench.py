"""One laboratory at work: a small official release with golden rows of terminology.md §1.3, and a store in a file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from search.similarity import reference_of
from storage.engine import sqlite_engine
from storage.migrate import upgrade
from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.lab_catalogue import Laboratory
from terminology.lab_catalogue_systems import LOINC, SPECIMEN, TECHNIQUE
from terminology.release import Release, ReleaseKind, ValueLists
from terminology.request_code import CodeStatus, RequestCode, Synonym, SynonymKind
from terminology.result_code import RequestResult, ResultCode
from terminology.transcoding.actor import Actor, ActorRole
from terminology.transcoding.assistant import Assistant
from terminology.transcoding.decisions import Decision
from terminology.transcoding.importing import Imported, Importer
from terminology.transcoding.mapping import Equivalence, Mapping, MappingKey, MappingStatus
from terminology.transcoding.ports import TranscodingStore
from terminology.transcoding.targets import Targets

FINESS = "750000010"
LAB = Laboratory(FINESS, "LBM A", "LBMA")
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WAITING_SYSTEM = "https://circuit-biologie.invalid/fhir/CodeSystem/codes-attente"
BIOCHEMISTRY = Coding(LOINC, "18719-5", "Biochimie")
SERUM = Coding(SPECIMEN, "SER", "Sérum")
URINE = Coding(SPECIMEN, "UR", "Urine")
GLUCOSE_OXIDASE = Coding(TECHNIQUE, "DEG", "Spectrophotométrie enzymatique, glucose oxydase")

PROPOSER = Actor(ActorRole.PROPOSER, "laboratoire 750000010", FINESS)
BIOLOGIST = Actor(ActorRole.VALIDATOR, "RPPS 89900000001", FINESS)
OPERATOR = Actor(ActorRole.ADMINISTRATION, "exploitant")


def result(code: str, label: str, ucum: str = "", *, restricted: bool = False, system: str = LOINC) -> ResultCode:
    status = CodeStatus.ACTIVE if system == LOINC else CodeStatus.WAITING
    return ResultCode(code, system, label, status, chapter=BIOCHEMISTRY, ucum=ucum, restricted=restricted)


def request(code: str, label: str, *names: str, nabm: tuple[str, ...] = (), specimen: Coding = SERUM) -> RequestCode:
    synonyms = tuple(Synonym(name, SynonymKind.SYNONYM) for name in names)
    return RequestCode(code, LOINC, label, synonyms=synonyms, nabm=nabm, specimens=(specimen,), chapter=BIOCHEMISTRY)


RELEASE = Release(
    label="2025-09",
    revision=1,
    kind=ReleaseKind.OFFICIAL,
    published=date(2025, 9, 15),
    requests=(
        request("14749-6", "Glycémie", "Glucose", nabm=("0552",)),
        request("40193-5", "Glycémie à jeun", nabm=("0552",)),
        request("24331-1", "Exploration d'une anomalie lipidique", "EAL", nabm=("0996",)),
        request("2842-3", "Prolactine", "PRL", nabm=("0343",)),
    ),
    results=(
        result("14749-6", "Glucose [Moles/Volume] Sérum/Plasma ; Numérique", "mmol/L"),
        result("2345-7", "Glucose [Masse/Volume] Sérum/Plasma ; Numérique", "g/L"),
        result("40193-5", "Glucose à jeun [Moles/Volume] Sérum/Plasma ; Numérique", "mmol/L", restricted=True),
        result("53049-3", "Glucose à jeun [Masse/Volume] Sérum/Plasma ; Numérique", "g/L", restricted=True),
        result("14647-2", "Cholestérol [Moles/Volume] Sérum/Plasma ; Numérique", "mmol/L", restricted=True),
        result("77089-1", "Acanthocytes [Arbitraire/Volume] Sang ; Qualitatif ; Microscopie optique"),
        result("ATT-001", "Zorgline [Masse/Volume] Sérum/Plasma ; Numérique", "g/L", system=WAITING_SYSTEM),
    ),
    links=(
        RequestResult("14749-6", "14749-6"),
        RequestResult("14749-6", "2345-7"),
        RequestResult("40193-5", "40193-5"),
        RequestResult("40193-5", "53049-3"),
        RequestResult("24331-1", "14647-2"),
    ),
    lists=ValueLists(chapters=(BIOCHEMISTRY,), specimens=(SERUM, URINE), techniques=(GLUCOSE_OXIDASE,)),
    licences=("LOINC notice",),
)
TARGETS = Targets(RELEASE)
REFERENCE = reference_of(TARGETS)

HEADERS = "Code local;Libellé;NABM;Unité;Prélèvement;Technique;Volume mensuel"
ROWS = (
    "GLYJ;Glycémie à jeun;0552;mmol/L;SER;Hexokinase maison;900",
    "ZOR;Zorgline;;g/L;Sérum;;100",
    "XX;Exploration maison;;;;;",
)


def store_in(folder: Path) -> SqlTranscoding:
    engine = sqlite_engine(folder / "base.db")
    upgrade(engine)
    return SqlTranscoding(engine)


def csv(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join((headers, *rows)).encode()


def imported(
    store: TranscodingStore, *rows: str, headers: str = HEADERS, at: datetime = NOW, dry_run: bool = False
) -> Imported:
    importer = Importer(store, TARGETS, LAB, PROPOSER)
    return importer.file(csv(*rows, headers=headers), "labo.csv", {}, at, dry_run=dry_run)


def assistant(store: TranscodingStore, actor: Actor = BIOLOGIST, release: Release = RELEASE) -> Assistant:
    reference = REFERENCE if release is RELEASE else replace(REFERENCE, targets=Targets(release))
    return Assistant(store, reference, FINESS, actor)


def mapping_of(store: TranscodingStore, key: MappingKey) -> Mapping | None:
    return store.find_mapping(FINESS, key)


def decide(
    store: TranscodingStore,
    local_code: str,
    status: MappingStatus,
    target: Coding | None = None,
    *,
    actor: Actor = BIOLOGIST,
    at: datetime = NOW,
    comment: str = "",
    equivalence: Equivalence = Equivalence.EQUIVALENT,
    key: MappingKey | None = None,
) -> Mapping | None:
    """A decision on the mapping as it stands now."""
    key = key or MappingKey(local_code)
    before = mapping_of(store, key)
    version = before.version if before else 0
    return assistant(store, actor).decide(Decision(key, status, version, target, equivalence, comment), at)


def loinc(code: str) -> Coding:
    return Coding(LOINC, code)


def validated(store: TranscodingStore, local_code: str, code: str, at: datetime = NOW) -> Mapping:
    mapping = decide(store, local_code, MappingStatus.VALIDATED, loinc(code), at=at)
    assert mapping is not None
    return mapping
