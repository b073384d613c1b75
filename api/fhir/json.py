"""Strict JSON in, exact JSON out (RFC 8259, FHIR R4 json.html).

Reading refuses what two readers could understand differently: doubled keys, NaN, bytes that are not UTF-8, lone
surrogates, numbers beyond any measure. Numbers with a fraction are Decimal in and out: 1.10 stays 1.10.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias, cast

import orjson

from kernel.errors import Invalid

JsonValue: TypeAlias = "str | int | Decimal | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | Written | None"
JsonObject: TypeAlias = dict[str, JsonValue]
Written: TypeAlias = orjson.Fragment
"""JSON that is written already, as a value of what is not yet."""

MAX_DEPTH = 40
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MAX_DIGITS = 40


class _Refused(ValueError):
    """Carries the French reason out of the standard parser."""


def parse(body: bytes, code: str = "invalid-bundle") -> JsonObject:
    """The JSON object in `body`; `Invalid` with `code` and the reason otherwise."""
    try:
        value = _DECODER.decode(body.decode("utf-8"))
        _refuse_depth(value)
        if _SURROGATE.search(body):  # UTF-8 holds none: one can come by an escape only
            _refuse_surrogates(value)
    except UnicodeDecodeError:
        raise _invalid(code, "Le corps n'est pas en UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _invalid(code, f"JSON illisible à la ligne {error.lineno}, colonne {error.colno}.") from None
    except _Refused as refused:
        raise _invalid(code, str(refused)) from None
    except RecursionError:
        raise _invalid(code, "JSON imbriqué trop profondément.") from None
    if not isinstance(value, dict):
        raise _invalid(code, "Le corps n'est pas un objet JSON.")
    return value


def serialise(value: JsonValue) -> bytes:
    """UTF-8 JSON of `value`; Decimals keep every digit they have."""
    return orjson.dumps(value, default=_exact)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, int):
        return orjson.Fragment(str(value))
    raise TypeError(f"not JSON: {type(value).__name__}")


def _invalid(code: str, message: str) -> Invalid:
    return Invalid.because(code, message, "Envoyer un objet JSON conforme, encodé en UTF-8.")


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("Une clé JSON est répétée dans un même objet.")
    return found


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if len(text) > _MAX_DIGITS or abs(number.adjusted()) > _MAX_DIGITS:
        raise _Refused("Un nombre est hors de toute mesure.")
    return number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise _Refused("Un nombre est hors de toute mesure.")
    return int(text)


def _constant(_text: str) -> NoReturn:
    raise _Refused("NaN et Infinity ne sont pas des nombres JSON.")


def _refuse_depth(root: JsonValue) -> None:
    level: list[Any] = [root] if isinstance(root, dict | list) else []
    for _ in range(MAX_DEPTH):
        below = [child for value in level for child in (value.values() if type(value) is dict else value)]
        level = [child for child in below if type(child) is dict or type(child) is list]
        if not level:
            return
    raise _Refused("JSON imbriqué trop profondément.")


def _refuse_surrogates(root: JsonValue) -> None:
    waiting: list[JsonValue] = [root]
    while waiting:
        value = waiting.pop()
        texts = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
        if any("\ud800" <= character <= "\udfff" for text in texts if not text.isascii() for character in text):
            raise _Refused("Le texte contient un demi-caractère Unicode (surrogate isolé).")
        waiting.extend(_children(value))


def _children(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return cast("list[JsonValue]", value) if isinstance(value, list) else ()


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
)
