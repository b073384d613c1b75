"""`ConceptMap/$translate`: what a code is paired with in another code system (FHIR R4, terminology.md §5.3).

Acts and LOINC both ways, an analysis and its twin in other units with the factor between them, and the codes of a
laboratory, by the mappings its biologists validated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.fhir import parameters as p
from api.fhir.datatypes import present
from api.fhir.json import JsonObject, serialise
from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.fhir.systems import LOINC, NABM
from api.operations.asking import Asked, Version
from api.operations.codes import CODE, CODING, CONCEPT, EXAMPLE, ONE_OF
from api.operations.mapping_table import MappingTable, local_table, release_tables
from api.operations.routing import Answer, routes
from api.operations.table import Operation, refused, used
from api.operations.terms import Terms
from api.operations.things import CONCEPT_MAP, must_be_held, release_of_system, thing_asked
from api.operations.versions import active, holding, said, same_version, split
from api.terminology.local import finess_of_map, finess_of_system
from api.terminology.maps import MapTarget, factor_property
from api.transcoding_exports import last_change
from kernel.errors import NotFound

TRANSLATE = Operation(
    "ConceptMap",
    "translate",
    "Donne ce qui correspond à un code dans un autre système",
    (
        used("url", Kind.URI, "Table de correspondance ; sans elle, targetsystem ou target la désigne"),
        refused("conceptMap", Kind.RESOURCE, "seules les tables tenues ici répondent"),
        used("conceptMapVersion", Kind.STRING, "Version de la table"),
        used(CODE, Kind.CODE, "Code à traduire", example=EXAMPLE),
        used("system", Kind.URI, "Système du code", example=LOINC),
        used("version", Kind.STRING, "Version du système du code"),
        used("source", Kind.URI, "Jeu de valeurs de départ"),
        used(CODING, Kind.CODING, "Code à traduire, avec son système"),
        used(CONCEPT, Kind.CONCEPT, "Concept dont tous les codes sont traduits"),
        used("target", Kind.URI, "Jeu de valeurs d'arrivée"),
        used("targetsystem", Kind.URI, "Système d'arrivée", example=NABM),
        refused("dependency", Kind.PARTS, "aucune correspondance tenue ne dépend d'autre chose que du code"),
        used("reverse", Kind.BOOLEAN, "Vrai pour aller de l'arrivée au départ"),
    ),
    ways=(ONE_OF,),
    with_code="system",
)


@dataclass(frozen=True, slots=True)
class _Match:
    """One pairing, and the map it stands in."""

    target: MapTarget
    table: MappingTable


def translate(asked: Asked) -> Answer:
    """Every pairing of every code asked for, in the maps that were meant; none is an answer too."""
    reverse = asked.given.boolean("reverse")
    codings = _codings(asked)
    held, tables = _tables(asked, codings, reverse=reverse)
    to = _url(held, asked.text("targetsystem"))
    matches = [
        _Match(target, table)
        for sent in codings
        for table in tables
        for target in table.matches((_url(held, sent.system) or "", sent.code), reverse=reverse)
        if to in (None, target.target.system)
    ]
    return Answer(serialise(_write(held, codings, matches)), held)


def _codings(asked: Asked) -> tuple[SentCoding, ...]:
    """The codes to translate, each with its version when one is told."""
    way = asked.one_way(*ONE_OF)
    coding, concept, system = asked.given.coding(CODING), asked.given.concept(CONCEPT), asked.text("system")
    if way != CODE:
        for name in ("system", "version"):
            if asked.given.has(name):
                raise asked.wrong(name, f"{name} accompagne code.", f"Le mettre dans {way}.")
        return (coding,) if coding else concept.codings if concept else ()
    if system is None:
        raise asked.missing("system", "Un code ne veut rien dire sans son système.")
    url, in_url = split(system)
    version = same_version(asked, asked.version("version"), said(in_url, asked.place("system")))
    place = version.place if version else asked.place(CODE)
    return (SentCoding(url, asked.given.required(CODE), version=version.text if version else "", path=place),)


def _tables(asked: Asked, codings: tuple[SentCoding, ...], *, reverse: bool) -> tuple[Terms, tuple[MappingTable, ...]]:
    """The maps that were meant, and the release they are read in; `NotFound` when there is none."""
    url = _map_asked(asked)
    finess = finess_of_map(url, asked.base) if url else None
    if finess is not None:
        return active(asked), _between(asked, [_one_local_table(asked, finess, codings)], reverse=reverse)
    held = _release(asked, codings, url)
    if url is not None:
        return held, _between(asked, [t for t in release_tables(held) if t.url == url], reverse=reverse)
    to = _url(held, asked.text("targetsystem"))
    systems = {_url(held, sent.system) or sent.system for sent in codings}
    every = (*release_tables(held), *_local_tables(asked, codings))
    leading = [t for t in every if any(t.joins(system, to, reverse=reverse) for system in systems)]
    return held, _between(asked, leading, reverse=reverse)


def _between(asked: Asked, tables: Iterable[MappingTable], *, reverse: bool) -> tuple[MappingTable, ...]:
    """Those between the value sets that were named."""
    near, far = asked.text("source"), asked.text("target")
    found = []
    for table in tables:
        source, target = (table.target, table.source) if reverse else (table.source, table.target)
        if near in (None, source) and far in (None, target):
            found.append(table)
    if not found:
        place = next(
            (asked.place(name) for name in ("target", "source", "targetsystem", "url") if asked.given.has(name)), ""
        )
        message = "Aucune table de correspondance n'est tenue entre ces codes."
        raise NotFound.because("not-found", message, "Voir GET /fhir/ConceptMap.", place)
    return tuple(found)


def _map_asked(asked: Asked) -> str | None:
    """The url of the one map that was meant, None when it has to be found by its ends."""
    url = asked.text("url")
    if asked.id is not None:
        own = f"{asked.base}/ConceptMap/{asked.id}"
        if url is not None and split(url)[0] != own:
            raise asked.wrong("url", f"url désigne autre chose que {asked.id}.", "Le retirer.")
        return own
    if url is None and not asked.given.has("targetsystem") and not asked.given.has("target"):
        raise asked.missing("url", "Donner url, ou targetsystem.")
    return split(url)[0] if url else None


def _release(asked: Asked, codings: tuple[SentCoding, ...], url: str | None) -> Terms:
    """The release that was meant: by the version of the map, else by that of the code systems."""
    if url is None:
        held = holding(asked, "ConceptMap", asked.version("conceptMapVersion"))
    else:
        held, _ = thing_asked(asked, CONCEPT_MAP, "url", "conceptMapVersion")
    for sent in codings:
        if sent.version and finess_of_system(sent.system, asked.base) is None:
            held = release_of_system(asked, held, sent.system, Version(sent.version, sent.path), "conceptMapVersion")
    return held


def _local_tables(asked: Asked, codings: tuple[SentCoding, ...]) -> Iterator[MappingTable]:
    """The maps of the laboratories whose codes are asked about, or wanted."""
    for system in dict.fromkeys([*(sent.system for sent in codings), asked.text("targetsystem") or ""]):
        finess = finess_of_system(system, asked.base)
        table = _local_table(asked, finess, codings) if finess else None
        if table is not None:
            yield table


def _one_local_table(asked: Asked, finess: str, codings: tuple[SentCoding, ...]) -> MappingTable:
    table = _local_table(asked, finess, codings)
    if table is None:
        message = f"Aucun catalogue n'est tenu pour {finess}."
        raise NotFound.because("not-found", message, "Importer d'abord le catalogue.", asked.place("url"))
    in_url = said(split(asked.text("url") or "")[1], asked.place("url"))
    must_be_held(same_version(asked, asked.version("conceptMapVersion"), in_url), table.version)
    return table


def _local_table(asked: Asked, finess: str, codings: tuple[SentCoding, ...]) -> MappingTable | None:
    asked.may_wait()
    store = asked.services.transcoding
    catalogue = store.find_catalogue(finess)
    if catalogue is None:
        return None
    for sent in codings:
        if finess_of_system(sent.system, asked.base) == finess:
            must_be_held(said(sent.version, sent.path), str(catalogue.version))
    version = catalogue.version + last_change(store, finess)  # as the ConceptMap that is read has it
    return local_table(catalogue, version, store.mappings(finess), asked.base)


def _url(held: Terms, system: str | None) -> str | None:
    """The url of a code system, for its url with a version or its OID."""
    if system is None:
        return None
    url, _ = split(system)
    known = held.code_systems.by_url(url)
    return known.url if known else url


def _write(held: Terms, codings: tuple[SentCoding, ...], matches: list[_Match]) -> JsonObject:
    codes = ", ".join(sent.code[:60] for sent in codings)
    message = "" if matches else f"Aucune correspondance pour {codes}."
    return p.write_parameters(
        [
            p.boolean("result", bool(matches)),
            p.string("message", message),
            *(_write_match(held, match) for match in matches),
        ]
    )


def _write_match(held: Terms, match: _Match) -> JsonObject:
    target, factor = match.target.target, match.target.factor
    coding = present(
        {
            "system": target.system,
            "version": held.version(target.system) if held.code_systems.by_url(target.system) else None,
            "code": target.code,
            "display": target.display,
        }
    )
    product = None
    if factor is not None:
        told = present({"code": format(factor, "f"), "display": match.target.comment})
        element = p.uri("element", factor_property(held.base))
        product = p.parts("product", [element, {"name": "concept", "valueCoding": told}])
    return p.parts(
        "match",
        [
            p.code("equivalence", match.target.equivalence),
            {"name": "concept", "valueCoding": coding},
            product,
            p.uri("source", f"{match.table.url}|{match.table.version}"),
        ],
    )


ROUTES = routes(TRANSLATE, translate)
