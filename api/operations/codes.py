"""What several operations say of one code: how it is given, and why it is not held."""

from api.fhir.systems import LOINC
from kernel import loinc
from kernel.errors import CircuitbioError, Invalid, NotFound

CODE, CODING, CONCEPT = "code", "coding", "codeableConcept"
ONE_OF = (CODE, CODING, CONCEPT)
"""The ways to give a code, of which one is taken."""
EXAMPLE = "57022-6"
"""A request of the starter catalogue (terminology.md §1.3)."""


def why_not_held(system: str, code: str, *, fragment: bool = False) -> str:
    """Why a code is in no release, in French: its form, its check digit, or that it is unknown, which says less of a
    system of which only a fragment is held."""
    if system == LOINC and not loinc.valid(code):
        return _why_malformed(code)
    partly = ", dont seule une partie est tenue ici" if fragment else ""
    return f"Le code {code[:60]} n'est pas tenu dans {system[:200]}{partly}."


def not_held(system: str, code: str, place: str) -> CircuitbioError:
    """The refusal of a code the release does not hold: `malformed-loinc` when it cannot be one of LOINC."""
    if system == LOINC and not loinc.valid(code):
        return Invalid.because("malformed-loinc", _why_malformed(code), "Vérifier le code et sa clé.", place)
    return NotFound.because("not-found", why_not_held(system, code), "Vérifier le code et sa version.", place)


def _why_malformed(code: str) -> str:
    if not loinc.well_formed(code):
        return f"« {code[:60]} » n'a pas la forme d'un code LOINC."
    number = code.partition("-")[0]
    return f"La clé de contrôle de {code} est incorrecte (attendue : {number}-{loinc.check_digit(number)})."
