"""Header texts as keys: how a column is recognised whatever the accents, case, spaces and punctuation (§1.4.3)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from kernel.text import fold

_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_PARENTHESIS = re.compile(r"\([^()]*\)")

# From this length on, a header that is the beginning of a known one is that one, cut short.
_TRUNCATED_FROM = 8

ColumnT = TypeVar("ColumnT", bound=StrEnum)


def key(text: str) -> str:
    """Letters and digits of `text`, folded: « Niveau minimu m de comparabilité » and « Niveau minimum… » agree."""
    return _NOT_ALPHANUMERIC.sub("", fold(text))


@dataclass(frozen=True)
class Vocabulary(Generic[ColumnT]):
    """The columns one sheet may have: for each, the header texts it is known by; `*` at the end stands for any rest.

    One text may belong to several columns (« LOINC »): who reads the sheet decides by the place of the column.
    """

    names: Mapping[ColumnT, Iterable[str]]

    @cached_property
    def _keys(self) -> dict[str, frozenset[ColumnT]]:
        found: dict[str, set[ColumnT]] = {}
        for column, names in self.names.items():
            for name in names:
                found.setdefault(key(name), set()).add(column)
        return {text: frozenset(columns) for text, columns in found.items()}

    @cached_property
    def _beginnings(self) -> tuple[tuple[str, ColumnT], ...]:
        return tuple(
            (key(name), column) for column, names in self.names.items() for name in names if name.endswith("*")
        )

    def columns(self, header: str) -> frozenset[ColumnT]:
        """The columns this header may stand for: by its whole text, without its parenthesis, by its beginning."""
        whole = key(header)
        if not whole:
            return frozenset()
        for text in (whole, key(_PARENTHESIS.sub("", header))):
            if text in self._keys:
                return self._keys[text]
        begun = frozenset(column for beginning, column in self._beginnings if whole.startswith(beginning))
        if begun or len(whole) < _TRUNCATED_FROM:
            return begun
        return frozenset(c for text, columns in self._keys.items() if text.startswith(whole) for c in columns)
