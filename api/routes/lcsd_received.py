"""What laboratories publish to us, over HTTP: what came, what is in force, what is added here (lcsd.md §7)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.fhir.json import JsonObject
from api.json_body import bad_body, only
from api.openapi.described import FHIR, JSON, Body, Described, described
from api.openapi.queries import asked
from api.openapi.shapes.lcsd import NOTE_SENT, NOTES, RECEIVED
from api.query import QueryParameters, bad, check_finess
from api.received_json import write_received
from api.responses import plain_json
from api.transcoding_calls import actor_of
from lcsd.received import Received
from terminology.receiving.note import LONGEST_NOTE, ExamNote
from terminology.transcoding.actor import ActorRole

router = APIRouter(prefix="/api/laboratoires/{finess}")


@router.get("/publications")
@described(get=asked("Lire ce qu'un laboratoire a publié ici", RECEIVED, token=True))
def received(call: CurrentCall, finess: str) -> Response:
    """The arrivals, when each one switches, and the last messages with the answer each one got."""
    _check(call, finess)
    return plain_json(write_received(call.services.receiving, finess, call.services.clock.now()))


@router.get("/notes")
@described(get=asked("Lire les notes locales sur les examens d'un laboratoire", NOTES, token=True))
def notes(call: CurrentCall, finess: str) -> Response:
    """Each note with whether its exam is still published: one that is not keeps its note, and is told."""
    _check(call, finess)
    services = call.services
    catalogue = Received(services.receiving).catalogue(finess, services.clock.now())
    held = {exam.local_code for exam in catalogue.exams} if catalogue else set()
    return plain_json({"notes": [_written(note, held) for note in services.receiving.notes(finess)]})


@router.put("/notes/{code:path}")
@described(
    put=Described(
        "Noter un examen, ou ne plus le proposer",
        body=Body((JSON, FHIR), NOTE_SENT),
        refusals=(400, 406, 413, 415),
        status=(204,),
        token=True,
    )
)
def save_note(call: CurrentCall, finess: str, code: str) -> Response:
    """Writes what is added here to an exam; it stays when the laboratory publishes again. An empty note goes."""
    _check(call, finess)
    body = call.resource()
    only(body, "", ("text", "hidden"))
    text, hidden = body.get("text", ""), body.get("hidden", False)
    if not isinstance(text, str) or len(text) > LONGEST_NOTE:
        raise bad_body("text", f"text est un texte de {LONGEST_NOTE} caractères au plus.")
    if not isinstance(hidden, bool):
        raise bad_body("hidden", "hidden vaut true ou false.")
    if len(code) > _LONGEST_CODE:
        raise bad("code", "Code local trop long.", f"{_LONGEST_CODE} caractères au plus.")
    call.services.receiving.save_note(ExamNote(finess, code, text, hidden))
    return Response(status_code=204)


_LONGEST_CODE = 200


def _check(call: Call, finess: str) -> None:
    """For who looks after the software that prescribers use, whichever laboratory it is."""
    QueryParameters(call.request)
    actor = actor_of(call.caller())
    actor.check_site(finess)
    actor.check_role(ActorRole.ADMINISTRATION)
    check_finess(finess)


def _written(note: ExamNote, held: set[str]) -> JsonObject:
    return {
        "local_code": note.local_code,
        "text": note.text,
        "hidden": note.hidden,
        "present": note.local_code in held,
    }
