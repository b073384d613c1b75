"""Who receives the versions of a laboratory's catalogue, over HTTP (lcsd.md §6.1, §6.2).

A laboratory sees its subscribers and sends again; the operator alone says where the service writes or connects.
"""

from fastapi import APIRouter
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from api.calls import CurrentCall
from api.json_body import bad_body
from api.lcsd_calls import CONNECTING, PUBLISHING, publisher_of
from api.lcsd_json import write_subscriber
from api.openapi.described import FHIR, JSON, Body, Described, described
from api.openapi.queries import asked
from api.openapi.shapes.lcsd import RESENT, SUBSCRIBER, SUBSCRIBER_SENT, SUBSCRIBERS
from api.query import QueryParameters
from api.responses import plain_json
from terminology.publishing.delivery import Subscriber

router = APIRouter(prefix="/api/lcsd/{finess}/abonnes")
_ADAPTER = TypeAdapter(Subscriber)


@router.get("")
@described(get=asked("Lister les abonnés d'un laboratoire", SUBSCRIBERS, token=True))
def subscribers(call: CurrentCall, finess: str) -> Response:
    """The subscribers, by name; the paths of their TLS material stay with the operator."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess)
    return plain_json({"subscribers": [write_subscriber(s) for s in publisher.store.subscribers(finess)]})


@router.get("/{name}")
@described(get=asked("Lire un abonné", SUBSCRIBER, (), 404, token=True))
def subscriber(call: CurrentCall, finess: str, name: str) -> Response:
    """One subscriber, as the list shows it."""
    QueryParameters(call.request)
    return plain_json(write_subscriber(publisher_of(call, finess).subscriber(name)))


@router.put("/{name}")
@described(
    put=Described(
        "Ajouter ou changer un abonné",
        {JSON: SUBSCRIBER},
        body=Body((JSON, FHIR), SUBSCRIBER_SENT),
        refusals=(400, 406, 413, 415),
        token=True,
    )
)
def save(call: CurrentCall, finess: str, name: str) -> Response:
    """Adds a subscriber or changes it; a new one is queued the current version."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess, *CONNECTING)
    try:
        sent = _ADAPTER.validate_python({**call.resource(), "name": name}, extra="forbid")
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False, include_context=False)[0]["loc"]))
        raise bad_body(place[:80], "Champ absent, inconnu ou d'un autre type.") from None
    publisher.subscribe(sent)
    return plain_json(write_subscriber(sent))


@router.delete("/{name}")
@described(delete=Described("Mettre fin à un abonnement", refusals=(400, 404), status=(204,), token=True))
def remove(call: CurrentCall, finess: str, name: str) -> Response:
    """Ends a subscription; what waited for it is not sent."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess, *CONNECTING)
    publisher.unsubscribe(name)
    return Response(status_code=204)


@router.post("/{name}/renvoi")
@described(post=Described("Renvoyer ce qui a été refusé ou a échoué", {JSON: RESENT}, refusals=(400, 404), token=True))
def resend(call: CurrentCall, finess: str, name: str) -> Response:
    """Queues again, same bytes, what of the current version was refused or could not be sent."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess, *PUBLISHING)
    return plain_json({"queued": publisher.resend(name)})
