"""What is read past but plainly right: the few elements our readers leave alone, in the form FHIR R4 gives them.

Only what is certain is told: another form may be right too, and is left to the models of `api.fhir.structure`.
"""

import re
from collections.abc import Callable

from api.fhir.json import JsonValue

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_CODE = re.compile(r"[!-~]+", re.ASCII)


def is_plain(name: str, value: JsonValue) -> bool:
    """Whether `value` has for certain the form of the element `name`, wherever it stands."""
    known = _FORMS.get(name)
    return known is not None and known(value)


def _id(value: JsonValue) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _code(value: JsonValue) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _words(value: JsonValue) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() == value != ""


def _flag(value: JsonValue) -> bool:
    return isinstance(value, bool)


def _profiles(value: JsonValue) -> bool:
    """A `meta` that only claims profiles."""
    if not isinstance(value, dict) or value.keys() != {"profile"}:
        return False
    claimed = value["profile"]
    return isinstance(claimed, list) and claimed != [] and all(map(_code, claimed))


_FORMS: dict[str, Callable[[JsonValue], bool]] = {
    "id": _id,
    "meta": _profiles,
    "use": _code,
    "system": _code,
    "version": _words,
    "display": _words,
    "text": _words,
    "unit": _words,
    "userSelected": _flag,
}
