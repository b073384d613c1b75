"""Baskets (*paniers*): list, read, write, who changed what, copy into an order (interface.md §4).

`Idempotency-Key` on every change, `If-Match` on all but the first; `GET` also as a FHIR PlanDefinition.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from api.basket_json import read_basket, write_basket, write_versions
from api.calls import Call, CurrentCall
from api.checking import check_order
from api.fhir.basket_definition import write_basket_definition
from api.fhir.json import JsonObject, serialise
from api.fhir.operation_outcome import write_outcome
from api.fhir.order_bundle import write_order
from api.openapi.described import FHIR, JSON, Body, Described, described
from api.openapi.orders import IDEMPOTENCY_KEY, IF_MATCH
from api.openapi.schema import Schema, ref
from api.openapi.shapes.baskets import BASKET_SENT, BASKETS, INSERTED, VERSIONS
from api.query import QueryParameters
from api.responses import FHIR_JSON, PLAIN_JSON, etag, plain_json
from api.transactions import refusals_placed
from kernel.errors import Invalid
from prescription.basket_insertion import insert
from prescription.ports import KeptAnswer, UnitOfWork
from prescription.starter_baskets import starter_baskets
from prescription.usecases.baskets import BasketDesk, KeptBasket, check_role
from prescription.usecases.once import OneCall, once

router = APIRouter(prefix="/api/paniers")
_BODY = Body((JSON, FHIR), BASKET_SENT, name="Basket_sent")


def _reading(summary: str, answers: Mapping[str, Schema], *refusals: int, tagged: bool = False) -> Described:
    return Described(summary, answers, refusals=(400, 406, *refusals), token=True, etag=tagged)


def _writing(summary: str, *refusals: int, status: int = 200, body: Body | None = _BODY) -> Described:
    headers = (IDEMPOTENCY_KEY,) if status == _MADE else (IDEMPOTENCY_KEY, IF_MATCH)
    return Described(
        summary,
        {JSON: ref("Basket")} if body else {},
        headers,
        body,
        (400, 406, 409, 413, 415, 422, *refusals),
        status=(status,),
        token=True,
        etag=body is not None,
    )


_MADE, _GONE = 201, 204


@router.get("")
@described(get=_reading("Lister les paniers que l'appelant voit", {JSON: BASKETS}))
def baskets(call: CurrentCall) -> Response:
    """Own ones, those of the caller's site, those of the specialties, and the starter ones; by name."""
    QueryParameters(call.request)
    call.accepts(JSON)
    with _reader(call) as (desk, _):
        found = [_written(call, desk, KeptBasket(basket, ())) for basket in desk.listed()]
    return plain_json({"baskets": found})


@router.post("")
@described(post=_writing("Garder un nouveau panier", status=_MADE))
def create(call: CurrentCall) -> Response:
    """Keeps a basket. A label that is another exam's is refused; what the release does not know is told."""
    base = call.services.config.base

    def perform(desk: BasketDesk, now: datetime) -> KeptAnswer:
        sent = read_basket(call.resource(), base)
        with refusals_placed(sent.locate):
            return _kept(call, desk, desk.create(sent.content, now), _MADE)

    return _once(call, "basket-create", perform)


@router.get("/{id}")
@described(get=_reading("Lire un panier", {JSON: ref("Basket"), FHIR: ref("PlanDefinition")}, 404, tagged=True))
def read(call: CurrentCall, id: str) -> Response:
    """One basket, with what the release of today says of its lines; in FHIR, a PlanDefinition (order-set)."""
    QueryParameters(call.request)
    wanted = call.accepts(JSON, FHIR)
    with _reader(call) as (desk, _):
        kept = desk.read(id)
        written = _written(call, desk, kept)
    headers = {"ETag": etag(kept.basket.version), "Cache-Control": "no-store"}
    if wanted == FHIR:
        resource = write_basket_definition(kept.basket, call.services.catalogue, call.services.config.base)
        return Response(serialise(resource), 200, headers, FHIR_JSON)
    return Response(serialise(written), 200, headers, PLAIN_JSON)


