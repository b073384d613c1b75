"""One call of an operation as its function sees it, whether it came by GET or POST, by id or by url.

Refusals name the parameter at fault where it stood: its name in an address, its FHIRPath in a Parameters body.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from starlette.exceptions import HTTPException

from api.calls import Call
from api.facade.answers import JSON_FORMATS, offer_json
from api.facade.result_parameters import FORMAT, GENERAL
from api.fhir.json import JsonObject, parse
from api.fhir.parameters import Given, read_parameters
from api.fhir.query_parameters import query_pairs, read_query
from api.operations.table import LANGUAGE, Operation
from api.services import Services
from api.terminology.aliases import own_name
from kernel.errors import Invalid, Unsupported

_GENERAL = frozenset(rule.name for rule in GENERAL)


class Version(NamedTuple):
    """A version that was asked for, and where."""

    text: str
    place: str


class NotAtOnce(Exception):
    """The answer waits for a release to be opened, or for the database: it may not hold the other calls up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: `id` is that of the resource for a call on one, None for a call on its type; `hurried`: what
    would hold the other calls up is not to be done."""

    services: Services
    given: Given
    id: str | None = None
    hurried: bool = True

    def may_wait(self) -> None:
        """To be called before anything that takes its time: `NotAtOnce` when there is none."""
        if self.hurried:
            raise NotAtOnce

    def patient(self) -> "Asked":
        """The same call, with time to wait."""
        return replace(self, hurried=False)

    @property
    def base(self) -> str:
        """The base of our canonical URIs."""
        return self.services.config.base

    def text(self, name: str) -> str | None:
        """The text of a parameter."""
        return self.given.text(name)

    def place(self, name: str) -> str:
        """Where a parameter stands; where it should, when it is absent."""
        return self.given.locate(name) or self.given.path or name

    def version(self, name: str) -> Version | None:
        """The version a parameter asks for."""
        text = self.text(name)
        return None if text is None else Version(text, self.place(name))

    def missing(self, name: str, hint: str) -> Invalid:
        """The refusal of a call without this parameter."""
        return Invalid.because("required", f"Le paramètre {name} manque.", hint, self.place(name))

    def wrong(self, name: str, message: str, hint: str) -> Invalid:
        """The refusal of a value."""
        return Invalid.because("bad-value", message, hint, self.place(name))

    def check_language(self) -> None:
        """Refuses a language no label is held in: all labels are French, and stand in for English ones."""
        language = self.text("displayLanguage")
        if language is not None and re.fullmatch(LANGUAGE, language) is None:
            raise self.wrong("displayLanguage", "Langue non tenue.", "displayLanguage = fr, ou en là où il est connu.")

    def check_date(self, version: str) -> None:
        """Refuses a day gone by: the past is told by its release, to be named in the parameter `version`."""
        day = self.given.day("date")
        if day is not None and day < self.services.clock.now().date():
            message = "L'état à une date passée n'est pas reconstitué."
            raise Unsupported.because("not-supported", message, f"Nommer la version par {version}.", self.place("date"))

    def one_way(self, *names: str) -> str:
        """The only one of these parameters that was given; refuses none of them, and several."""
        found = [name for name in names if self.given.has(name)]
        if not found:
            raise self.missing(names[0], f"Donner {' ou '.join(names)}.")
        if len(found) > 1:
            raise self.wrong(found[1], f"{' et '.join(found)} sont donnés à la fois.", "N'en donner qu'un.")
        return found[0]


def read_asked(call: Call, operation: Operation) -> Asked:
    """What is asked by a call; refuses a format that is not offered, and whatever its table does not take."""
    pairs = query_pairs(call.request.scope["query_string"])
    general = {name: text for name, text in pairs if name in _GENERAL}
    if general:
        pairs = [pair for pair in pairs if pair[0] not in general]
    offer_json(call, general.get(FORMAT.name))
    if call.request.method != "POST":
        _refuse(operation, {name: name for name, _ in pairs})
        given = read_query(pairs, operation.rules)
    else:
        read_query(pairs, {})
        given = _read_body(call, operation)
    if aliases := call.services.config.canonical_aliases:
        given = given.renamed(operation.uris, lambda canonical: own_name(canonical, aliases))
    return Asked(call.services, given, call.request.path_params.get("id"))


def _read_body(call: Call, operation: Operation) -> Given:
    content_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in JSON_FORMATS:
        raise HTTPException(415)
    body = parse(call.body, "malformed-json")
    if body.get("resourceType") != "Parameters":
        message = "Le corps n'est pas une ressource Parameters."
        raise Invalid.because("wrong-resource", message, 'Envoyer {"resourceType": "Parameters", "parameter": […]}.')
    _refuse(operation, dict(_named(body)))
    return read_parameters(body, operation.rules.values())


def _named(body: JsonObject) -> Iterable[tuple[str, str]]:
    sent = body.get("parameter")
    for index, entry in enumerate(sent if isinstance(sent, list) else ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str):
            yield name, f"Parameters.parameter[{index}]"


def _refuse(operation: Operation, places: dict[str, str]) -> None:
    """Refuses what the standard knows and this service does not honour."""
    if not operation.refused.keys().isdisjoint(places):
        name = next(name for name in places if name in operation.refused)
        message = f"Le paramètre {name} n'est pas traité : {operation.refused[name]}."
        raise Unsupported.because("not-supported", message, "Le retirer de la requête.", places[name])
