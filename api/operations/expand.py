"""`ValueSet/$expand`: the codes of a value set, all or those a text finds (FHIR R4, terminology.md §5.3).

The value sets of requests are searched by the typeahead, so in the same order; the others by `members`.
"""

import sys
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from api.fhir.json import JsonObject, JsonValue
from api.fhir.parameters import Kind
from api.fhir.value_set_definition import write_value_set
from api.operations.asking import Asked, Version
from api.operations.expansion import (
    Expansion,
    Manner,
    write_contains,
    write_expansion,
    write_head,
    write_parameter,
)
from api.operations.members import Members, members_of
from api.operations.routing import Answer, routes
from api.operations.table import Operation, display_language, ignored, number, one_of, refused, typed, used
from api.operations.terms import Checked, Kept, Terms
from api.operations.things import VALUE_SET, release_of_system, thing_asked
from api.operations.versions import split
from api.terminology import systems
from api.terminology.concept import Concept
from api.terminology.properties import PROPERTY_TYPES
from api.terminology.systems import Canonical
from kernel.errors import Invalid
from search.analysis import LONGEST_QUERY
from search.index import MOST_CANDIDATES, Filters, Listing
from terminology.catalogue import Catalogue

MOST = 5000
MOST_OFFSET = 10_000
_SYSTEM_VERSIONS = ("system-version", "check-system-version", "force-system-version")
_LONGEST_TYPED = 2**20
_MOST_PLANS = 64

EXPAND = Operation(
    "ValueSet",
    "expand",
    "Donne les codes d'un jeu de valeurs, tous ou ceux qu'un texte trouve, les meilleurs d'abord",
    (
        used("url", Kind.URI, "Jeu de valeurs ; url|version choisit une version", example=systems.LOINC_VALUE_SET),
        refused("valueSet", Kind.RESOURCE, "seuls les jeux de valeurs tenus ici répondent"),
        used("valueSetVersion", Kind.STRING, "Version du jeu de valeurs"),
        refused("context", Kind.URI, "aucun profil n'est lié aux jeux de valeurs tenus"),
        refused("contextDirection", Kind.CODE, "aucun profil n'est lié aux jeux de valeurs tenus"),
        typed("filter", _LONGEST_TYPED, f"Texte cherché, {LONGEST_QUERY} caractères au plus", example="nfs"),
        used("date", Kind.INSTANT, "Jour dont on demande l'état ; aujourd'hui ou après"),
        number("offset", "Rang du premier code", 0, MOST_OFFSET, example="0"),
        number("count", f"Nombre de codes ; sans lui tous, jusqu'à {MOST}", 0, example="10"),
        used("includeDesignations", Kind.BOOLEAN, "Faux pour ne rendre aucun autre libellé"),
        used("designation", Kind.STRING, "Usage ou langue des autres libellés à rendre", most=None),
        used("includeDefinition", Kind.BOOLEAN, "Vrai pour rendre aussi la composition"),
        used("activeOnly", Kind.BOOLEAN, "Vrai pour laisser les codes retirés de côté ; vrai par défaut des demandes"),
        ignored("excludeNested", Kind.BOOLEAN, "une expansion est toujours à plat"),
        ignored("excludeNotForUI", Kind.BOOLEAN, "aucun code abstrait n'est tenu"),
        ignored("excludePostCoordinated", Kind.BOOLEAN, "aucun code post-coordonné n'est tenu"),
        display_language(),
        used("exclude-system", Kind.CANONICAL, "Système de codes à laisser de côté", most=None),
        *(used(name, Kind.CANONICAL, "Version d'un système, système|version", most=None) for name in _SYSTEM_VERSIONS),
        one_of("property", Kind.STRING, "Propriété à rendre ; les usuelles quand aucune n'est nommée", PROPERTY_TYPES),
    ),
    thing="url",
    answers="ValueSet",
)
_OF_REQUESTS = (
    "prelevement",
    "renseignement-obligatoire",
    "renseignement-utile",
    "nabm",
    "chapitre",
    "liste-restreinte",
)
_OF_RESULTS = (
    "chapitre", "liste-restreinte", "comparabilite", "unite", "ucum", "systematique-cr", "correspondance", "facteur",
)  # fmt: skip


