"""An operation says what it takes in a table; a body is held against it, and every fault comes at once."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fhir.resources.R4B.parameters import Parameters

from api.fhir import parameters as p
from api.fhir.json import parse, serialise
from api.fhir.parameters import Given, Kind, Rule, read_parameters, write_parameters
from kernel.errors import Invalid

VALIDATE = (Rule("resource", Kind.RESOURCE, 1, resource="Bundle"),)
ADAPT = (
    Rule("code", Kind.STRING, 1),
    Rule("prescriber-contact", Kind.CODE, 1, codes=("agreed", "informed")),
    Rule("contacted-at", Kind.INSTANT),
    Rule("ins", Kind.INS),
    Rule("from", Kind.DATE),
    Rule("count", Kind.POSITIVE),
    Rule("identity-confirmed", Kind.BOOLEAN),
    Rule("line", Kind.URI, most=None),
    Rule(
        "change",
        Kind.PARTS,
        1,
        None,
        parts=(
            Rule("action", Kind.CODE, 1, codes=("add", "remove")),
            Rule("line", Kind.URI),
            Rule("request", Kind.RESOURCE, resource="ServiceRequest"),
        ),
    ),
)
CODE = {"name": "code", "valueString": "01S2TBPZ2JCNZZYGHZ"}
CONTACT = {"name": "prescriber-contact", "valueCode": "agreed"}
REMOVE = {"name": "change", "part": [{"name": "action", "valueCode": "remove"}, {"name": "line", "valueUri": "urn:x"}]}


def read(*given: dict[str, Any]) -> Given:
    body = {"resourceType": "Parameters", "parameter": list(given)}
    return read_parameters(parse(json.dumps(body).encode()), ADAPT)


def test_values_come_by_name_and_kind() -> None:
    identifier = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}
    given = read(
        CODE,
        CONTACT,
        REMOVE,
        {"name": "change", "part": [{"name": "action", "valueCode": "add"},
                                    {"name": "request", "resource": {"resourceType": "ServiceRequest"}}]},
        {"name": "contacted-at", "valueDateTime": "2026-11-20T10:00:00Z"},
        {"name": "from", "valueDate": "2026-11-01"},
        {"name": "count", "valuePositiveInt": 5},
        {"name": "identity-confirmed", "valueBoolean": True},
        {"name": "line", "valueUri": "urn:a"},
        {"name": "line", "valueUri": "urn:b"},
        {"name": "ins", "valueIdentifier": identifier},
    )  # fmt: skip
    assert given.required("code") == "01S2TBPZ2JCNZZYGHZ"
    assert given.text("prescriber-contact") == "agreed"
    assert given.texts("line") == ("urn:a", "urn:b")
    assert given.instant("contacted-at") == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert given.day("from") == date(2026, 11, 1)
    assert (given.integer("count"), given.boolean("identity-confirmed")) == (5, True)
    ins = given.ins("ins")
    assert ins is not None
    assert ins.matricule == "279035121518989"
    remove, add = given.parts("change")
    assert (remove.required("action"), remove.text("line")) == ("remove", "urn:x")
    request = add.resource("request")
    assert request is not None
    assert request.path == "Parameters.parameter[3].part[1].resource"


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ([CODE, CODE, CONTACT, REMOVE], {("bad-parameter", "Parameters.parameter[1].name")}),
        ([CODE, CONTACT, REMOVE, {"name": "x", "valueString": "y"}],
         {("bad-parameter", "Parameters.parameter[3].name")}),
        ([REMOVE], {("missing-parameter", "Parameters")}),
        ([{"name": "code", "valueCode": "01"}, CONTACT, REMOVE], {("bad-parameter", "Parameters.parameter[0]")}),
        ([CODE, {"name": "prescriber-contact", "valueCode": "no"}, REMOVE],
         {("bad-parameter", "Parameters.parameter[1].valueCode")}),
        ([CODE, CONTACT, {"name": "change", "part": [{"name": "action", "valueCode": "add"}] * 2}],
         {("bad-parameter", "Parameters.parameter[2].part[1].name")}),
        ([CODE, CONTACT, {"name": "change", "part": [{"name": "line", "valueUri": "urn:x"}]}],
         {("missing-parameter", "Parameters.parameter[2]")}),
        ([{**CODE, "valueUri": "urn:x"}, CONTACT, REMOVE], {("bad-parameter", "Parameters.parameter[0].valueUri")}),
        ([{"name": "code", "valueString": "a\u0000b"}, CONTACT, REMOVE],
         {("bad-parameter", "Parameters.parameter[0].valueString")}),
        ([CODE, CONTACT, REMOVE, {"name": "count", "valuePositiveInt": 0}],
         {("bad-parameter", "Parameters.parameter[3].valuePositiveInt")}),
        ([CODE, CONTACT, REMOVE, {"name": "ins", "valueIdentifier": {"system": "urn:oid:1.2", "value": "1"}}],
         {("malformed-ins", "Parameters.parameter[3].valueIdentifier")}),
    ],
)  # fmt: skip
def test_a_body_off_the_table_is_refused_where_it_is_wrong(
    given: list[dict[str, Any]], faults: set[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read(*given)
    assert {(f.code, f.path) for f in refused.value.findings} == faults


def test_the_one_resource_of_an_operation_may_be_the_body() -> None:
    bundle = {"resourceType": "Bundle", "type": "collection"}
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": bundle}]}
    for body in (bundle, wrapped):
        resource = read_parameters(parse(json.dumps(body).encode()), VALIDATE).resource("resource")
        assert resource is not None
        assert (resource.value, resource.path) == (bundle, "Bundle")


def test_another_resource_as_the_body_is_refused() -> None:
    for table, code in ((VALIDATE, "invalid-bundle"), (ADAPT, "bad-parameter")):
        with pytest.raises(Invalid) as refused:
            read_parameters({"resourceType": "Patient"}, table)
        assert refused.value.code == code


def test_what_is_written_is_a_parameters_resource() -> None:
    written = write_parameters(
        [
            p.string("code", "01S2TBPZ2JCNZZYGHZ"),
            p.integer("version", 0),
            p.code("status", "active"),
            p.boolean("repaired", False),
            p.instant("lease-until", datetime(2026, 11, 20, 9, tzinfo=UTC)),
            p.parts("line", [p.uri("id", "urn:uuid:x"), p.uri("replaces", None), p.day("next-due", date(2026, 12, 1))]),
            p.resource("outcome", None),
        ]
    )
    Parameters.model_validate(written)
    assert [x["name"] for x in json.loads(serialise(written))["parameter"]] == [
        "code", "version", "status", "repaired", "lease-until", "line",
    ]  # fmt: skip
