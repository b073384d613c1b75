"""What is published reads back as it was, and publishes again to the same bytes."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings

from lcsd.entries import gather, split
from lcsd.exchange_file import build_file, read_file
from lcsd.messages.control import Emission
from lcsd.overflow import rejoin, shorten
from terminology.lab_catalogue import LabCatalogue
from tests.lcsd.catalogues import BLOOD_COUNT, CLOCK, GLUCOSE, PROLACTIN, RECEIVER, WORKED_EXAMPLE, catalogues

SLOW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def export(catalogue: LabCatalogue) -> bytes:
    return build_file(Emission(catalogue, RECEIVER, CLOCK.now()))[1]


@SLOW
@given(catalogues())
def test_any_catalogue_comes_back_equal_and_goes_out_identical(catalogue: LabCatalogue) -> None:
    data = export(catalogue)
    read = read_file(data).catalogue
    assert read == catalogue
    assert export(read) == data


def test_only_emission_fields_change_when_the_same_version_is_sent_later() -> None:
    later = Emission(WORKED_EXAMPLE, RECEIVER, CLOCK.now() + timedelta(days=1))
    before, after = export(WORKED_EXAMPLE).decode().split("\r"), build_file(later)[1].decode().split("\r")
    changed = {a[:3] for a, b in zip(before, after, strict=True) if a != b}
    assert changed == {"FHS", "BHS", "MSH", "MFI"}


def test_a_numeric_exam_with_two_tubes_travels_as_a_battery_of_one() -> None:
    two_tubes = replace(GLUCOSE, containers=GLUCOSE.containers * 2)
    count = replace(BLOOD_COUNT, members=("GLYJ",))
    ordered, battery, result = split([two_tubes, count])
    assert (ordered.members, ordered.value_types, ordered.orderable) == (("GLYJ.R",), (), True)
    assert (result.local_code, result.orderable, result.loinc_preferred, result.containers) == (
        "GLYJ.R",
        False,
        False,
        (),
    )
    assert battery.members == ("GLYJ.R",)
    assert gather([ordered, battery, result]) == (two_tubes, count)


def test_several_items_of_information_travel_as_a_group() -> None:
    asked = replace(PROLACTIN, required_information=("DDR", "POSO"))
    exam, group = split([asked])
    assert exam.required_information == ("RC-PRL",)
    assert (group.local_code, group.members, group.orderable, group.nature) == ("RC-PRL", ("DDR", "POSO"), False, "S")
    assert gather([exam, group]) == (asked,)


def test_long_texts_are_cut_at_a_sentence_and_found_whole_again() -> None:
    sentence = "Rester à jeun depuis la veille au soir, sans tabac ni café. "
    long = replace(
        PROLACTIN, patient_preparation=(sentence * 6).strip(), printed_label="Prolactine sérique du matin, à jeun"
    )
    short, moved = shorten(long)
    assert short.patient_preparation == (sentence * 3).strip() + " […]"
    assert short.printed_label == "Prolactine sérique du matin, à"
    assert short.interpretation.startswith("Préparation : Rester à jeun")
    assert [t.heading for t in moved] == ["Préparation", "Libellé d'édition"]
    assert rejoin(short) == long
