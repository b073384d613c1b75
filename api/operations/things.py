"""Which code system, value set or concept map is asked: by its id, by its url, with its version or without."""

from collections.abc import Callable
from dataclasses import dataclass

from api.fhir.sent_coding import SentCoding
from api.fhir.systems import code_system
from api.operations.asking import Asked, Version
from api.operations.local_codes import LocalCodes
from api.operations.table import Operation
from api.operations.terms import Codes, Shelf, Terms
from api.operations.versions import active, holding, said, same_version, split
from api.terminology.local import finess_of_system
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
    url = _named(asked, url_parameter)
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
    wanted = _version(asked, url_parameter, version_parameter, coding)
    if wanted is None:
        asked.check_date(version_parameter)
    held = holding(asked, url, wanted)
    thing = kind.shelf(held).by_url(url)
    if thing is None:
        place = asked.place(url_parameter) if asked.given.has(url_parameter) or coding is None else coding.path
        raise _unknown(kind, url[:200], kind.shelf(held).urls, place)
    return held, thing


def code_system_asked(asked: Asked, operation: Operation, coding: SentCoding | None = None) -> tuple[Codes, Canonical]:
    """The code system asked for and who holds it: a release, or a laboratory for its own codes."""
    url = _named(asked, operation.thing)
    named = code_system(asked.base, asked.id) if asked.id is not None else url or (coding.system if coding else "")
    finess = finess_of_system(named, asked.base)
    if finess is not None and url in (None, named):
        asked.may_wait()
        catalogue = asked.services.transcoding.find_catalogue(finess)
        if catalogue is not None:
            local = LocalCodes(catalogue, asked.base, active(asked).release)
            wanted = _version(asked, operation.thing, "version", coding)
            if wanted is None:
                asked.check_date("version")
            must_be_held(wanted, local.system.version)
            return local, local.system
    return thing_asked(asked, CODE_SYSTEM, operation.thing, "version", coding)


def must_be_held(version: Version | None, held: str) -> None:
    """Refuses another version than the only one a laboratory has."""
    if version is not None and version.text != held:
        message = f"La version {version.text[:60]} n'est pas tenue ; version tenue : {held}."
        raise NotFound.because("not-found", message, "La demander, ou aucune.", version.place)


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


def _named(asked: Asked, parameter: str) -> str | None:
    """The url a parameter gives, without its version."""
    text = asked.text(parameter)
    return None if text is None else split(text)[0]


def _version(asked: Asked, url: str, version: str, coding: SentCoding | None) -> Version | None:
    """The one version told by the parameter `version`, behind the bar of `url`, and by the coding."""
    behind_bar = said(split(asked.text(url) or "")[1], asked.place(url))
    in_coding = said(coding.version, coding.path) if coding else None
    return same_version(asked, asked.version(version), behind_bar, in_coding)


def _unknown(kind: Kind, name: str, known: str, place: str) -> NotFound:
    return NotFound.because("not-found", f"{kind.unknown} : {name}.", f"Ici : {known}.", place)
