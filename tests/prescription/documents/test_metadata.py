"""The metadata of a document, attribute by attribute as cda-ep-bio.md §6 lists them."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from kernel.errors import Invalid
from prescription.documents.codes import INVISIBLE_TO_PATIENT, Code
from prescription.documents.metadata import metadata_of
from prescription.epu_code import EpuCode
from prescription.line import Flags
from prescription.people import AnonymousPatient, Sex
from prescription.prescription import Validity
from tests.prescription.orders import AUTHOR, NOW, PATIENT, line, order

CODE = EpuCode("01S2TBPZ2JCNZZYGHZ")
ORDER = order(epu_code=CODE)


def test_the_attributes_are_those_of_the_model_and_of_the_order() -> None:
    said = metadata_of(ORDER, b"<document/>")
    assert said.unique_id == CODE
    assert (said.sha1, said.size) == (hashlib.sha1(b"<document/>").hexdigest(), 11)
    assert (said.created, said.service_start, said.service_stop) == (NOW, NOW, None)
    assert (said.patient, said.author) == (PATIENT, AUTHOR)
    assert said.class_code == Code("42", "1.2.250.1.213.1.1.4.1", "Prescription")
    assert (said.type_code.code, said.type_code.system) == ("PRESC-BIO", "1.2.250.1.213.1.1.4.12")
    assert said.format_code.code == "urn:ans:ci-sis:bio-ep-bio:2022"
    assert (said.mime_type, said.language) == ("text/xml", "fr-FR")
    assert (said.facility.code, said.practice.code) == ("SA07", "AMBULATOIRE")
    assert [code.code for code in said.confidentiality] == ["N"]
    assert (said.events, said.replaces) == ((), ())


def test_sub_types_validity_restrictions_and_correction_are_said() -> None:
    old = EpuCode("01QRSTVWXYZ0123456")
    corrected = order(
        line(1, urgent=True, flags=Flags(ald=True)),
        epu_code=CODE,
        home_sampling=True,
        replaces=(old,),
        validity=Validity(date(2026, 12, 1), date(2027, 12, 1)),
    )
    said = metadata_of(corrected, b"", (INVISIBLE_TO_PATIENT,))
    assert [code.code for code in said.events] == ["MED-1095", "MED-1096", "MED-1094"]
    assert [code.code for code in said.confidentiality] == ["N", "INVISIBLE_PATIENT"]
    assert (said.service_start, said.service_stop) == (date(2026, 12, 1), date(2027, 12, 1))
    assert said.replaces == (old,)


def test_the_same_order_has_the_same_identifiers_and_another_one_has_others() -> None:
    first, again = metadata_of(ORDER, b"1"), metadata_of(ORDER, b"2")
    other = metadata_of(order(line(2), epu_code=CODE), b"1")
    assert (first.entry_uuid, first.local_id) == (again.entry_uuid, again.local_id)
    assert len({first.entry_uuid, first.local_id, other.entry_uuid, other.local_id}) == 4


def test_neither_the_code_nor_a_trait_shows() -> None:
    shown = repr(metadata_of(ORDER, b""))
    assert CODE.value not in shown
    assert "PAT-TROIS" not in shown
    assert "279035121518989" not in shown


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(ORDER, patient=AnonymousPatient(Sex.FEMALE, 40)), "anonymous-order"),
        (replace(ORDER, signed=False), "not-signed"),
        (replace(ORDER, lines=()), "no-line"),
        (replace(ORDER, epu_code=None), "no-epu-code"),
    ],
)
def test_what_is_no_signed_full_order_under_its_code_has_none(wrong: object, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        metadata_of(wrong, b"")  # type: ignore[arg-type]
    assert refusal.value.code == code
