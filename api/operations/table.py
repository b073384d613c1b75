"""An operation's table: each parameter of the standard is used, ignored for a reason, or refused (terminology.md §5.3).

Nothing is ignored in silence: what stands in no table is refused as unknown, and the tests walk every table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from api.fhir.parameters import Kind, Rule

LANGUAGE = "([fF][rR]|[eE][nN])(-.*)?"
"""The languages that a label can be asked in."""
_DEFINITIONS = "http://hl7.org/fhir/OperationDefinition"


class Use(StrEnum):
    """What becomes of a parameter. `IGNORED`: read and checked, and it could change nothing in the answer."""

    USED = "used"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the standard; `reason` says in French why it is ignored or refused."""

    rule: Rule
    use: Use = Use.USED
    reason: str = ""

    @property
    def name(self) -> str:
        """As the standard has it."""
        return self.rule.name


@dataclass(frozen=True)
class Operation:
    """One operation on a type of resource, and on one resource of it by its id; `about` says in French what it does.

    `thing` names the resource in a call on the type, empty when it can be found otherwise. Of each of
    `ways`, exactly one parameter is taken; `with_code` goes with the first. `answers` is the type of what comes back.
    `lasting`: what a release answers to a question it always answers, but for a `date` in it.
    """

    resource: str
    name: str
    about: str
    parameters: tuple[Parameter, ...]
    thing: str = ""
    ways: tuple[tuple[str, ...], ...] = ()
    with_code: str = ""
    answers: str = "Parameters"
    lasting: bool = False

    @property
    def definition(self) -> str:
        """Canonical URI of the standard's OperationDefinition."""
        return f"{_DEFINITIONS}/{self.resource}-{self.name}"

    def names(self, use: Use) -> tuple[str, ...]:
        """The parameters of one use."""
        return tuple(parameter.name for parameter in self.parameters if parameter.use is use)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """How those that are not refused are read, by name."""
        return {parameter.name: parameter.rule for parameter in self.parameters if parameter.use is not Use.REFUSED}

    @cached_property
    def uris(self) -> frozenset[str]:
        """The names of those that hold a uri."""
        return frozenset(name for name, rule in self.rules.items() if rule.kind in (Kind.URI, Kind.CANONICAL))

    @cached_property
    def refused(self) -> Mapping[str, str]:
        """Why those that are refused are, by name."""
        return {parameter.name: parameter.reason for parameter in self.parameters if parameter.use is Use.REFUSED}


def used(name: str, kind: Kind, about: str, most: int | None = 1, example: str = "") -> Parameter:
    """A parameter that counts."""
    return Parameter(_rule(name, kind, most, about, example))


def number(name: str, about: str, low: int, high: int | None = None, example: str = "") -> Parameter:
    """A whole number that counts, between two bounds."""
    return Parameter(replace(_rule(name, Kind.INTEGER, 1, about, example), low=low, high=high))


def one_of(name: str, kind: Kind, about: str, words: Iterable[str]) -> Parameter:
    """A word of a closed list, which may be given several times."""
    return Parameter(replace(_rule(name, kind, None, about), words=tuple(words)))


def display_language() -> Parameter:
    """The language of labels: all are French, and stand in for English ones."""
    rule = _rule("displayLanguage", Kind.CODE, 1, "Langue des libellés : fr, ou en là où il est connu")
    return Parameter(replace(rule, pattern=LANGUAGE))


def typed(name: str, longest: int, about: str, example: str = "") -> Parameter:
    """A text that a person types; who reads it says what is too long, up to this."""
    return Parameter(replace(_rule(name, Kind.STRING, 1, about, example), longest=longest, typed=True))


def ignored(name: str, kind: Kind, reason: str, most: int | None = 1) -> Parameter:
    """A parameter that could change nothing here."""
    return Parameter(_rule(name, kind, most, f"Sans effet : {reason}"), Use.IGNORED, reason)


def refused(name: str, kind: Kind, reason: str) -> Parameter:
    """A parameter that would change the answer, and cannot be honoured."""
    return Parameter(_rule(name, kind, None), Use.REFUSED, reason)


# Clients write the same text as one of these elements or another.
_TEXTS = (Kind.URI, Kind.CANONICAL, Kind.STRING, Kind.CODE)


def _rule(name: str, kind: Kind, most: int | None, about: str = "", example: str = "") -> Rule:
    also = tuple(other for other in _TEXTS if other is not kind) if kind in _TEXTS else ()
    return Rule(name, kind, most=most, also=also, day_will_do=kind is Kind.INSTANT, about=about, example=example)
