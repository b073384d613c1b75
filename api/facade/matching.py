"""Whether a value asked for is one that a resource has: tokens, strings, uris, dates, references (FHIR R4 3.1.1.4)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.facade.search_parameters import Kind, SearchParameter
from api.query import bad
from kernel.errors import Unsupported
from kernel.text import fold

Value = tuple[str, str]
STRING_MODIFIERS = ("exact", "contains")
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
_DATE = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
# A comma, bar or dollar that is part of a value has a backslash before it (3.1.1.4.7).
_COMMA = re.compile(r"(?<!\\),")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter as it was asked: any of the values it was given has to match."""

    parameter: SearchParameter
    matches: Callable[[frozenset[Value]], bool]


def read_condition(parameter: SearchParameter, modifier: str, text: str) -> Condition:
    """The condition a parameter's text means; `Invalid` for a value, `Unsupported` for a modifier."""
    if modifier and not (parameter.kind is Kind.STRING and modifier in STRING_MODIFIERS):
        name = f"{parameter.name}:{modifier}"
        raise Unsupported.because(
            "not-supported",
            f"Le modificateur :{modifier[:30]} n'est pas traité pour {parameter.name}.",
            "Modificateurs traités : :exact et :contains, sur les textes.",
            name[:60],
        )
    values = [part for part in _COMMA.split(text) if part]
    if not values:
        raise bad(parameter.name, f"{parameter.name} est vide.", "Donner une valeur ou retirer le paramètre.")
    tests = [_test(parameter, modifier, value) for value in values]
    return Condition(parameter, lambda held: any(test(held) for test in tests))


def _test(parameter: SearchParameter, modifier: str, value: str) -> Callable[[frozenset[Value]], bool]:
    if parameter.kind is Kind.TOKEN:
        return _token(value)
    if parameter.kind is Kind.DATE:
        return _date(parameter.name, value)
    if parameter.kind is Kind.STRING:
        return _string(modifier, _plain(value))
    wanted = _plain(value)
    if parameter.kind is Kind.URI:
        return lambda held: ("", wanted) in held
    # A canonical may carry a version after a bar; asked for without it, any version fits.
    return lambda held: any(wanted in (text, text.partition("|")[0]) for _, text in held)


def _token(value: str) -> Callable[[frozenset[Value]], bool]:
    parts = [_plain(part) for part in _BAR.split(value, maxsplit=1)]
    if len(parts) == 1:
        return lambda held: any(code == parts[0] for _, code in held)
    system, code = parts
    if not code:
        return lambda held: any(each == system for each, _ in held)
    return lambda held: (system, code) in held


def _string(modifier: str, wanted: str) -> Callable[[frozenset[Value]], bool]:
    if modifier == "exact":
        return lambda held: ("", wanted) in held
    folded = fold(wanted)
    if modifier == "contains":
        return lambda held: any(folded in fold(text) for _, text in held)
    return lambda held: any(fold(text).startswith(folded) for _, text in held)


def _date(name: str, value: str) -> Callable[[frozenset[Value]], bool]:
    prefix, low, high = _interval(name, value)

    def compare(text: str) -> bool:
        _, start, end = _interval(name, text)
        return {
            "eq": low <= start and end <= high,
            "ne": not (low <= start and end <= high),
            "gt": end > high,
            "lt": start < low,
            "ge": end > high or (low <= start and end <= high),
            "le": start < low or (low <= start and end <= high),
            "sa": start >= high,
            "eb": end <= low,
        }[prefix]

    return lambda held: any(compare(text) for _, text in held)


def _interval(name: str, text: str) -> tuple[str, datetime, datetime]:
    """The prefix, and the time from and to (excluded) which a date lasts; without a zone it is UTC."""
    match = _DATE.fullmatch(text)
    prefix = (match["prefix"] or "eq") if match else ""
    if match is None or prefix not in PREFIXES:
        hint = f"Une date, AAAA[-MM[-JJ[Thh:mm[:ss]±hh:mm]]], précédée ou non de {', '.join(PREFIXES)}."
        raise bad(name, f"{name} n'est pas une date.", hint)
    whole = (
        f"{match['year']}-{match['month'] or '01'}-{match['day'] or '01'}"
        f"T{match['hour'] or '00'}:{match['minute'] or '00'}:{match['second'] or '00'}{match['zone'] or 'Z'}"
    )
    try:
        low = datetime.fromisoformat(whole).astimezone(UTC)
        return prefix, low, _end(low, match)
    except (ValueError, OverflowError):
        raise bad(name, f"{name} n'est pas une date du calendrier.", "Corriger la date.") from None


def _end(low: datetime, match: "re.Match[str]") -> datetime:
    if match["second"]:
        return low + timedelta(seconds=1)
    if match["hour"]:
        return low + timedelta(minutes=1)
    if match["day"]:
        return low + timedelta(days=1)
    if match["month"]:
        return (low + timedelta(days=31)).replace(day=1)
    return low.replace(year=low.year + 1)


def _plain(value: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", value)
