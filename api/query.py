"""Query strings read strictly after a table: what is unknown, repeated, malformed or no UTF-8 is refused (§4.5)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import parse_qsl

from starlette.requests import Request

from kernel.errors import Invalid
from kernel.finess import well_formed


def bad(name: str, message: str, hint: str) -> Invalid:
    """A refusal that names the parameter."""
    return Invalid.because("bad-parameter", message, hint, name)


class Takes(StrEnum):
    """What a parameter holds."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, eq=False)
class QueryRule:
    """One parameter of a GET, given at most once; `about` says in French what it is for, `example` is one that works.

    A number goes from `low` to `high`, and is `default` when absent: below `low` for none at all. A text is one of
    `choices`, when there are any.
    """

    name: str
    about: str
    takes: Takes = Takes.TEXT
    required: bool = False
    low: int = 0
    high: int = 0
    default: int = 0
    choices: tuple[str, ...] = ()
    example: str = ""


def text(name: str, about: str, *, required: bool = False, example: str = "") -> QueryRule:
    """A text as it is."""
    return QueryRule(name, about, required=required, example=example)


def choice(name: str, about: str, *choices: str) -> QueryRule:
    """A word of a closed list."""
    return QueryRule(name, about, choices=choices)


def number(name: str, about: str, low: int, high: int, default: int) -> QueryRule:
    """A whole number."""
    return QueryRule(name, about, Takes.NUMBER, low=low, high=high, default=default)


def flag(name: str, about: str) -> QueryRule:
    """`true` or `false`."""
    return QueryRule(name, about, Takes.FLAG)


@cache
def _by_name(rules: tuple[QueryRule, ...]) -> dict[str, QueryRule]:
    return {rule.name: rule for rule in rules}


@cache
def _required(rules: tuple[QueryRule, ...]) -> list[QueryRule]:
    return [rule for rule in rules if rule.required]


class QueryParameters:
    """The parameters of a GET, each given at most once. A value is checked when it is asked for."""

    def __init__(self, request: Request, rules: tuple[QueryRule, ...] = ()) -> None:
        try:
            pairs = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict")
        except (UnicodeDecodeError, ValueError):
            raise bad("", "La requête n'est pas en UTF-8.", "Encoder les paramètres en UTF-8.") from None
        self._rules = _by_name(rules)
        self._values: dict[str, str] = {}
        for name, value in pairs:
            if name not in self._rules:
                hint = f"Connus : {', '.join(self._rules)}." if self._rules else "Aucun n'est attendu ici."
                raise bad(name[:60], f"Paramètre inconnu : {name[:60]}.", hint)
            if name in self._values:
                raise bad(name, f"Paramètre répété : {name}.", "Le donner une seule fois.")
            self._values[name] = value
        for rule in _required(rules):
            if not self._values.get(rule.name):
                raise bad(rule.name, f"Le paramètre {rule.name} manque.", f"{rule.about}.")

    def only(self, name: str) -> bool:
        """Whether no other is given."""
        return self._values.keys() <= {name}

    def given(self, name: str) -> str | None:
        """The value as it was sent, for who judges it otherwise; None when absent."""
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        """The value as it is, None when absent; refuses one that is not of the choices."""
        value, rule = self._values.get(name), self._rules[name]
        if value is not None and rule.choices and value not in rule.choices:
            raise bad(name, f"{name} vaut {', '.join(rule.choices)}.", "Corriger la valeur.")
        return value

    def number(self, name: str) -> int:
        """A whole number between the bounds of its rule."""
        value, rule = self._values.get(name), self._rules[name]
        if value is None:
            return rule.default
        if not value.isascii() or not value.isdigit() or len(value) > 9 or not rule.low <= int(value) <= rule.high:
            raise bad(name, f"{name} n'est pas un entier de {rule.low} à {rule.high}.", "Corriger la valeur.")
        return int(value)

    def flag(self, name: str) -> bool | None:
        """`true` or `false`; None when absent."""
        value = self._values.get(name)
        if value not in (None, "true", "false"):
            raise bad(name, f"{name} vaut true ou false.", "Corriger la valeur.")
        return None if value is None else value == "true"


def check_finess(finess: str) -> None:
    """`Invalid` (`bad-parameter`) for a FINESS in a path that is not well formed."""
    if not well_formed(finess):
        raise bad("finess", "Le FINESS est mal formé.", "Neuf caractères, FINESS géographique.")
