"""A code, the system it belongs to, and its label: the three always travel together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coding:
    """`system` is a canonical URI; `display` a French label."""

    system: str
    code: str
    display: str = ""
