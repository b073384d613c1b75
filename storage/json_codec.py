"""A value made of frozen dataclasses as canonical JSON, and back, both by its declared types.

Keys sorted, no white space, UTF-8. Decimals and dates are text, bytes base 64, sets sorted lists; a value that may
be of several classes says which in `@type`. A field that is empty by default is left out when empty, so a field
added later with a default reads in what was written before; a field this version does not know is refused, since
writing the value again would lose it.
"""

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cache
from types import EllipsisType, NoneType, UnionType
from typing import ClassVar, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
_T = TypeVar("_T")
_TAG = "@type"
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_EMPTY: tuple[object, ...] = (None, (), "", b"", frozenset())


class NotOurs(ValueError):
    """A JSON that this version did not write. Says nothing of what it holds."""


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


@dataclass(frozen=True, slots=True)
class _Codec:
    """Both ways of one type."""

    write: Callable[[object], Json]
    read: Callable[[Json], object]


def write_json(value: object) -> bytes:
    """The canonical JSON of a dataclass; a member of another type than declared is a TypeError."""
    kind: object = type(value)
    return _ENCODER.encode(_codec(kind).write(value)).encode("utf-8")


def read_json(kind: type[_T], content: bytes) -> _T:
    """The value of a canonical JSON (white space after it is allowed); `NotOurs` when this version did not write it."""
    declared: object = kind
    try:
        return _expect(kind, _codec(declared).read(json.loads(content)))
    except (ValueError, TypeError, KeyError, ArithmeticError):
        raise NotOurs from None


@cache
def _codec(hint: object) -> _Codec:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _union(get_args(hint))
    if origin is tuple and not isinstance(get_args(hint)[-1], EllipsisType):
        return _fixed([_codec(member) for member in get_args(hint)])
    if origin in (tuple, frozenset):
        return _collection(tuple if origin is tuple else frozenset, _codec(get_args(hint)[0]))
    if isinstance(hint, type):
        if is_dataclass(hint):
            return _record(hint)
        if issubclass(hint, StrEnum):
            return _Codec(lambda value: str(_expect(hint, value)), lambda data: hint(_expect(str, data)))
        if issubclass(hint, IntEnum):
            return _Codec(lambda value: int(_expect(hint, value)), lambda data: hint(_expect(int, data)))
        if hint in _SCALARS:
            return _SCALARS[hint]
    raise TypeError(f"no JSON form for {hint}")


def _expect(kind: type[_T], value: object) -> _T:
    if type(value) is kind:
        return value
    # bool is a subclass of int and datetime of date, but neither may stand for it.
    stands_for_parent = (isinstance(value, bool) and kind is int) or (isinstance(value, datetime) and kind is date)
    if not isinstance(value, kind) or stands_for_parent:
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value


def _text(value: object) -> str:
    return value if type(value) is str else str(_expect(str, value))


_SCALARS: Mapping[type, _Codec] = {
    str: _Codec(_text, _text),  # most members are texts
    int: _Codec(lambda value: _expect(int, value), lambda data: _expect(int, data)),
    bool: _Codec(lambda value: _expect(bool, value), lambda data: _expect(bool, data)),
    Decimal: _Codec(lambda value: str(_expect(Decimal, value)), lambda data: Decimal(_expect(str, data))),
    date: _Codec(lambda value: _expect(date, value).isoformat(), lambda data: date.fromisoformat(_expect(str, data))),
    datetime: _Codec(
        lambda value: _expect(datetime, value).isoformat(), lambda data: datetime.fromisoformat(_expect(str, data))
    ),
    bytes: _Codec(
        lambda value: base64.b64encode(_expect(bytes, value)).decode("ascii"),
        lambda data: base64.b64decode(_expect(str, data), validate=True),
    ),
    uuid.UUID: _Codec(lambda value: str(_expect(uuid.UUID, value)), lambda data: uuid.UUID(_expect(str, data))),
}
_DAY_OR_INSTANT = frozenset({date, datetime})


def _collection(kind: type[tuple[object, ...]] | type[frozenset[object]], item: _Codec) -> _Codec:
    def write(value: object) -> Json:
        written = [item.write(member) for member in _expect(kind, value)]
        return written if kind is tuple else sorted(written, key=str)

    return _Codec(write, lambda data: kind(item.read(member) for member in _expect(list, data)))


def _fixed(items: list[_Codec]) -> _Codec:
    """A tuple of a given length, each place of its own type."""
    return _Codec(
        lambda value: [item.write(member) for item, member in zip(items, _expect(tuple, value), strict=True)],
        lambda data: tuple(item.read(member) for item, member in zip(items, _expect(list, data), strict=True)),
    )


def _union(members: tuple[object, ...]) -> _Codec:
    """An optional value, or one of several classes told apart by their name in `@type`."""
    kinds = [member for member in members if member is not NoneType]
    inner = (
        _codec(kinds[0]) if len(kinds) == 1 else _day_or_instant() if {*kinds} == _DAY_OR_INSTANT else _tagged(kinds)
    )
    if len(kinds) == len(members):
        return inner
    return _Codec(
        lambda value: None if value is None else inner.write(value),
        lambda data: None if data is None else inner.read(data),
    )


def _day_or_instant() -> _Codec:
    """A day, or an instant: told apart by their text."""
    day, instant = _SCALARS[date], _SCALARS[datetime]
    return _Codec(
        lambda value: (instant if isinstance(value, datetime) else day).write(value),
        lambda data: (instant if "T" in _expect(str, data) else day).read(data),
    )


def _tagged(kinds: list[object]) -> _Codec:
    codecs = {kind.__name__: _codec(kind) for kind in kinds if isinstance(kind, type)}

    def write(value: object) -> Json:
        name = type(value).__name__
        return {_TAG: name, **_expect(dict, codecs[name].write(value))}

    def read(data: Json) -> object:
        content = dict(_expect(dict, data))
        return codecs[_expect(str, content.pop(_TAG, None))].read(content)

    return _Codec(write, read)


def _record(kind: type[_Dataclass]) -> _Codec:
    hints = get_type_hints(kind)
    codecs = {field.name: _codec(hints[field.name]) for field in fields(kind)}
    readers = {name: codec.read for name, codec in codecs.items()}
    # What is written always, and what is left out when it is empty as by default.
    writers = [(field.name, codecs[field.name].write, field.default in _EMPTY, field.default) for field in fields(kind)]

    def write(value: object) -> Json:
        _expect(kind, value)
        content: dict[str, Json] = {}
        for name, write_member, may_be_empty, default in writers:
            member = getattr(value, name)
            if may_be_empty and (member is default or member == default):
                continue
            content[name] = write_member(member)
        return content

    def read(data: Json) -> object:
        content = _expect(dict, data)
        if not content.keys() <= readers.keys():
            raise ValueError("a field of a later version")
        return kind(**{name: readers[name](member) for name, member in content.items()})

    return _Codec(write, read)
