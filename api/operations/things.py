"""Which code system, value set or concept map is asked: by its id, by its url, with its version or without."""

from collections.abc import Callable
from dataclasses import dataclass

from api.fhir.sent_coding import SentCoding
from api.operations.asking import Asked, Version
from api.operations.terms import Shelf, Terms
from api.operations.versions import active, holding, said, same_version, split
from api.terminology.systems import Canonical
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource: where its things are, and how a refusal begins."""

    shelf: Callable[[Terms], Shelf]
    unknown: str


CODE_SYSTEM = Kind(lambda held: held.code_systems, "Ce système de codes n'est pas tenu ici")
VALUE_SET = Kind(lambda held: held.value_sets, "Ce jeu de valeurs n'est pas tenu ici")
CONCEPT_MAP = Kind(lambda held: held.concept_maps, "Cette table de correspondance n'est pas tenue ici")


def thing_asked(
    asked: Asked, kind: Kind, url_parameter: str, version_parameter: str, coding: SentCoding | None = None
) -> tuple[Terms, Canonical]:
    """The thing asked for and the release that holds it.

    Its url is that of the call's id, else of `url_parameter`, else the system of `coding`; all that say one must agree,
    and so must all that say a version. `Invalid` (`required`) when none does, `NotFound` (`not-found`) when it is not
    held.
    """
    url, version = _named(asked, url_parameter)
    now = active(asked)
    if asked.id is not None:
        found = kind.shelf(now).by_id(asked.id)
        if found is None:
            raise _unknown(kind, asked.id[:60], kind.shelf(now).ids, "")
        if url is not None and kind.shelf(now).by_url(url) is not found:
            raise asked.wrong(url_parameter, f"{url_parameter} désigne autre chose que {asked.id}.", "Le retirer.")
        url = found.url
    elif url is None and coding is not None:
        url = coding.system
    if url is None:
        raise asked.missing(url_parameter, f"Urls tenues : {kind.shelf(now).urls}.")
    known = kind.shelf(now).by_url(url)
    url = known.url if known else url
    in_url = Version(version, asked.place(url_parameter)) if version else None
    in_coding = said(coding.version, coding.path) if coding else None
    wanted = same_version(asked, asked.version(version_parameter), in_url, in_coding)
    if wanted is None:
        asked.check_date(version_parameter)
    held = holding(asked, url, wanted)
    thing = kind.shelf(held).by_url(url)
    if thing is None:
        place = asked.place(url_parameter) if asked.given.has(url_parameter) or coding is None else coding.path
        raise _unknown(kind, url[:200], kind.shelf(held).urls, place)
    return held, thing


def release_of_system(asked: Asked, held: Terms, system: str, version: Version, chosen: str) -> Terms:
    """`held`, when it holds this version of a code system; else the release that does, unless the parameter `chosen`
    has chosen one already."""
    known = held.code_systems.by_url(system)
    url = known.url if known else system
    if version.text in (held.version(url), held.release.name):
        return held
    if asked.given.has(chosen) or "|" in (asked.text("url") or ""):
        message = f"La version demandée tient {url} en version {held.version(url)}, non {version.text[:60]}."
        raise NotFound.because("not-found", message, f"Retirer l'une, ou {chosen}.", version.place)
    return holding(asked, url, version)


def _named(asked: Asked, parameter: str) -> tuple[str | None, str | None]:
    text = asked.text(parameter)
    return (None, None) if text is None else split(text)


def _unknown(kind: Kind, name: str, known: str, place: str) -> NotFound:
    return NotFound.because("not-found", f"{kind.unknown} : {name}.", f"Ici : {known}.", place)
