"""An analysis that carries a result (*analyse porteuse de résultat*), as the value set has it (terminology.md §2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum

from terminology.coding import Coding
from terminology.request_code import CodeStatus


class Comparability(IntEnum):
    """Column V, *niveau minimum de comparabilité*: may two results with this code be compared on the code alone?"""

    ON_CODE = 1
    TECHNIQUE_DEPENDENT = 2
    NOT_EVALUATED = 9


class FactorOrigin(StrEnum):
    """Where a conversion factor comes from: the value set's column AB, or a molar mass of our own arithmetic."""

    OFFICIAL = "officiel"
    COMPUTED = "calculé"


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The twin analysis (column AA); value(twin) = value(this) × `factor` (column AB), None when it is not given."""

    code: str
    factor: Decimal | None = None
    origin: FactorOrigin = FactorOrigin.OFFICIAL


@dataclass(frozen=True, slots=True)
class ResultCode:
    """One analysis. `unit` (column X) is shown, `ucum` (column Y) computes; `restricted` and `systematic` are None
    when unknown; `correspondence` is None when there is no twin; `waiting_code` (column AK) is the one it had before
    its LOINC, or has."""

    code: str
    system: str
    reference_label: str
    status: CodeStatus = CodeStatus.ACTIVE
    retired_since: date | None = None
    edition_label: str = ""
    chapter: Coding | None = None
    sub_chapter: Coding | None = None
    rank: int | None = None
    comparability: Comparability = Comparability.NOT_EVALUATED
    restricted: bool | None = None
    systematic: bool | None = None
    unit: str = ""
    ucum: str = ""
    correspondence: Correspondence | None = None
    techniques: tuple[Coding, ...] = ()
    waiting_code: str = ""
    verified: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def display(self) -> str:
        """The label to print, else the label of reference."""
        return self.edition_label or self.reference_label


@dataclass(frozen=True, slots=True)
class RequestResult:
    """One request leads to one result (1..N to 1..N); `rank` is the place in the report, None when not given."""

    request: str
    result: str
    rank: int | None = None
