"""Reading what was written gives the order back: on any order the other tests draw, whatever it holds."""

from dataclasses import replace

from hypothesis import given, settings

from document.patient import carried_ins
from document.read import Level, read_document
from prescription.people import Patient
from prescription.prescription import Prescription
from tests.api.fhir.strategies import orders
from tests.document.documents import PDF, document_of


def as_carried(order: Prescription) -> Prescription:
    """The order as a document may carry it: no matricule but that of a qualified identity."""
    patient = order.patient
    assert isinstance(patient, Patient)
    return replace(order, patient=replace(patient, ins=carried_ins(patient)))


@settings(max_examples=150)
@given(orders(full=True))
def test_reading_what_was_written_gives_the_order_back(order: Prescription) -> None:
    order = replace(order, signed=True)
    content = document_of(order)
    read = read_document(content)
    if order.epu_code is None:
        assert (read.level, read.prescription.lines) == (Level.ONE, ())
        return
    assert read.findings == ()
    assert read.pdf == PDF
    assert read.accepted() == as_carried(order)
    assert document_of(order) == content
