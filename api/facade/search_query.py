"""What a search asks for, read strictly: each parameter is used, told to be ignored, or refused (FHIR R4 3.1.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.facade.matching import Condition, read_condition
from api.facade.parts import Summary, read_elements, read_summary
from api.facade.result_parameters import COUNT, IGNORED, OF_MANY, OFFSET, TOTAL
from api.facade.search_parameters import PARAMETERS, Kind, refused
from api.query import QueryRule, bad
from api.terminology.aliases import own_name
from kernel.errors import Invalid, Unsupported
from kernel.findings import Finding, Severity

_LONGEST = 1000
_REPEATED_IN_LINKS = ("_count", "_sort", "_summary", "_elements")
_SHAPING = frozenset(rule.name for rule in OF_MANY)
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search. `kept` is what links repeat; `versions` are those that the canonicals asked for carry; `release` is
    None when none is named; `sort` are parameters with whether downwards."""

    kind: str
    conditions: tuple[Condition, ...]
    versions: tuple[str, ...]
    release: str | None
    count: int
    offset: int
    sort: tuple[tuple[str, bool], ...]
    summary: Summary
    elements: frozenset[str] | None
    kept: tuple[tuple[str, str], ...]
    notices: tuple[Finding, ...]


@dataclass(slots=True)
class _Sorted:
    """The parameters as they come, by what becomes of them."""

    conditions: list[Condition] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    shape: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)


def read_query(kind: str, pairs: Pairs, aliases: Mapping[str, str], *, strict: bool) -> SearchQuery:
    """The search that `pairs` mean; `Invalid` and `Unsupported` name the parameter at fault.

    One that nobody knows is refused when `strict`, else it becomes a notice. `aliases` are other names of canonicals.
    """
    read = _Sorted()
    for name, text in pairs:
        _take(read, kind, name, text, aliases, strict=strict)
    if read.shape.get(TOTAL.name, TOTAL.choices[0]) not in TOTAL.choices:
        raise bad(TOTAL.name, f"_total vaut {', '.join(TOTAL.choices)}.", "Corriger la valeur.")
    return SearchQuery(
        kind,
        tuple(read.conditions),
        tuple(read.versions),
        read.shape.get("release"),
        _number(read, COUNT),
        _number(read, OFFSET),
        _sort(kind, read.shape.get("_sort")),
        read_summary(read.shape.get("_summary")),
        read_elements(kind, read.shape.get("_elements")),
        tuple(read.kept),
        tuple(read.notices),
    )


def _take(read: _Sorted, kind: str, whole: str, text: str, aliases: Mapping[str, str], *, strict: bool) -> None:
    name, _, modifier = whole.partition(":")
    known = {parameter.name: parameter for parameter in PARAMETERS[kind]}
    if len(text) > _LONGEST:
        raise Invalid.because("filter-too-long", f"{name[:60]} dépasse {_LONGEST} caractères.", "Raccourcir.", name)
    if name in known:
        values = _own_names(known[name].kind, text, aliases)
        values = _without_versions(read, values) if name == "url" else values
        read.conditions.append(read_condition(known[name], modifier, values))
        read.kept.append((whole, text))
    elif whole in _SHAPING:
        if whole in read.shape:
            raise bad(whole, f"Paramètre répété : {whole}.", "Le donner une seule fois.")
        read.shape[whole] = text
        if whole in _REPEATED_IN_LINKS:
            read.kept.append((whole, text))
    else:
        read.notices.append(_not_used(kind, name, whole[:60], strict=strict))


def _own_names(kind: Kind, text: str, aliases: Mapping[str, str]) -> str:
    """The values of `text`, canonicals and systems of codes under the names they are held by."""
    if not aliases or kind in (Kind.STRING, Kind.DATE):
        return text
    return ",".join(own_name(value, aliases) for value in text.split(","))


def _without_versions(read: _Sorted, text: str) -> str:
    """The canonicals of `text`, their versions taken aside."""
    canonicals = [canonical.partition("|") for canonical in text.split(",")]
    read.versions.extend(version for _, _, version in canonicals if version)
    return ",".join(url for url, _, _ in canonicals)


def _not_used(kind: str, name: str, whole: str, *, strict: bool) -> Finding:
    """What the caller is told of a parameter without effect; raised when it is refused."""
    if name in IGNORED:
        return Finding(Severity.INFORMATION, "informational", f"{whole} est sans effet.", IGNORED[name], whole)
    if name in refused(kind):
        raise Unsupported.because(
            "not-supported", f"Le paramètre {whole} n'est pas traité.", "Le retirer de la requête.", whole
        )
    known = ", ".join(parameter.name for parameter in PARAMETERS[kind])
    if strict:
        raise bad(whole, f"Paramètre inconnu : {whole}.", f"Connus : {known}.")
    return Finding(
        Severity.WARNING, "not-supported", f"Paramètre inconnu, laissé de côté : {whole}.", f"Connus : {known}.", whole
    )


def _number(read: _Sorted, rule: QueryRule) -> int:
    text = read.shape.get(rule.name)
    if text is None:
        return rule.default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(rule.high)) and int(text) <= rule.high):
        raise bad(rule.name, f"{rule.name} n'est pas un entier de 0 à {rule.high}.", "Corriger la valeur.")
    return int(text)


def _sort(kind: str, text: str | None) -> tuple[tuple[str, bool], ...]:
    known = {parameter.name for parameter in PARAMETERS[kind]}
    keys = [(name.removeprefix("-"), name.startswith("-")) for name in text.split(",")] if text is not None else []
    for name, _ in keys:
        if name not in known:
            raise bad(
                "_sort", f"On ne trie pas {kind} par {name[:60]}.", "Trier par : " + ", ".join(sorted(known)) + "."
            )
    return tuple(keys)
