"""Proposals for one exam, and what people decide of its mappings (terminology.md §7.2, §7.3).

`GET …/examens/{code}/propositions?type=&valeur=`; `GET|PUT|DELETE …/examens/{code}/correspondances/{type}?valeur=`
(ETag; `If-Match`, or `If-None-Match: *` for the first decision); `POST …/validations` for a listed selection.
"""

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.openapi.described import FHIR, JSON, Body, Described, Parameter, described
from api.openapi.orders import IF_MATCH
from api.openapi.queries import asked, of_query
from api.openapi.schema import TEXT, Schema, ref
from api.openapi.shapes.transcoding import DECISION, EXAM, PROPOSALS, SELECTION, VALIDATED
from api.query import QueryParameters, QueryRule, bad, choice, text
from api.responses import etag, plain_json
from api.routes.transcoding_catalogue import whole_exam
from api.transcoding_bodies import read_decision, read_selection
from api.transcoding_calls import actor_of, assistant
from api.transcoding_json import write_mapping, write_proposals
from kernel.errors import NotFound
from prescription.usecases.access import VersionConflict
from terminology.transcoding.actor import Actor
from terminology.transcoding.decisions import Decision
from terminology.transcoding.mapping import Mapping, MappingChanged, MappingKey, MappingKind, MappingStatus

router = APIRouter(prefix="/api/transcodage/{finess}")
_VALUE = text("valeur", "Code local de la technique ou de la réponse ; vide pour l'examen")
_PROPOSED = (choice("type", "Ce qui correspond ; analyse à défaut", *MappingKind), _VALUE)
_FORGOTTEN = (_VALUE, text("motif", "Pourquoi la correspondance est retirée"))
_FIRST = Parameter("If-None-Match", "* pour la première décision, à la place de If-Match", TEXT, where="header")
_LATER = replace(IF_MATCH, required=False)


def _writing(summary: str, answer: Schema, sent: Schema, *refusals: int) -> Described:
    return Described(
        summary,
        {JSON: answer},
        body=Body((JSON, FHIR), sent),
        refusals=(400, 404, 406, 413, 415, *refusals),
        token=True,
    )


_DECIDE = replace(
    _writing("Décider d'une correspondance", ref("Mapping"), DECISION, 409, 412, 428),
    parameters=(*of_query((_VALUE,)), _FIRST, _LATER),
    status=(200, 201),
    etag=True,
)
_FORGET = Described(
    "Retirer une correspondance",
    parameters=(*of_query(_FORGOTTEN), IF_MATCH),
    refusals=(400, 404, 409, 412, 428),
    status=(204,),
    token=True,
)


@router.get("/examens/{code:path}/propositions")
@described(get=asked("Proposer des codes pour un examen", PROPOSALS, _PROPOSED, 404, token=True))
def proposals(call: CurrentCall, finess: str, code: str) -> Response:
    """At most five targets, each with the parts of its score; nothing is chosen."""
    query = QueryParameters(call.request, _PROPOSED)
    key = MappingKey(code, MappingKind(query.text("type") or MappingKind.ANALYSIS), query.text("valeur") or "")
    at_work = assistant(call.services, finess, actor_of(call.caller()))
    return plain_json(write_proposals(key, at_work.reference.targets.release.name, at_work.proposals(key)))


@router.get("/examens/{code:path}/correspondances/{kind}")
@described(get=replace(asked("Lire une correspondance", ref("Mapping"), (_VALUE,), 404, token=True), etag=True))
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
@described(put=_DECIDE)
def decide(call: CurrentCall, finess: str, code: str, kind: str) -> Response:
    """Takes a decision: propose, validate, refuse, ask for an addition, put in doubt."""
    key, actor = _key(call, code, kind), actor_of(call.caller())
    first = call.headers.get("if-none-match", "").strip() == "*"
    version = 0 if first else call.expected_version()
    decision = read_decision(call.resource(), key, version)
    return _answer(_decided(call, finess, actor, decision), 201 if first else 200)


@router.delete("/examens/{code:path}/correspondances/{kind}")
@described(delete=_FORGET)
def forget(call: CurrentCall, finess: str, code: str, kind: str) -> Response:
    """Deletes a mapping: the exam is `a-traiter` again, its history stays. `motif` says why."""
    key, actor = _key(call, code, kind, _FORGOTTEN), actor_of(call.caller())
    reason = QueryParameters(call.request, _FORGOTTEN).text("motif") or ""
    _decided(call, finess, actor, Decision(key, MappingStatus.TO_DO, call.expected_version(), comment=reason))
    return Response(status_code=204)


@router.post("/validations")
@described(post=_writing("Valider une sélection de correspondances", VALIDATED, SELECTION, 409, 412))
def validate(call: CurrentCall, finess: str) -> Response:
    """Validates a listed selection as it was proposed, all or none, one row of history each."""
    QueryParameters(call.request)
    at_work = assistant(call.services, finess, actor_of(call.caller()))
    selection, comment = read_selection(call.resource())
    return plain_json({"validated": at_work.validate_selection(selection, comment, call.services.clock.now())})


# Last: a local code may hold a slash, and this path would take those above.
@router.get("/examens/{code:path}")
@described(get=asked("Lire un examen et tout ce qui y correspond", EXAM, (), 404, token=True))
def exam(call: CurrentCall, finess: str, code: str) -> Response:
    """One exam with everything of it that can be mapped."""
    QueryParameters(call.request)
    return whole_exam(call, finess, code, actor_of(call.caller()))


def _decided(call: CurrentCall, finess: str, actor: Actor, decision: Decision) -> Mapping | None:
    try:
        return assistant(call.services, finess, actor).decide(decision, call.services.clock.now())
    except MappingChanged as changed:
        conflict = VersionConflict(changed.findings)
        conflict.current = changed.current
        raise conflict from None


def _key(call: CurrentCall, code: str, kind: str, rules: tuple[QueryRule, ...] = (_VALUE,)) -> MappingKey:
    query = QueryParameters(call.request, rules)
    return MappingKey(code, _kind(kind), query.text("valeur") or "")


def _kind(text: str) -> MappingKind:
    if text not in set(MappingKind):
        raise bad("type", f"Le type vaut {', '.join(MappingKind)}.", "Corriger la valeur.")
    return MappingKind(text)


def _answer(mapping: Mapping | None, status: int = 200) -> Response:
    if mapping is None:
        return Response(status_code=204)
    return plain_json(write_mapping(mapping), status, {"ETag": etag(mapping.version)})
