"""The form of a search of documents: what it says is read, and nothing else gets through (cda-ep-bio.md §8)."""

from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.fhir.document_search import FIELDS, read_document_search
from kernel.errors import Invalid
from kernel.ins import Ins, InsAuthority
from prescription.documents.ports import DocumentQuery
from prescription.documents.shared_document import DocumentStatus
from prescription.epu_code import EpuCode

INS = Ins("279035121518989", InsAuthority.TEST)
OUT_OF_USE = frozenset({DocumentStatus.SUPERSEDED, DocumentStatus.DEPRECATED})


def test_every_field_says_its_part() -> None:
    form = {
        "patient.identifier": f"urn:oid:{INS.authority}|{INS.matricule}",
        "identifier": "urn:oid:1.2.250.1.215.500.1.1|01S2TBPZ2JCNZZYGHZ",
        "status": "superseded",
        "type": "PRESC-BIO",
        "_count": "5",
        "page": "MTI.ab",
    }
    asked = urlencode([*form.items(), ("date", "ge2026-01-01"), ("date", "le2026-03-31")]).encode()
    assert read_document_search(asked) == DocumentQuery(
        (INS,), EpuCode("01S2TBPZ2JCNZZYGHZ"), OUT_OF_USE, date(2026, 1, 1), date(2026, 3, 31), 5, "MTI.ab"
    )
    assert read_document_search(b"") == DocumentQuery()
    assert read_document_search(b"date=2026-01-31") == DocumentQuery(start=date(2026, 1, 31), end=date(2026, 1, 31))


@pytest.mark.parametrize("form", ["status=entered-in-error", "type=11502-2", "type=urn:oid:1.2.3|PRESC-BIO"])
def test_what_no_document_is_finds_none(form: str) -> None:
    assert read_document_search(form.encode()) is None


@given(st.lists(st.tuples(st.sampled_from([rule.name for rule in FIELDS]), st.text(max_size=30))))
@example([("patient.identifier", "|"), ("identifier", "|")])
@example([("date", "ge2026-W01-1")])
@example([("status", ",,")])
def test_whatever_is_sent_is_read_or_refused_by_its_field(fields: list[tuple[str, str]]) -> None:
    told = outcome(urlencode(fields).encode())
    if isinstance(told, Invalid):
        assert {finding.path for finding in told.findings} <= {name for name, _ in fields}
    else:
        assert told is None or len(told.patients) <= 1


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_read_or_refused(form: bytes) -> None:
    outcome(form)


def outcome(form: bytes) -> DocumentQuery | Invalid | None:
    """What was read, or the refusal; whatever else is raised is a fault."""
    try:
        return read_document_search(form)
    except Invalid as refused:
        return refused
