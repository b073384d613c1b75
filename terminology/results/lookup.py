"""What a release says of the code of a result, or why it says nothing (terminology.md §6, rules 1 and 2)."""

from dataclasses import dataclass
from enum import StrEnum

from kernel import loinc
from terminology.catalogue import Catalogue
from terminology.request_code import CodeStatus
from terminology.result_code import ResultCode
from terminology.results.result import Result


class Unknown(StrEnum):
    """Why the release cannot speak of a code."""

    SYSTEM_MISSING = "system-missing"
    LOCAL_CODE = "local-code"
    WAITING_CODE = "waiting-code"
    OUTSIDE_RELEASE = "outside-release"


@dataclass(frozen=True, slots=True)
class Unheld:
    """A code the release cannot speak of: why, and a French sentence."""

    why: Unknown
    message: str


def look_up(result: Result, catalogue: Catalogue) -> ResultCode | Unheld:
    """The analysis of a result: LOINC, and in force in the release; a retired one is outside it."""
    if not result.system:
        return Unheld(
            Unknown.SYSTEM_MISSING,
            f"le code {result.code} n'a pas de système de codage, sans lequel aucune comparaison n'est possible",
        )
    held = catalogue.result(result.code)
    if held is not None and held.status is CodeStatus.WAITING and result.is_coded_as(held.system, held.code):
        return Unheld(Unknown.WAITING_CODE, f"{result.code} est un code d'attente, sans niveau de comparabilité")
    if not result.is_loinc:
        return Unheld(
            Unknown.LOCAL_CODE, f"{result.code} est un code local, ou d'un système inconnu (« {result.system} »)"
        )
    if held is not None and held.status is CodeStatus.ACTIVE and held.system == loinc.SYSTEM:
        return held
    digit = "" if loinc.valid(result.code) else " (sa clé de contrôle est fausse)"
    return Unheld(
        Unknown.OUTSIDE_RELEASE,
        f"{result.code}{digit} n'est pas une analyse de la version {catalogue.release.name} du jeu de valeurs",
    )


def twin_of(code: ResultCode, catalogue: Catalogue) -> ResultCode | None:
    """The analysis `code` corresponds to, when the release holds it in force and it points back; None otherwise."""
    twin = catalogue.result(code.correspondence.code) if code.correspondence else None
    if twin is None or twin.status is not CodeStatus.ACTIVE or twin.correspondence is None:
        return None
    return twin if twin.correspondence.code == code.code else None
