"""What the code systems and value sets of a release hold (terminology.md §5.2); concept maps are in `maps`.

Made from a release alone: no HTTP, no FHIR form. The names of what can be asked for are in `systems`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from api.fhir.systems import LOINC, NABM, code_system
from api.terminology import systems
from api.terminology.concept import (
    DESIGNATION_TITLES,
    ORDER_CLASS_TITLES,
    REFERENCE_USE,
    SYNONYM_USE,
    Concept,
    Designation,
    DesignationKind,
)
from api.terminology.properties import Property, PropertyValue
from terminology.catalogue import Catalogue
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import ClinicalInformation, CodeStatus, RequestCode, SynonymKind
from terminology.result_code import ResultCode

CodeT = TypeVar("CodeT", RequestCode, ResultCode)
Given = TypeVar("Given", Designation, Property)


class Content:
    """What one release holds, code by code; to be built once for a release (`Services.content`)."""

    def __init__(self, release: Release, base: str) -> None:
        self.release = release
        self.base = base
        # A view of its own: the catalogue that is served can then be let go while this one is still read.
        self.catalogue = Catalogue(release)
        self._requests = _by_system(release.requests)
        self._results = _by_system(release.results)
        self._requests_of = self._link()
        self._listed = self._list()

    def codes(self, system: str) -> tuple[str, ...]:
        """The codes of a code system by its url: requests, then results, then what they refer to."""
        held = (self._requests, self._results, self._listed)
        return tuple(dict.fromkeys(code for codes in held for code in codes.get(system, ())))

    def concepts(self, system: str) -> Iterator[Concept]:
        """The concepts of a code system by its url, retired ones included; none for a system that is not held."""
        return (found for found in (self.concept(system, code) for code in self.codes(system)) if found)

    def concept(self, system: str, code: str) -> Concept | None:
        """One concept; None when this release does not hold the code in this system."""
        request = self._requests.get(system, {}).get(code)
        result = self._results.get(system, {}).get(code)
        if request is None and result is None:
            return self._listed.get(system, {}).get(code)
        in_force = [c for c in (request, result) if c is not None and c.status is not CodeStatus.RETIRED]
        status = in_force[0].status if in_force else CodeStatus.RETIRED
        return Concept(
            system,
            code,
            request.display if request else result.display if result else "",
            status,
            designations=_distinct(self._designations(request, result)),
            properties=_distinct(self._properties(status, request, result)),
        )

    def members(self, value_set: str, *, retired: bool = False) -> tuple[Concept, ...]:
        """The concepts of a value set by its id (`systems.value_sets`), in order; empty for an unknown id.

        Retired ones come only on request, and last. In `resultats` the label is the one to print.
        """
        return tuple(self._member(coding, status) for coding, status in self._in_order(value_set, retired))

    def codings(self, value_set: str) -> tuple[Coding, ...]:
        """The members of a value set that are in force, without what there is to say of them."""
        return tuple(coding for coding, _ in self._in_order(value_set, retired=False))

    def _in_order(self, value_set: str, retired: bool) -> list[tuple[Coding, CodeStatus]]:
        found = list(self._found_in(value_set))
        in_force = [each for each in found if each[1] is not CodeStatus.RETIRED]
        return in_force + [each for each in found if each[1] is CodeStatus.RETIRED] if retired else in_force

    def _member(self, coding: Coding, status: CodeStatus) -> Concept:
        held = self.concept(coding.system, coding.code)
        if held is None:
            return Concept(coding.system, coding.code, coding.display, status)
        return replace(held, display=coding.display, status=status)

    def _found_in(self, value_set: str) -> Iterable[tuple[Coding, CodeStatus]]:
        if value_set == systems.RESULTS:
            return (_as_member(result) for result in self.release.results)
        if value_set == systems.REQUESTS or value_set.startswith(f"{systems.REQUESTS}-"):
            return (_as_member(request) for request in self.release.requests if _is_in(request, value_set))
        if value_set in (systems.LOINC_ID, systems.NABM_ID):
            concepts = self.concepts(LOINC if value_set == systems.LOINC_ID else NABM)
            return ((concept.coding, concept.status) for concept in concepts)
        return ((coding, CodeStatus.ACTIVE) for coding in self._codings(value_set))

    def _codings(self, value_set: str) -> Iterable[Coding]:
        """The members of the value sets that are lists."""
        lists, release = self.release.lists, self.release
        if value_set == systems.SPECIMENS:
            return lists.specimens or dict.fromkeys(c for r in release.requests for c in r.specimens)
        if value_set == systems.TECHNIQUES:
            return lists.techniques or dict.fromkeys(c for r in release.results for c in r.techniques)
        if value_set == systems.LATERALITY_SET:
            return lists.lateralities or systems.KNOWN_LATERALITIES
        if value_set == systems.INFORMATION:
            system = code_system(self.base, systems.INFORMATION)
            return (Coding(system, item.code, item.label) for item in self._information())
        return ()

    def _designations(self, request: RequestCode | None, result: ResultCode | None) -> Iterator[Designation]:
        if request:
            yield Designation(request.display, self._use(DesignationKind.REQUEST.value))
            if request.reference_label:
                yield Designation(request.reference_label, REFERENCE_USE)
            for synonym in request.synonyms:
                known = synonym.kind is SynonymKind.SYNONYM
                yield Designation(synonym.text, SYNONYM_USE if known else self._use(synonym.kind.value))
        if result:
            yield Designation(result.reference_label, REFERENCE_USE)
            if result.edition_label:
                yield Designation(result.edition_label, self._use(DesignationKind.EDITION.value))

    def _use(self, kind: str) -> Coding:
        return Coding(code_system(self.base, "type-designation"), kind, DESIGNATION_TITLES[kind])

    def _properties(
        self, status: CodeStatus, request: RequestCode | None, result: ResultCode | None
    ) -> Iterator[Property]:
        yield from self._standing(status)
        for holder in (request, result):
            if holder:
                yield from self._place(holder)
        if request:
            yield from self._of_request(request)
        if result:
            yield from self._of_result(result)

    def _standing(self, status: CodeStatus) -> tuple[Property, ...]:
        return (
            Property("status", status.value),
            Property("inactive", status is CodeStatus.RETIRED),
            Property("release", self.release.name),
        )

    @staticmethod
    def _place(holder: RequestCode | ResultCode) -> Iterator[Property]:
        yield from _given("chapitre", holder.chapter)
        yield from _given("sous-chapitre", holder.sub_chapter)
        yield from _given("rang", holder.rank)
        yield from _given("liste-restreinte", holder.restricted)

    def _of_request(self, request: RequestCode) -> Iterator[Property]:
        information = code_system(self.base, systems.INFORMATION)
        yield from _given("ORDER_OBS", request.order_class and request.order_class.value)
        yield from _given("nabm", *(Coding(NABM, act) for act in request.nabm))
        yield from _given("prelevement", *request.specimens)
        yield from _given("localisation", *request.sites)
        yield from _given("lateralite", *request.lateralities)
        for name, items in (
            ("renseignement-obligatoire", request.required_information),
            ("renseignement-utile", request.useful_information),
        ):
            yield from _given(name, *(Coding(information, item.code, item.label) for item in items))
        results = self.catalogue.results_of(request.code)
        yield from _given("resultat", *(Coding(r.system, r.code, r.display) for r in results))

    def _of_result(self, result: ResultCode) -> Iterator[Property]:
        yield from _given("comparabilite", int(result.comparability))
        yield from _given("unite", result.unit or None)
        yield from _given("ucum", result.ucum or None)
        yield from _given("systematique-cr", result.systematic)
        requests = self._requests_of.get(result.code, ())
        yield from _given("demande", *(Coding(r.system, r.code, r.display) for r in requests))
        if result.correspondence:
            twin = self.catalogue.result(result.correspondence.code)
            yield from _given("correspondance", Coding(twin.system, twin.code, twin.display) if twin else None)
            yield from _given("facteur", result.correspondence.factor)

    def _link(self) -> dict[str, list[RequestCode]]:
        requests: dict[str, list[RequestCode]] = defaultdict(list)
        for link in self.release.links:
            request = self.catalogue.get(link.request)
            if request is not None:
                requests[link.result].append(request)
        return requests

    def _information(self) -> tuple[ClinicalInformation, ...]:
        listed = self.release.lists.information
        used = (e.item for r in self.release.requests for e in r.clinical_information)
        return tuple({item.code: item for item in (*used, *listed)}.values())

    def _list(self) -> dict[str, dict[str, Concept]]:
        """What requests and results refer to, by system: chapters, acts, items of clinical information…"""
        listed: dict[str, dict[str, Concept]] = defaultdict(dict)
        own = {thing.url for thing in systems.code_systems(self.release, self.base)}
        for concept in (*self._referred(), *self._acts(), *self._items(), *self._closed_lists()):
            if concept.system in own and concept.code not in listed[concept.system]:
                listed[concept.system][concept.code] = replace(
                    concept, properties=(*self._standing(concept.status), *concept.properties)
                )
        return listed

    def _referred(self) -> Iterator[Concept]:
        lists = self.release.lists
        codings = [*lists.chapters, *lists.sites, *lists.lateralities]
        for request in self.release.requests:
            codings += [c for c in (request.chapter, request.sub_chapter) if c]
            codings += [*request.sites, *request.lateralities]
        codings += [c for r in self.release.results for c in (r.chapter, r.sub_chapter) if c]
        return (Concept(c.system, c.code, c.display) for c in dict.fromkeys(codings))

    def _acts(self) -> Iterator[Concept]:
        rihn = code_system(self.base, "rihn")
        linked: dict[tuple[str, str], list[Coding]] = defaultdict(list)
        for request in self.release.requests:
            acts = [*((NABM, act) for act in request.nabm), *((rihn, act) for act in request.rihn)]
            for act in acts:
                linked[act].append(Coding(request.system, request.code, request.display))
        for (system, code), requests in sorted(linked.items()):
            yield Concept(system, code, "", properties=tuple(_given("demande", *requests)))

    def _items(self) -> Iterator[Concept]:
        system = code_system(self.base, systems.INFORMATION)
        items = self._information()
        yield from (Concept(system, item.code, item.label, definition=item.help) for item in items)
        yield from (Concept(c.system, c.code, c.display) for item in items for c in item.choices)

    def _closed_lists(self) -> Iterator[Concept]:
        for name, titles in (("type-designation", DESIGNATION_TITLES), ("classe-demande", ORDER_CLASS_TITLES)):
            yield from (Concept(code_system(self.base, name), str(code), title) for code, title in titles.items())


def _as_member(code: RequestCode | ResultCode) -> tuple[Coding, CodeStatus]:
    return Coding(code.system, code.code, code.display), code.status


def _is_in(request: RequestCode, value_set: str) -> bool:
    """Whether a request is in `demandes`, in the restricted list, or in the value set of its chapter."""
    if value_set == systems.RESTRICTED:
        return bool(request.restricted)
    in_chapter = request.chapter is not None and systems.chapter_id(request.chapter.code) == value_set
    return value_set == systems.REQUESTS or in_chapter


def _by_system(held: Iterable[CodeT]) -> dict[str, dict[str, CodeT]]:
    by_system: dict[str, dict[str, CodeT]] = defaultdict(dict)
    for each in held:
        by_system[each.system][each.code] = each
    return by_system


def _given(name: str, *values: PropertyValue | None) -> Iterator[Property]:
    return (Property(name, value) for value in values if value is not None)


def _distinct(values: Iterable[Given]) -> tuple[Given, ...]:
    """Each once, in order; they are few, and hashing them would cost more than comparing."""
    distinct: list[Given] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return tuple(distinct)
