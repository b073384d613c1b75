"""The models of FHIR are asked only where our readers cannot vouch for all: nothing is let in by that."""

import copy
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.fhir.element import Report
from api.fhir.json import parse, serialise
from api.fhir.order_bundle import read_order, write_order
from circuitbio.examples import order_files
from tests.api.fhir.strategies import orders

BASE = "https://circuit-biologie.invalid/fhir"
SLIPS: tuple[Any, ...] = (
    None, "", " ", "a b", " x", "x\ty", "x" * 70, "é", 0, -1, 3, 2**31, Decimal("1.5"), True, [], {}, [{}], ["a"],
    [None], [[]], {"x": 1}, {"extension": []}, {"id": "a b"}, {"profile": 5}, {"status": "zz"}, "2026", "2026-13-01",
    "2026-11-20", "2026-11-20T09:30:00+01:00", "http://x y", "urn:uuid:zz", "<div/>",
)  # fmt: skip
NAMES = (
    "id", "meta", "text", "use", "type", "display", "version", "userSelected", "rank", "unit", "language", "extension",
    "modifierExtension", "contained", "implicitRules", "coding", "system", "value", "status", "zzz",
)  # fmt: skip


def every_object(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from every_object(child)


def slip(bundle: Any, chance: random.Random) -> None:
    """One fault at one place below the entries: a member left out, changed, added, doubled, or given an element."""
    holder = chance.choice(list(every_object(bundle["entry"])))
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    match chance.choice(["leave", "change", "change", "add", "add", "double", "primitive"]):
        case "leave" if keys:
            del holder[chance.choice(keys)]
        case "change" if keys:
            holder[chance.choice(keys)] = chance.choice(SLIPS)
        case "add" if isinstance(holder, dict):
            holder[chance.choice(NAMES)] = chance.choice(SLIPS)
        case "double" if isinstance(holder, list) and keys:
            holder.append(copy.deepcopy(holder[0]))
        case "primitive" if isinstance(holder, dict) and keys:
            holder[f"_{chance.choice(keys)}"] = chance.choice(SLIPS)


@pytest.mark.parametrize("full", [True, False], ids=["full", "anonymous"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_our_readers_vouch_for_is_not_judged_otherwise(data: st.DataObject, full: bool) -> None:
    sent = serialise(write_order(data.draw(orders(full=full)), BASE))
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(4):
        slipped = parse(sent)
        for _ in range(chance.randint(1, 2)):
            slip(slipped, chance)
        found = read_order(slipped, BASE).findings
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Report, "vouches_for", lambda *_: False)
            assert read_order(slipped, BASE).findings == found


def test_a_common_order_is_vouched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the test above would compare nothing, and every order be judged twice."""
    monkeypatch.setattr("api.fhir.order_bundle.structure_faults", lambda *_: pytest.fail("judged twice"))
    for file in order_files():
        assert read_order(parse(file.read_bytes()), BASE).findings == ()
