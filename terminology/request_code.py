"""An exam a prescriber can ask for (*examen prescriptible*), as the value set describes it (terminology.md §2)."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from terminology.coding import Coding


class CodeStatus(StrEnum):
    """`waiting` = no LOINC yet (code d'attente); `retired` = resolvable, never offered."""

    ACTIVE = "active"
    WAITING = "waiting"
    RETIRED = "retired"


class OrderClass(StrEnum):
    """LOINC ORDER_OBS, in the value set's spelling."""

    ORDER = "Order"
    BOTH = "Both"
    OBSERVATION = "Observation"


class SynonymKind(StrEnum):
    """What kind of other name it is."""

    SYNONYM = "synonyme"
    ABBREVIATION = "abreviation"
    LOCAL_USE = "usage-local"


class AnswerType(StrEnum):
    """Type of the answer to an item of clinical information."""

    DATE = "date"
    CHOICE = "choix"
    TEXT = "texte"
    INTEGER = "entier"
    DECIMAL = "decimal"
    BOOLEAN = "booleen"
    QUANTITY = "quantite"


class Obligation(StrEnum):
    """How much the exam needs the item. `obligatoire` is an incentive, never a block (seed 002)."""

    REQUIRED = "obligatoire"
    USEFUL = "utile"


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another name of the exam."""

    text: str
    kind: SynonymKind


@dataclass(frozen=True, slots=True)
class ClinicalInformation:
    """One item of clinical information (*renseignement clinique*).

    `unit` is UCUM, for quantities; `sex` is the FHIR gender of the only patients it is asked of, None = all.
    """

    code: str
    label: str
    type: AnswerType
    choices: tuple[Coding, ...] = ()
    unit: str | None = None
    help: str = ""
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedInformation:
    """An item of clinical information, and how much one exam needs it."""

    item: ClinicalInformation
    obligation: Obligation


@dataclass(frozen=True, slots=True)
class RequestCode:
    """One exam. `restricted` is None when unknown; `verified` says against what the row was checked, empty = not.

    `nabm` are acts of four digits, `rihn` codes of the RIHN list; `waiting_code` is the one it had before its LOINC, or
    has; `extra` holds the columns nobody knows, verbatim.
    """

    code: str
    system: str
    display: str
    status: CodeStatus = CodeStatus.ACTIVE
    retired_since: date | None = None
    reference_label: str | None = None
    synonyms: tuple[Synonym, ...] = ()
    order_class: OrderClass | None = None
    chapter: Coding | None = None
    sub_chapter: Coding | None = None
    rank: int | None = None
    nabm: tuple[str, ...] = ()
    rihn: tuple[str, ...] = ()
    specimens: tuple[Coding, ...] = ()
    sites: tuple[Coding, ...] = ()
    lateralities: tuple[Coding, ...] = ()
    clinical_information: tuple[ExpectedInformation, ...] = ()
    patient_instructions: tuple[str, ...] = ()
    restricted: bool | None = None
    waiting_code: str = ""
    frequency: int = 0
    verified: str = ""
    extra: tuple[tuple[str, str], ...] = field(default=())

    @property
    def required_information(self) -> tuple[ClinicalInformation, ...]:
        """Items marked `obligatoire`."""
        return tuple(e.item for e in self.clinical_information if e.obligation is Obligation.REQUIRED)

    @property
    def useful_information(self) -> tuple[ClinicalInformation, ...]:
        """Items marked `utile`."""
        return tuple(e.item for e in self.clinical_information if e.obligation is Obligation.USEFUL)