class _Wanted(NamedTuple):
    """Which members, and which page of them."""

    text: str | None
    active_only: bool
    without: frozenset[str]
    offset: int
    number: int | None

    @property
    def whole(self) -> bool:
        """Whether all are wanted."""
        return self.text is None and self.offset == 0 and self.number is None

    def page(self, concepts: Sequence[Concept]) -> Sequence[Concept]:
        """The page of them."""
        return concepts[self.offset : None if self.number is None else self.offset + self.number]


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that a call asks but its text: the same for every letter that is typed. `echoes` are the parameters that are
    told beside the text, by who searched."""

    held: Terms
    value_set: Canonical
    manner: Manner
    wanted: _Wanted
    head: bytes
    echoes: Kept[bytes]


class _Found(NamedTuple):
    """The members that answer, in order: the page of them, and how many in all; `degraded` when the engine that
    searched them stood in for another."""

    page: Sequence[Concept]
    total: int
    degraded: bool = False


_plans: WeakKeyDictionary[Catalogue, Kept[_Plan]] = WeakKeyDictionary()


def expand(asked: Asked) -> Answer:
    """One page of the members, in the usual order or the best first."""
    plan = _planned(asked)
    held, value_set, wanted = plan.held, plan.value_set, plan.wanted._replace(text=_text(asked))
    found = _found(asked, held, value_set, wanted)
    if len(found.page) > MOST or (wanted.number is None and found.total - wanted.offset > MOST):
        message = f"L'expansion compte {found.total} codes, plus de {MOST}."
        raise Invalid.because("too-costly", message, "Paginer par count et offset.", asked.place("count"))
    contains = _contains(held, value_set, wanted, plan.manner, found.page)
    engine = asked.services.editions.engine
    echo = plan.echoes.of((engine, found.degraded), lambda: _echo(asked, plan, engine, degraded=found.degraded))
    if wanted.text is not None:
        echo = b"%b,%b" % (write_parameter("filter", "valueString", wanted.text), echo)
    page = Expansion(plan.head, contains.body, found.total, wanted.offset, echo, asked.services.clock.now())
    return Answer(write_expansion(page), held, zlib.crc32(b"%b%d" % (echo, found.total), contains.checksum))


def _planned(asked: Asked) -> _Plan:
    """What is asked, found out once for each release and manner of asking; anew where a day is asked for."""
    catalogue = asked.services.catalogue
    if asked.given.has("date"):
        return _plan(asked)
    kept = _plans.setdefault(catalogue, Kept(_MOST_PLANS))
    question = (asked.id, asked.given.all_but("filter"))
    plan = kept.get(question) or _plan(asked)
    return kept.of(question, lambda: plan) if plan.held.release is catalogue.release else plan


def _plan(asked: Asked) -> _Plan:
    asked.check_language()
    held, value_set = thing_asked(asked, VALUE_SET, "url", "valueSetVersion")
    held = _of_their_version(asked, held, value_set)
    value_set = held.value_sets.by_id(value_set.id) or value_set
    manner, wanted = _manner(asked, value_set), _wanted(asked, held, value_set)
    return _Plan(held, value_set, manner, wanted, write_head(value_set, _definition(asked, held, value_set)), Kept(2))


def _text(asked: Asked) -> str | None:
    text = asked.text("filter")
    if text is not None and len(text) > LONGEST_QUERY:
        message = f"La recherche dépasse {LONGEST_QUERY} caractères."
        raise Invalid.because("filter-too-long", message, "Saisir quelques mots.", asked.place("filter"))
    return text


def _contains(held: Terms, value_set: Canonical, wanted: _Wanted, manner: Manner, page: Sequence[Concept]) -> Checked:
    """The concepts as written; a whole value set is kept so."""

    def write() -> Checked:
        return Checked.of(write_contains(held, page, manner))

    key = (value_set.id, wanted.active_only, wanted.without, manner)
    return held.lists.of(key, write) if wanted.whole else write()


def _of_requests(value_set: Canonical) -> bool:
    return value_set.id.startswith(systems.REQUESTS)


def _of_their_version(asked: Asked, held: Terms, value_set: Canonical) -> Terms:
    """The release with the versions of code systems that are asked for, as far as the value set has codes of them."""
    for name in _SYSTEM_VERSIONS:
        for canonical in asked.given.texts(name):
            system, version = split(canonical)
            if version is None:
                raise asked.wrong(name, f"{name} ne dit pas de version.", "Écrire système|version.")
            if system in held.systems_of(value_set.id):
                held = release_of_system(asked, held, system, Version(version, asked.place(name)), "valueSetVersion")
    return held


def _manner(asked: Asked, value_set: Canonical) -> Manner:
    designations = asked.given.boolean("includeDesignations") or not asked.given.has("includeDesignations")
    tokens, properties = asked.given.texts("designation"), asked.given.texts("property")
    if tokens and not designations:
        raise asked.wrong("designation", "designation contredit includeDesignations=false.", "Retirer l'un des deux.")
    unknown = next((name for name in properties if name not in PROPERTY_TYPES), None)
    if unknown is not None:
        hint = f"Connues : {', '.join(PROPERTY_TYPES)}."
        raise asked.wrong("property", f"Propriété inconnue : {unknown[:60]}.", hint)
    usual = _OF_REQUESTS if _of_requests(value_set) else _OF_RESULTS if value_set.id == systems.RESULTS else ()
    return Manner(designations, tokens, properties or usual)


def _wanted(asked: Asked, held: Terms, value_set: Canonical) -> _Wanted:
    return _Wanted(
        None,
        asked.given.boolean("activeOnly") if asked.given.has("activeOnly") else _of_requests(value_set),
        frozenset(_excluded(asked, held)),
        asked.given.integer("offset") or 0,
        asked.given.integer("count"),
    )


def _excluded(asked: Asked, held: Terms) -> Iterable[str]:
    """The code systems to leave out; of one named with another version than the one held there is nothing to leave."""
    for canonical in asked.given.texts("exclude-system"):
        system, version = split(canonical)
        if version in (None, held.version(system), held.release.name):
            yield system


def _found(asked: Asked, held: Terms, value_set: Canonical, wanted: _Wanted) -> _Found:
    if wanted.text is not None and _of_requests(value_set):
        return _searched(asked, held, value_set, wanted)
    members = _members(asked, held, value_set)
    found: Sequence[Concept] = members.in_force if wanted.active_only else members.all
    if wanted.text is not None:
        found = [c for c in members.found_by(wanted.text) if not (wanted.active_only and c.inactive)]
    if wanted.without:
        found = [concept for concept in found if concept.system not in wanted.without]
    return _Found(wanted.page(found), len(found))


def _searched(asked: Asked, held: Terms, value_set: Canonical, wanted: _Wanted) -> _Found:
    """The requests of the value set, as the typeahead ranks them."""
    filters = _filters(held, value_set, wanted.active_only)
    if wanted.without:
        page = _suggested(asked, held, wanted.text or "", filters, MOST_CANDIDATES)
        kept = [concept for concept in _concepts(held, page) if concept.system not in wanted.without]
        return _Found(wanted.page(kept), len(kept), page.degraded)
    count = MOST_CANDIDATES if wanted.number is None else min(wanted.number, MOST_CANDIDATES)
    page = _suggested(asked, held, wanted.text or "", filters, count, wanted.offset)
    return _Found(_concepts(held, page), page.total, page.degraded)


def _members(asked: Asked, held: Terms, value_set: Canonical) -> Members:
    """The members in the usual order, which the typeahead knows of requests."""

    def listed() -> Iterable[Concept]:
        if not _of_requests(value_set):
            return held.members(value_set.id).values()
        asked.may_wait()
        return _concepts(held, _suggested(asked, held, "", _filters(held, value_set, active_only=False), sys.maxsize))

    return members_of(held, value_set.id, listed)


def _suggested(asked: Asked, held: Terms, text: str, filters: Filters, count: int, offset: int = 0) -> Listing:
    editions, name = asked.services.editions, held.release.name
    if not editions.answers_at_once(None if name == editions.active.release.name else name):
        asked.may_wait()
    return editions.listed(text, filters, count, offset, name)


def _filters(held: Terms, value_set: Canonical, active_only: bool) -> Filters:
    return Filters(
        chapter=held.chapters.get(value_set.id),
        restricted=True if value_set.id == systems.RESTRICTED else None,
        include_inactive=not active_only,
    )


def _concepts(held: Terms, page: Listing) -> list[Concept]:
    return list(map(held.request, page.requests))


def _definition(asked: Asked, held: Terms, value_set: Canonical) -> JsonObject | None:
    """What the value set is composed of, on request."""
    if not asked.given.boolean("includeDefinition"):
        return None
    members = held.content.codings(value_set.id)
    return {"compose": write_value_set(value_set, members, held.release, held.base, held.modified).get("compose")}


def _echo(asked: Asked, plan: _Plan, engine: str, *, degraded: bool) -> bytes:
    """The parameters that made the expansion what it is beside its text, those that were not given included."""
    given, held, value_set, wanted, manner = asked.given, plan.held, plan.value_set, plan.wanted, plan.manner
    day, used = given.day("date"), held.systems_of(value_set.id)
    told: list[tuple[str, str, JsonValue]] = [
        ("date", "valueDateTime", day.isoformat() if day else None),
        ("count", "valueInteger", wanted.number),
        ("offset", "valueInteger", wanted.offset),
        ("displayLanguage", "valueCode", "fr"),
        ("includeDesignations", "valueBoolean", manner.designations),
        *(("designation", "valueString", token) for token in manner.tokens),
        ("includeDefinition", "valueBoolean", given.boolean("includeDefinition") or None),
        ("activeOnly", "valueBoolean", wanted.active_only),
        ("excludeNested", "valueBoolean", True),
        *((name, "valueUri", text) for name in ("exclude-system", *_SYSTEM_VERSIONS) for text in given.texts(name)),
        *(("property", "valueString", name) for name in manner.properties),
        ("version", "valueUri", f"{value_set.url}|{value_set.version}"),
        *(
            ("used-codesystem", "valueUri", _with_version(held, system))
            for system in used
            if system not in wanted.without
        ),
    ]
    if _of_requests(value_set):
        told += [("engine", "valueCode", engine), ("degraded", "valueBoolean", degraded)]
    return b",".join(write_parameter(name, kind, value) for name, kind, value in told if value is not None)


def _with_version(held: Terms, system: str) -> str:
    """A code system with its version, where that is ours to tell."""
    return f"{system}|{held.version(system)}" if held.code_systems.by_url(system) else system


ROUTES = routes(EXPAND, expand)
