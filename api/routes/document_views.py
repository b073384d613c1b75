"""`GET /api/documents/…`: what an operator sees of the departures, and what a structure has done: no trait, no code."""

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir.json import JsonObject
from api.openapi.described import described
from api.openapi.queries import asked
from api.openapi.shapes.documents import ACTIVITY, DEPARTURES
from api.query import QueryParameters, bad, check_finess, choice, number, text
from api.responses import plain_json
from prescription.documents.departure import DepartureState
from prescription.documents.follow import activity, entries
from prescription.documents.ports import Activity, DepartureEntry

router = APIRouter()
_COUNT, _MOST = 50, 200
_DEPARTURES = (
    choice("state", "État des envois ; tous à défaut", *DepartureState),
    number("count", "Envois d'une page", 1, _MOST, _COUNT),
    text("cursor", "next de la page d'avant"),
)
_ACTIVITY = (
    text("finess", "FINESS de la structure ; toutes à défaut, pour l'exploitant"),
    text("from", "Premier jour, AAAA-MM-JJ"),
    text("to", "Dernier jour, AAAA-MM-JJ"),
)


@router.get("/api/documents/envois")
@described(get=asked("Lire les envois de documents", DEPARTURES, _DEPARTURES, token=True))
def departures(call: CurrentCall) -> Response:
    """The last made first."""
    call.admit("document-entries")
    query = QueryParameters(call.request, _DEPARTURES)
    state = query.text("state")
    with call.services.units(writing=False) as unit:
        access = call.access(unit, "document-entries", call.services.clock.now())
        wanted = DepartureState(state) if state else None
        found, cursor = entries(access, wanted, query.number("count"), query.text("cursor"))
    return plain_json({"departures": [_departure(each) for each in found], "next": cursor})


@router.get("/api/documents/tableau-de-bord")
@described(get=asked("Lire ce qu'une structure a transmis", ACTIVITY, _ACTIVITY, token=True))
def dashboard(call: CurrentCall) -> Response:
    """By day, structure and status of the identity: orders made, fed, mailed."""
    call.admit("document-activity")
    query = QueryParameters(call.request, _ACTIVITY)
    finess, start, end = query.text("finess"), _day(query, "from"), _day(query, "to")
    if finess is not None:
        check_finess(finess)
    with call.services.units(writing=False) as unit:
        access = call.access(unit, "document-activity", call.services.clock.now())
        rows = activity(access, finess, start, end)
    return plain_json({"rows": [_activity(each) for each in rows]})


def _day(query: QueryParameters, name: str) -> date | None:
    value = query.text(name)
    try:
        return date.fromisoformat(value) if value is not None else None
    except ValueError:
        raise bad(name, f"{name} n'est pas une date AAAA-MM-JJ.", "Corriger la date.") from None


def _departure(entry: DepartureEntry) -> JsonObject:
    return {
        "id": entry.id,
        "channel": entry.channel.value,
        "state": entry.state.value,
        "withdrawal": entry.withdrawal,
        "attempts": entry.attempts,
        "next_attempt": entry.due.isoformat() if entry.state.is_waiting else None,
        "changed": entry.changed.isoformat(),
        "last_error": entry.error or None,
        "receipt": entry.receipt.value if entry.receipt else None,
    }


def _activity(row: Activity) -> JsonObject:
    return {
        "finess": row.finess or None,
        "day": row.day.isoformat(),
        "identity": row.identity.value,
        "made": row.made,
        "fed": row.fed,
        "mailed": row.mailed,
    }
