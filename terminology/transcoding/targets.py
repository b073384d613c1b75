"""The national codes a release offers to a laboratory, requests and results made one (terminology.md §7.2).

A laboratory codes what it reports: column S, or AK while there is no LOINC. What can be ordered and is no result,
a panel, is offered to exams that can be ordered. A code that is both is one target. A result takes over the acts and
specimens of its requests, and their names when the request leads to it alone (or to it and its twin unit).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kernel import loinc
from kernel.errors import Invalid
from terminology.axes import Axes, read_axes
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, TECHNIQUE
from terminology.release import Release, ReleaseKind
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import ResultCode
from terminology.transcoding.mapping import MappingKey, MappingKind

_OFFICIAL_LINK, _TABLE_LINK = 40, 30


@dataclass(frozen=True, slots=True)
class Target:
    """One code that may be chosen, with what a proposal is judged on. `axes` is None without a reference label."""

    coding: Coding
    waiting: bool
    is_request: bool
    is_result: bool
    names: tuple[str, ...]
    reference_label: str
    axes: Axes | None
    nabm: frozenset[str]
    specimens: tuple[Coding, ...]
    techniques: tuple[Coding, ...]
    ucum: str
    restricted: bool
    chapter: Coding | None
    frequency: int
    rank: int | None

    @property
    def is_panel(self) -> bool:
        """Whether it groups analyses: it is asked for, it is no result and it has no unit."""
        return not self.is_result and not self.ucum


class Targets:
    """All the targets of a release, looked up by code or by act. `link_points` is what a shared act is worth: 40
    when the release is official, 30 when its acts come from the table of 2020 (the starter content)."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.link_points = _OFFICIAL_LINK if release.kind is ReleaseKind.OFFICIAL else _TABLE_LINK
        concepts: tuple[RequestCode | ResultCode, ...] = (*release.requests, *release.results)
        self._retired = {c.code for c in concepts if c.status is CodeStatus.RETIRED}
        self._by_code = {t.coding.code: t for t in _merged(release)}
        self._by_act: dict[str, list[Target]] = defaultdict(list)
        for target in self._by_code.values():
            for act in target.nabm:
                self._by_act[act].append(target)

    def __iter__(self) -> Iterator[Target]:
        """Every target in force."""
        return iter(self._by_code.values())

    def get(self, code: str) -> Target | None:
        """The target in force with this code."""
        return self._by_code.get(code)

    def with_act(self, act: str) -> tuple[Target, ...]:
        """The targets an act of the NABM is linked to."""
        return tuple(self._by_act.get(act, ()))

    def technique(self, code: str) -> Coding | None:
        """The technique code of the release."""
        return next((t for t in self.release.lists.techniques if t.code == code), None)

    def resolve(self, key: MappingKey, wanted: Coding) -> tuple[Coding, str]:
        """A target as it will be kept, with system, code and label all filled, and the release that holds it.

        The release is empty for what it does not hold: a code of LOINC Biologie FR, a local code kept on purpose, the
        coding of an answer. `Invalid` (`unknown-target`, `retired-target`, `missing-parameter`) otherwise.
        """
        if key.kind is MappingKind.QUALITATIVE:
            return _complete(key, wanted), ""
        if key.kind is MappingKind.TECHNIQUE:
            return self._resolve_technique(key, wanted)
        target = self.get(wanted.code)
        if target is not None and target.coding.system == wanted.system:
            return target.coding, self.release.name
        if wanted.code in self._retired:
            raise _refused(key, "retired-target", f"{wanted.code} est retiré.", "Choisir un code en vigueur.")
        if wanted.system == LOCAL_SYSTEM and wanted.code == key.local_code:
            return _complete(key, wanted), ""
        if wanted.system == loinc.SYSTEM and loinc.valid(wanted.code):
            return _complete(key, wanted), ""
        raise _refused(
            key,
            "unknown-target",
            f"{wanted.code[:40]} n'est pas un code que l'on puisse choisir.",
            "Un LOINC dont la clé est juste, un code d'attente de la version active, ou le code local lui-même.",
        )

    def _resolve_technique(self, key: MappingKey, wanted: Coding) -> tuple[Coding, str]:
        held = self.technique(wanted.code)
        if wanted.system != TECHNIQUE or (held is None and self.release.lists.techniques):
            raise _refused(
                key, "unknown-target", "Code de technique inconnu.", "Choisir dans le jeu de valeurs des techniques."
            )
        return (held, self.release.name) if held else (_complete(key, wanted), "")


def _complete(key: MappingKey, wanted: Coding) -> Coding:
    if not (wanted.system and wanted.code and wanted.display):
        raise _refused(
            key,
            "missing-parameter",
            "Système, code et libellé de la cible sont tous les trois obligatoires.",
            "La règle du CR-BIO les veut remplis ; cette version du jeu de valeurs ne donne pas le libellé.",
        )
    return wanted


def _refused(key: MappingKey, code: str, message: str, hint: str) -> Invalid:
    return Invalid.because(code, message, hint, key.local_code)


def _merged(release: Release) -> Iterable[Target]:
    requests = {r.code: r for r in release.requests if r.status is not CodeStatus.RETIRED}
    results = {r.code: r for r in release.results if r.status is not CodeStatus.RETIRED}
    asked_by: dict[str, list[RequestCode]] = defaultdict(list)
    led_to: dict[str, set[str]] = defaultdict(set)
    for link in release.links:
        if link.request in requests and link.result in results:
            asked_by[link.result].append(requests[link.request])
            led_to[link.request].add(link.result)
    for code, result in results.items():
        twins = {code, result.correspondence.code if result.correspondence else code}
        named = [r for r in asked_by[code] if led_to[r.code] <= twins]
        yield _of_result(result, requests.get(code), asked_by[code], named)
    for code, request in requests.items():
        if code not in results:
            yield _of_request(request)


def _of_result(
    result: ResultCode, same: RequestCode | None, asked_by: list[RequestCode], named: list[RequestCode]
) -> Target:
    sources = [*([same] if same else []), *asked_by]
    names = [result.display, *(text for r in [*([same] if same else []), *named] for text in _names(r))]
    return Target(
        coding=Coding(result.system, result.code, result.display),
        waiting=result.status is CodeStatus.WAITING,
        is_request=same is not None,
        is_result=True,
        names=tuple(dict.fromkeys(filter(None, names))),
        reference_label=result.reference_label,
        axes=read_axes(result.reference_label) if result.reference_label else None,
        nabm=frozenset(act for r in sources for act in r.nabm),
        specimens=tuple(dict.fromkeys(s for r in sources for s in r.specimens)),
        techniques=result.techniques,
        ucum=result.ucum,
        restricted=bool(result.restricted),
        chapter=result.chapter,
        frequency=max((r.frequency for r in sources), default=0),
        rank=result.rank,
    )


def _of_request(request: RequestCode) -> Target:
    return Target(
        coding=Coding(request.system, request.code, request.display),
        waiting=request.status is CodeStatus.WAITING,
        is_request=True,
        is_result=False,
        names=_names(request),
        reference_label=request.reference_label or "",
        axes=read_axes(request.reference_label) if request.reference_label else None,
        nabm=frozenset(request.nabm),
        specimens=request.specimens,
        techniques=(),
        ucum="",
        restricted=bool(request.restricted),
        chapter=request.chapter,
        frequency=request.frequency,
        rank=request.rank,
    )


def _names(request: RequestCode) -> tuple[str, ...]:
    return (request.display, *(s.text for s in request.synonyms))
