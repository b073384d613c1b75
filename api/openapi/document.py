"""The OpenAPI 3.1 document, made of what every route of an application says of itself."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from starlette.routing import BaseRoute

from api.fhir.json import JsonObject, JsonValue
from api.openapi.described import FHIR, Body, Described, Parameter, description_of, every_route
from api.openapi.fhir import COMPONENTS
from api.openapi.schema import BINARY, TEXT, Schema, integer, line, one_of, ref
from api.openapi.shapes import baskets, exams, results, transcoding
from api.terminology.systems import LOINC_ID, LOINC_TO_NABM
from kernel.finess import PATTERN
from terminology.transcoding.mapping import MappingKind

STATUSES = {
    400: "Requête refusée : paramètre, valeur ou corps à corriger",
    401: "Jeton absent ou non reconnu",
    403: "Ce jeton ne permet pas cet appel",
    404: "Ressource, version ou code non tenus",
    406: "Format demandé non offert",
    409: "Dans un autre état que celui qu'on croit",
    410: "Version retirée du service",
    412: "Changé depuis la lecture : relire, puis recommencer",
    413: "Corps de plus de 1 Mio ; 16 Mio pour le brouillon d'un catalogue",
    415: "Type de contenu non lu",
    422: "Contraire aux règles, ou trop grand",
    428: "If-Match manque",
    429: "Trop d'appels : attendre Retry-After",
    500: "Erreur interne",
    501: "Opération non offerte",
    503: "Pas encore prêt : réessayer",
}
"""What a refusal of each status means, in French."""
_ALWAYS = (500, 503)
_TOKEN = (401, 403)
_IN_PATH = re.compile(r"\{(\w+)(?::\w+)?\}")
_PLACES: dict[str, tuple[str, Schema]] = {
    "id": ("Identifiant de la ressource", {**TEXT, "pattern": r"^[A-Za-z0-9\-.]{1,64}$"}),
    "name": ("Nom de la version, ou active ; nom de l'abonné", line()),
    "finess": ("FINESS géographique du laboratoire", {**TEXT, "pattern": f"^{PATTERN.pattern}$"}),
    "code": ("Code local de l'examen", line()),
    "file": ("Nom du fichier", {**TEXT, "pattern": r"^[\w.-]{1,64}$"}),
    "kind": ("Ce qui correspond", one_of(MappingKind)),
    "number": ("Numéro de la version", integer(1, 999_999_999)),
}
_EXAMPLES = {"CodeSystem": LOINC_ID, "ValueSet": LOINC_ID, "ConceptMap": LOINC_TO_NABM}
_NOTE = (
    "Terminologie du circuit de la biologie (FHIR R4) et ordonnances. Ce qui se lit dans la façade par GET répond "
    "aussi à HEAD. Toute erreur est un OperationOutcome, en français : quel élément, pourquoi, que faire. "
    "X-Request-Id, s'il est donné, revient avec la réponse."
)


def methods_of(route: BaseRoute) -> list[str]:
    """What a route answers to, in order; HEAD goes with GET and is not said again."""
    return sorted(set(getattr(route, "methods", None) or ()) - {"HEAD"})


def openapi(routes: Iterable[BaseRoute], version: str, address: str) -> JsonObject:
    """The document of these routes, but for one that says nothing; `address` is where the service is reached."""
    paths: dict[str, JsonObject] = {}
    shaped = (COMPONENTS, exams.COMPONENTS, results.COMPONENTS, transcoding.COMPONENTS, baskets.COMPONENTS)
    schemas: dict[str, JsonValue] = {name: schema for shapes in shaped for name, schema in shapes.items()}
    for path, method, told in _described(routes):
        paths.setdefault(_IN_PATH.sub(r"{\1}", path), {})[method.lower()] = _operation(path, method, told)
        if told.body is not None:
            schemas[_body_name(path, method, told.body)] = told.body.schema
    return {
        "openapi": "3.1.0",
        "info": {"title": "Circuitbio", "version": version, "description": _NOTE},
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {str(status): _refusal(status) for status in STATUSES},
            "securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, Described]]:
    for route in every_route(routes):
        for method in methods_of(route):
            told = description_of(route, method)
            if told is not None:
                yield getattr(route, "path", ""), method, told


def _body_name(path: str, method: str, body: Body) -> str:
    return body.name or f"{_name(path, method)}_body"


def _operation(path: str, method: str, told: Described) -> JsonObject:
    refusals = sorted({*told.refusals, *_ALWAYS, *(_TOKEN if told.token else ())} - {*told.status})
    responses: dict[str, JsonValue] = {str(status): _answer(told, status) for status in told.status}
    responses |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in refusals}
    in_path = [_in_path(name, path) for name in _IN_PATH.findall(path)]
    said: JsonObject = {
        "operationId": _name(path, method),
        "tags": [_tag(path)],
        "summary": told.summary,
        "responses": responses,
    }
    if told.details:
        said["description"] = told.details
    if parameters := [*in_path, *told.parameters]:
        said["parameters"] = [_parameter(parameter) for parameter in parameters]
    if told.body is not None:
        said["requestBody"] = _body(told.body, _body_name(path, method, told.body))
    if told.token:
        said["security"] = [{"jeton": []}]
    return said


def _in_path(name: str, path: str) -> Parameter:
    example = next((id_ for kind, id_ in _EXAMPLES.items() if f"/{kind}/" in path), None) if name == "id" else None
    return Parameter(name, *_PLACES[name], required=True, where="path", example=example)


def _parameter(one: Parameter) -> JsonObject:
    schema: Schema = {"type": "array", "items": one.schema} if one.repeats else one.schema
    told: JsonObject = {"name": one.name, "in": one.where, "description": one.about, "schema": schema}
    if one.joined:
        told["explode"] = False
    if one.required:
        told["required"] = True
    if one.example is not None:
        told["example"] = [one.example] if one.repeats else one.example
    return told


def _body(body: Body, name: str) -> JsonObject:
    content: JsonObject = {"schema": {"anyOf": [ref(name), ref(body.bare)]} if body.bare else ref(name)}
    if body.example is not None:
        content["example"] = body.example
    if body.joined:
        content["encoding"] = {field: {"style": "form", "explode": False} for field in body.joined}
    files: JsonObject = {media: {"schema": BINARY} for media in body.files}
    return {"required": body.required, "content": {**dict.fromkeys(body.media, content), **files}}


def _answer(told: Described, status: int) -> JsonObject:
    answer: JsonObject = {"description": HTTPStatus(status).phrase}
    if status not in (HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT):
        answer["content"] = {media: {"schema": schema} for media, schema in told.answers.items()}
    if told.etag:
        answer["headers"] = {"ETag": {"description": "Version de la réponse", "schema": TEXT}}
    return answer


def _refusal(status: int) -> JsonObject:
    return {"description": STATUSES[status], "content": {FHIR: {"schema": ref("OperationOutcome")}}}


def _name(path: str, method: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", _IN_PATH.sub(r"\1", path)).strip("_")
    # The base of the façade is reached with and without a slash at its end.
    return f"{method.lower()}_{words}" + ("_base" if path.endswith("/") else "")


def _tag(path: str) -> str:
    first, *others = path.strip("/").split("/")
    named = (word for word in others if word[:1].isalpha())
    return next(named, first) if first in ("api", "fhir") else first
