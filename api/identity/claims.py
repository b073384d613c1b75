"""From the claims of a token to a caller: plain ones, or those of Pro Santé Connect (ecosystem.md §3).

A claim is named as it stands (`rpps`, `https://a.example/rpps`), or by its way down, lists passed through
(`SubjectRefPro.exercices.activities.numeroFinessSite`). The first name that gives something is the one that counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.fhir.json import JsonObject, JsonValue
from api.identity.tokens import Unauthenticated
from kernel import finess, rpps
from kernel.errors import Forbidden
from prescription.caller import Caller, Role

_NATIONAL_RPPS, _NATIONAL_FINESS = "8", "1"
"""What stands before an RPPS or a FINESS in a national identifier (prescription.md §10): read as equal."""


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where a token holds what concerns us; `role_values` are words of the provider, each with the role it gives."""

    rpps: Sequence[str] = ("rpps", "SubjectNameID")
    finess: Sequence[str] = ("finess", "SubjectRefPro.exercices.activities.numeroFinessSite")
    roles: Sequence[str] = ("roles", "realm_access.roles")
    role_values: Mapping[str, Role] = field(default_factory=dict)


def caller_from(claims: JsonObject, names: ClaimNames) -> Caller:
    """The caller these claims are of.

    `Unauthenticated` for a malformed RPPS or FINESS, or two RPPS. `Forbidden` (`role`) for no role or several, for a
    prescriber or a biologist without RPPS, for a laboratory without FINESS. Who works in several sites acts for none.
    Nothing is read of a patient but the role.
    """
    role = _role(_found(claims, names.roles), names.role_values)
    if role is Role.PATIENT:
        return Caller(role)
    people = {_without(_NATIONAL_RPPS, text, 12) for text in _found(claims, names.rpps)}
    sites = {_without(_NATIONAL_FINESS, text, 10) for text in _found(claims, names.finess)}
    if len(people) > 1 or not all(map(rpps.well_formed, people)) or not all(map(finess.well_formed, sites)):
        raise Unauthenticated.because_of_the_token()
    caller = Caller(role, "".join(people), "".join(sites) if len(sites) == 1 else "")
    if role in (Role.PRESCRIBER, Role.BIOLOGIST) and not caller.id:
        raise _no_role("Le jeton ne porte pas de numéro RPPS.")
    if role is Role.LABORATORY and not caller.finess:
        raise _no_role("Le jeton ne porte pas un FINESS et un seul.")
    return caller


def _role(words: set[str], role_values: Mapping[str, Role]) -> Role:
    roles = {
        role_values[word] if word in role_values else Role(word) for word in words if word in {*role_values, *Role}
    }
    if len(roles) != 1:
        raise _no_role("Le jeton ne porte pas un rôle et un seul.")
    return roles.pop()


def _found(claims: JsonObject, names: Sequence[str]) -> set[str]:
    """The values of the first of these names that has any."""
    for name in names:
        if found := set(_texts(claims[name] if name in claims else _down(claims, name.split(".")))):
            return found
    return set()


def _down(value: JsonValue, way: Sequence[str]) -> list[JsonValue]:
    if isinstance(value, list):
        return [found for each in value for found in _down(each, way)]
    if not way:
        return [value]
    return _down(value[way[0]], way[1:]) if isinstance(value, dict) and way[0] in value else []


def _texts(value: JsonValue) -> Iterator[str]:
    """The value as texts. What is no text becomes one that no number looks like, so that it is refused and not lost."""
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value not in (None, ""):
        yield value if isinstance(value, str) else repr(value)


def _without(prefix: str, text: str, length: int) -> str:
    return text[1:] if len(text) == length and text.startswith(prefix) else text


def _no_role(message: str) -> Forbidden:
    return Forbidden.because("role", message, "Demander au fournisseur d'identité un jeton qui le porte.")
