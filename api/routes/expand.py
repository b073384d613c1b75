"""`ValueSet/$expand` of the request codes: the typeahead in FHIR (terminology.md §5.3, interface.md §5).

Every parameter the standard knows is in the table below, used or refused; an unknown one is refused too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Call, CurrentCall, services_of
from api.fhir import parameters as p
from api.fhir.value_set import PROPERTIES, Expansion, write_expansion
from api.query import QueryParameters, bad
from api.responses import fhir
from api.services import Services
from kernel.errors import Invalid, NotFound, Unsupported
from search.index import Filters

router = APIRouter()
VALUE_SET = "demandes"
PATHS = ("/fhir/ValueSet/$expand", f"/fhir/ValueSet/{VALUE_SET}/$expand")
MOST = 5000
_SHORT = 100  # what may be written without making other callers wait

USED = {
    "url": p.Kind.URI,
    "valueSetVersion": p.Kind.STRING,
    "filter": p.Kind.STRING,
    "count": p.Kind.INTEGER,
    "offset": p.Kind.INTEGER,
    "displayLanguage": p.Kind.CODE,
    "includeDesignations": p.Kind.BOOLEAN,
    "activeOnly": p.Kind.BOOLEAN,
    "property": p.Kind.STRING,
    "excludeNested": p.Kind.BOOLEAN,
    "includeDefinition": p.Kind.BOOLEAN,
}
FORMATS = ("application/fhir+json", "application/json", "json")
LANGUAGES = ("fr", "en")
REFUSED = (
    "valueSet",
    "context",
    "contextDirection",
    "date",
    "designation",
    "excludeNotForUI",
    "excludePostCoordinated",
    "exclude-system",
    "system-version",
    "check-system-version",
    "force-system-version",
)
_KNOWN = (*USED, *REFUSED, "_format")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The parameters, wherever they came from."""

    url: str | None
    version: str | None
    filter: str | None
    count: int | None
    offset: int
    language: str | None
    designations: bool
    active_only: bool
    properties: tuple[str, ...]


async def expand_by_query(request: Request) -> Response:
    """GET: `demandes` by its id, or by its url. The list is flat whatever `excludeNested` says."""
    call = Call(services_of(request), b"", request.headers, request)
    asked = _asked(call)
    answer = partial(_expand, call.services, asked, by_id=request.url.path.endswith(f"/{VALUE_SET}/$expand"))
    is_short = asked.count is not None and asked.count <= _SHORT
    at_once = is_short and call.services.editions.answers_at_once(_release_asked(asked))
    return answer() if at_once else await run_in_threadpool(answer)


def _asked(call: Call) -> _Asked:
    query = QueryParameters(call.request, _KNOWN, repeating=("property",))
    _offer(call, query.text("_format"))
    _refuse(name for name in REFUSED if query.text(name) is not None)
    query.boolean("excludeNested", True)
    _refuse(["includeDefinition"] if query.boolean("includeDefinition", False) else [])
    return _Asked(
        query.text("url"),
        query.text("valueSetVersion"),
        query.text("filter"),
        query.number("count", 0, 0, MOST) if query.text("count") is not None else None,
        query.number("offset", 0, 0, 10_000),
        query.text("displayLanguage"),
        query.boolean("includeDesignations", True),
        query.boolean("activeOnly", True),
        tuple(query.texts("property")),
    )


# Plain routes: the answer to a keystroke costs about as much as what a framework does around it.
router.add_route(PATHS[0], expand_by_query, methods=["GET"])
router.add_route(PATHS[1], expand_by_query, methods=["GET"])


@router.post(PATHS[0])
@router.post(PATHS[1])
def expand_by_parameters(call: CurrentCall) -> Response:
    """POST: the same, as Parameters."""
    body = call.resource()
    sent = body.get("parameter")
    names = [entry.get("name") for entry in sent if isinstance(entry, dict)] if isinstance(sent, list) else []
    _refuse(name for name in REFUSED if name in names)
    given = p.read_parameters(
        body, [p.Rule(name, kind, most=None if name == "property" else 1) for name, kind in USED.items()]
    )
    _refuse(["includeDefinition"] if given.boolean("includeDefinition") else [])
    asked = _Asked(
        given.text("url"),
        given.text("valueSetVersion"),
        given.text("filter"),
        _within("count", given.integer("count"), MOST),
        _within("offset", given.integer("offset"), 10_000) or 0,
        given.text("displayLanguage"),
        "includeDesignations" not in names or given.boolean("includeDesignations"),
        "activeOnly" not in names or given.boolean("activeOnly"),
        given.texts("property"),
    )
    return _expand(call.services, asked, by_id=call.request.url.path.endswith(f"/{VALUE_SET}/$expand"))


def _expand(services: Services, asked: _Asked, *, by_id: bool) -> Response:
    release = _release(services, asked, by_id)
    if asked.language is not None and asked.language.lower().partition("-")[0] not in LANGUAGES:
        raise bad("displayLanguage", "Langue non tenue.", "displayLanguage = fr, ou en là où il est connu.")
    unknown = [name for name in asked.properties if name not in PROPERTIES]
    if unknown:
        raise bad("property", f"Propriété inconnue : {unknown[0][:60]}.", "Connues : " + ", ".join(PROPERTIES) + ".")
    page = services.editions.suggest(
        asked.filter or "",
        Filters(include_inactive=not asked.active_only),
        limit=MOST if asked.count is None else asked.count,
        offset=asked.offset,
        release=release,
    )
    return fhir(
        write_expansion(
            Expansion(
                release=page.release,
                requests=[suggestion.request for suggestion in page.items],
                total=page.total,
                offset=page.offset,
                count=asked.count,
                filter_text=asked.filter,
                engine=page.engine,
                degraded=page.degraded,
                now=services.clock.now(),
                base=services.config.base,
                include_designations=asked.designations,
                properties=asked.properties or PROPERTIES,
                active_only=asked.active_only,
            )
        )
    )


def _release(services: Services, asked: _Asked, by_id: bool) -> str | None:
    """The release asked for; the url may carry it after a bar. None = the active one."""
    canonical = (asked.url or "").partition("|")[0]
    if not by_id and not canonical:
        hint = f"url = {services.config.base}/ValueSet/{VALUE_SET}."
        raise Invalid.because("required", "Le paramètre url manque.", hint, "url")
    if canonical and canonical != f"{services.config.base}/ValueSet/{VALUE_SET}":
        raise NotFound.because(
            "not-found", "Ce jeu de valeurs n'est pas tenu ici.", f"Tenu : {services.config.base}/ValueSet/demandes."
        )
    return _release_asked(asked)


def _release_asked(asked: _Asked) -> str | None:
    return asked.version or (asked.url or "").partition("|")[2] or None


def _offer(call: Call, wanted: str | None) -> None:
    """406 unless JSON is wanted; `_format` goes before Accept."""
    if wanted is None:
        call.accepts(*FORMATS)
    elif wanted.replace(" ", "+") not in FORMATS:
        raise HTTPException(406)


def _within(name: str, number: int | None, most: int) -> int | None:
    if number is not None and not 0 <= number <= most:
        raise bad(name, f"{name} n'est pas un entier de 0 à {most}.", "Corriger la valeur.")
    return number


def _refuse(names: Iterable[str]) -> None:
    for name in names:
        raise Unsupported.because(
            "not-supported", f"Le paramètre {name} n'est pas traité.", "Le retirer de la requête.", name
        )