@router.put("/{id}")
@described(put=_writing("Garder la version suivante d'un panier", 404, 412, 428))
def replace(call: CurrentCall, id: str) -> Response:
    """The whole basket in place of the version that was read."""
    base = call.services.config.base

    def perform(desk: BasketDesk, now: datetime) -> KeptAnswer:
        version, sent = call.expected_version(), read_basket(call.resource(), base)
        with refusals_placed(sent.locate):
            return _kept(call, desk, desk.replace(id, version, sent.content, now))

    return _once(call, f"basket-replace {id}", perform)


@router.delete("/{id}")
@described(delete=_writing("Supprimer un panier", 404, 412, 428, status=_GONE, body=None))
def delete(call: CurrentCall, id: str) -> Response:
    """Deletes it with its versions; orders keep the lines that were copied into them."""

    def perform(desk: BasketDesk, _: datetime) -> KeptAnswer:
        desk.delete(id, call.expected_version())
        return KeptAnswer(_GONE, None, b"")

    return _once(call, f"basket-delete {id}", perform)


@router.get("/{id}/versions")
@described(get=_reading("Voir qui a changé quoi dans un panier", {JSON: VERSIONS}, 404))
def versions(call: CurrentCall, id: str) -> Response:
    """Every version, the last one first."""
    QueryParameters(call.request)
    call.accepts(JSON)
    with _reader(call) as (desk, _):
        return plain_json(write_versions(desk.versions(id)))


@router.post("/{id}/inserer")
@described(
    post=Described(
        "Copier les lignes d'un panier dans une ordonnance",
        {JSON: INSERTED},
        body=Body((FHIR, JSON), ref("Bundle")),
        refusals=(400, 404, 406, 409, 413, 415, 422),
        token=True,
    )
)
def insert_into(call: CurrentCall, id: str) -> Response:
    """The order Bundle with the lines it lacked; nothing is stored, nothing blocked."""
    base, rules = call.services.config.base, call.services.rules()
    with _reader(call) as (desk, now):
        basket = desk.read(id).basket
        checked = check_order(call.resource(), base, rules)
        broken = [f for f in checked.findings if f.code in _UNREADABLE]
        if checked.prescription is None or broken:
            raise Invalid(broken or checked.findings)
        done = insert(basket, checked.prescription, now.date())
    return plain_json(
        {
            "order": write_order(done.prescription, base),
            "inserted": list(done.line_ids),
            "outcome": write_outcome(done.findings, base) if done.findings else None,
        }
    )


# An order under way may lack nearly everything; what could not be read of it would be lost in the answer.
_UNREADABLE = frozenset({"invalid-bundle", "unsupported-element", "bad-reference", "bad-parameter", "malformed-ins"})


@contextmanager
def _reader(call: Call) -> Iterator[tuple[BasketDesk, datetime]]:
    """The caller's desk in one reading transaction, and the time."""
    with call.services.units(writing=False) as unit:
        yield _desk(call, unit), call.services.clock.now()


def _desk(call: Call, unit: UnitOfWork) -> BasketDesk:
    services = call.services
    return BasketDesk(
        call.caller(), unit.baskets, services.rules(), starter_baskets(services.baskets, services.catalogue)
    )


def _once(call: Call, operation: str, perform: Callable[[BasketDesk, datetime], KeptAnswer]) -> Response:
    """Runs a change once for an Idempotency-Key: a repeated call gets the first answer."""
    caller, now = call.caller(), call.services.clock.now()
    QueryParameters(call.request)
    check_role(caller)
    this = OneCall(caller, operation, call.idempotency_key(), call.body, now)
    kept, _ = once(call.services.units, this, lambda unit: perform(_desk(call, unit), now))
    headers = {"Cache-Control": "no-store", **({"ETag": kept.etag} if kept.etag else {})}
    return Response(kept.body, kept.status, headers, PLAIN_JSON if kept.body else None)


def _kept(call: Call, desk: BasketDesk, kept: KeptBasket, status: int = 200) -> KeptAnswer:
    return KeptAnswer(status, etag(kept.basket.version), serialise(_written(call, desk, kept)))


def _written(call: Call, desk: BasketDesk, kept: KeptBasket) -> JsonObject:
    editable = desk.may_write(kept.basket)
    return write_basket(kept.basket, call.services.config.base, kept.findings, editable=editable)
