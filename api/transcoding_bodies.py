"""What is sent to the transcoding assistant, read strictly: a decision, a selection, the columns of a file."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from api.fhir.json import JsonObject, JsonValue
from api.json_body import bad_body, only
from terminology.coding import Coding
from terminology.transcoding.columns import Field
from terminology.transcoding.decisions import Decision
from terminology.transcoding.mapping import Equivalence, MappingKey, MappingKind, MappingStatus

LONGEST = 1000
MOST_SELECTED = 500
DECIDABLE = tuple(status for status in MappingStatus if status is not MappingStatus.TO_DO)
E = TypeVar("E", bound=StrEnum)


def read_decision(body: JsonObject, key: MappingKey, version: int) -> Decision:
    """`{"status", "target": {"system", "code", "display"}, "equivalence", "comment"}`; the status alone is a must."""
    only(body, "", ("status", "target", "equivalence", "comment"))
    return Decision(
        key=key,
        status=_choice(body, "status", DECIDABLE),
        version=version,
        target=_target(body.get("target")),
        equivalence=_choice(body, "equivalence", tuple(Equivalence), Equivalence.EQUIVALENT),
        comment=_text(body, "comment"),
    )


def read_selection(body: JsonObject) -> tuple[list[tuple[MappingKey, int]], str]:
    """`{"selection": [{"local_code", "kind", "value", "version"}], "comment"}`: what to validate, and the words."""
    only(body, "", ("selection", "comment"))
    listed = body.get("selection")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_SELECTED:
        raise bad_body("selection", f"selection liste de 1 à {MOST_SELECTED} correspondances.")
    return [_selected(place, entry) for place, entry in enumerate(listed)], _text(body, "comment")


def read_columns(body: JsonObject) -> dict[Field, str]:
    """`{"local_code": "Code interne", …}`: the header of each field's column."""
    only(body, "", tuple(f.value for f in Field))
    return {Field(name): _text(body, name, required=True) for name in body}


def _selected(place: int, entry: JsonValue) -> tuple[MappingKey, int]:
    path = f"selection[{place}]"
    if not isinstance(entry, Mapping):
        raise bad_body(path, "Un objet est attendu.")
    entry = dict(entry)
    only(entry, path, ("local_code", "kind", "value", "version"))
    version = entry.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise bad_body(f"{path}.version", "version est la version lue, un entier.")
    kind = _choice(entry, "kind", tuple(MappingKind), MappingKind.ANALYSIS)
    return MappingKey(_text(entry, "local_code", required=True), kind, _text(entry, "value")), version


def _target(value: JsonValue) -> Coding | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise bad_body("target", "target est un objet : system, code, display.")
    target = dict(value)
    only(target, "target", ("system", "code", "display"))
    return Coding(
        _text(target, "system", required=True), _text(target, "code", required=True), _text(target, "display")
    )


def _text(body: JsonObject, name: str, *, required: bool = False) -> str:
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST or (required and not value.strip()):
        raise bad_body(name, f"{name} est un texte de {LONGEST} caractères au plus.")
    return value.strip()


def _choice(body: JsonObject, name: str, known: tuple[E, ...], default: E | None = None) -> E:
    value = body.get(name)
    if value is None and default is not None:
        return default
    for member in known:
        if value == member.value:
            return member
    raise bad_body(name, f"{name} vaut {', '.join(known)}.")
