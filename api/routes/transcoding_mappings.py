"""Proposals for one exam, and what people decide of its mappings (terminology.md §7.2, §7.3).

`GET …/examens/{code}/propositions?type=&valeur=`; `GET|PUT|DELETE …/examens/{code}/correspondances/{type}?valeur=`
(ETag; `If-Match`, or `If-None-Match: *` for the first decision); `POST …/validations` for a listed selection.
"""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir.json import JsonObject, serialise
from api.query import QueryParameters, bad
from api.responses import PLAIN_JSON, etag
from api.routes.transcoding_catalogue import whole_exam
from api.transcoding_bodies import read_decision, read_selection
from api.transcoding_calls import actor_of, assistant
from api.transcoding_json import write_mapping, write_proposals
from kernel.errors import NotFound
from prescription.usecases.access import VersionConflict
from terminology.transcoding.decisions import Decision
from terminology.transcoding.mapping import Mapping, MappingChanged, MappingKey, MappingKind, MappingStatus

router = APIRouter(prefix="/api/transcodage/{finess}")


@router.get("/examens/{code:path}/propositions")
def proposals(call: CurrentCall, finess: str, code: str) -> Response:
    """At most five targets, each with the parts of its score; nothing is chosen."""
    query = QueryParameters(call.request, ("type", "valeur"))
    key = MappingKey(code, _kind(query.text("type") or MappingKind.ANALYSIS.value), query.text("valeur") or "")
    at_work = assistant(call.services, finess, actor_of(call.caller()))
    return _json(write_proposals(key, at_work.reference.targets.release.name, at_work.proposals(key)))


@router.get("/examens/{code:path}/correspondances/{kind}")
def read(call: CurrentCall, finess: str, code: str, kind: str) -> Response:
    """The mapping as it stands; 404 while there is none."""
    key = _key(call, code, kind)
    at_work = assistant(call.services, finess, actor_of(call.caller()))
    at_work.catalogue()
    found = at_work.mapping(key)
    if found is None:
        raise NotFound.because("not-found", "Rien n'est encore décidé.", "PUT avec If-None-Match: * décide.", "code")
    return _answer(found)


@router.put("/examens/{code:path}/correspondances/{kind}")
def decide(call: CurrentCall, finess: str, code: str, kind: str) -> Response:
    """Takes a decision: propose, validate, refuse, ask for an addition, put in doubt."""
    key = _key(call, code, kind)
    first = call.headers.get("if-none-match", "").strip() == "*"
    version = 0 if first else call.expected_version()
    decision = read_decision(call.resource(), key, version)
    return _answer(_decided(call, finess, decision), 201 if first else 200)


@router.delete("/examens/{code:path}/correspondances/{kind}")
def forget(call: CurrentCall, finess: str, code: str, kind: str) -> Response:
    """Deletes a mapping: the exam is `a-traiter` again, its history stays. `motif` says why."""
    key = _key(call, code, kind, "motif")
    reason = QueryParameters(call.request, ("valeur", "motif")).text("motif") or ""
    _decided(call, finess, Decision(key, MappingStatus.TO_DO, call.expected_version(), comment=reason))
    return Response(status_code=204)


@router.post("/validations")
def validate(call: CurrentCall, finess: str) -> Response:
    """Validates a listed selection as it was proposed, all or none, one row of history each."""
    QueryParameters(call.request, ())
    selection, comment = read_selection(call.resource())
    at_work = assistant(call.services, finess, actor_of(call.caller()))
    return _json({"validated": at_work.validate_selection(selection, comment, call.services.clock.now())})


# Last: a local code may hold a slash, and this path would take those above.
@router.get("/examens/{code:path}")
def exam(call: CurrentCall, finess: str, code: str) -> Response:
    """One exam with everything of it that can be mapped."""
    QueryParameters(call.request, ())
    return whole_exam(call, finess, code, actor_of(call.caller()))


def _decided(call: CurrentCall, finess: str, decision: Decision) -> Mapping | None:
    try:
        return assistant(call.services, finess, actor_of(call.caller())).decide(decision, call.services.clock.now())
    except MappingChanged as changed:
        conflict = VersionConflict(changed.findings)
        conflict.current = changed.current
        raise conflict from None


def _key(call: CurrentCall, code: str, kind: str, *also_known: str) -> MappingKey:
    query = QueryParameters(call.request, ("valeur", *also_known))
    return MappingKey(code, _kind(kind), query.text("valeur") or "")


def _kind(text: str) -> MappingKind:
    if text not in set(MappingKind):
        raise bad("type", f"Le type vaut {', '.join(MappingKind)}.", "Corriger la valeur.")
    return MappingKind(text)


def _answer(mapping: Mapping | None, status: int = 200) -> Response:
    if mapping is None:
        return Response(status_code=204)
    headers = {"ETag": etag(mapping.version), "Cache-Control": "no-store"}
    return Response(serialise(write_mapping(mapping)), status, headers, PLAIN_JSON)


def _json(content: JsonObject) -> Response:
    return Response(serialise(content), media_type=PLAIN_JSON, headers={"Cache-Control": "no-store"})
