"""The tiers of terminology.md §4.3, one by one, and the order inside a tier."""

import pytest

from search.typeahead import Typeahead
from terminology.request_code import CodeStatus, OrderClass
from tests.search.exams import exam, found, typeahead_of


@pytest.fixture(scope="module")
def ferritin() -> Typeahead:
    return typeahead_of(
        exam(
            "2276-4",
            "Ferritine (sérum)",
            short=["FRT"],
            other=["Réserves en fer", "Bilan martial", "Anticorps anti-ferritine"],
            nabm=("1213",),
            reference="Ferritine [Masse/Volume] Sérum/Plasma ; Numérique",
        ),
        exam("2842-3", "Prolactine", short=["PRL"], nabm=("0343",)),
        exam("24108-3", "CA 19-9"),
    )


@pytest.mark.parametrize(
    ("query", "score"),
    [
        ("2276-4", 100.0),
        ("22764", 100.0),
        ("LOINC 2276-4", 100.0),
        ("nabm 1213", 100.0),
        ("ferritine", 90.2),
        ("frt", 90.1),
        ("reserves fer", 90.0),
        ("fer en réserve", 85.0),
        ("ferr", 80.0),
        ("fr", 70.1),
        ("reserves en f", 70.0),
        ("ser ferrit", 60.0),
        ("martial bil", 50.1),
        ("martial reserves", 50.0),
        ("ferritine volume", 50.1),
        ("dosage ferritine", 51.2),
        ("feritine", 40.8),
        ("reserve martiall", 40.2),
        ("dosage martial reserves", 35.7),
        ("ferritine introuvable", 30.0),
        ("bonjour je souhaiterais frt merci", 25.1),
        ("227", 20.0),
    ],
)
def test_each_way_of_asking_reaches_its_tier(ferritin: Typeahead, query: str, score: float) -> None:
    (first, *_) = ferritin.suggest(query).items
    assert (first.request.code, first.score) == ("2276-4", score)
    assert first.match.tier == int(score)


@pytest.mark.parametrize(
    "query",
    ["dosage introuvable", "anticorps introuvable", "19-8", "2276-5", "22765", "', ''='", "1 introuvable"],
)
def test_what_answers_nothing_finds_nothing(ferritin: Typeahead, query: str) -> None:
    assert found(ferritin, query) == []


def test_digits_with_a_hyphen_may_be_the_name_of_a_marker(ferritin: Typeahead) -> None:
    assert found(ferritin, "19-9") == [("24108-3", 60)]


def test_inside_a_tier_the_order_is_restricted_then_frequency_then_class_then_length_then_code() -> None:
    typeahead = typeahead_of(
        exam("70-0", "Albumine g"),
        exam("60-1", "Albumine f"),
        exam("50-2", "Albumine un deux trois"),
        exam("40-3", "Albumine e", order_class=OrderClass.OBSERVATION, frequency=3),
        exam("30-4", "Albumine d", order_class=OrderClass.ORDER, frequency=2),
        exam("20-5", "Albumine c", frequency=4),
        exam("10-6", "Albumine b", restricted=True),
    )
    codes = [code for code, _ in found(typeahead, "albumine")]
    assert codes == ["10-6", "20-5", "30-4", "40-3", "60-1", "70-0", "50-2"]


def test_a_waiting_code_comes_after_the_loinc_codes_of_its_tier() -> None:
    typeahead = typeahead_of(
        exam("ATT-1", "Albumine a", status=CodeStatus.WAITING, frequency=99),
        exam("1751-7", "Albumine b"),
        exam("2862-1", "Protides", other=["Dosage albumine"]),
    )
    assert found(typeahead, "albumine") == [("1751-7", 80), ("ATT-1", 80), ("2862-1", 50)]
    assert found(typeahead, "att-1") == [("ATT-1", 100)]


def test_a_roman_numeral_is_not_the_beginning_of_another_when_it_exists() -> None:
    typeahead = typeahead_of(exam("3193-0", "Facteur V"), exam("3209-4", "Facteur VIII"))
    assert [code for code, _ in found(typeahead, "facteur v")] == ["3193-0"]
    assert [code for code, _ in found(typeahead, "facteur vi")] == ["3209-4"]


def test_each_exam_of_an_enumeration_is_found() -> None:
    typeahead = typeahead_of(
        exam("1988-5", "CRP"), exam("3016-3", "TSH"), exam("2951-2", "Sodium"), exam("2823-3", "Potassium")
    )
    assert {code for code, _ in found(typeahead, "crp, tsh, sodium")} == {"1988-5", "3016-3", "2951-2"}


def test_a_letter_on_its_way_to_a_stop_word_hides_nothing() -> None:
    typeahead = typeahead_of(exam("543-9", "Culture de mycobactéries"), exam("1989-3", "Vitamine D"))
    assert [code for code, _ in found(typeahead, "culture d")] == ["543-9"]
    assert [code for code, _ in found(typeahead, "culture de l'")] == ["543-9"]
