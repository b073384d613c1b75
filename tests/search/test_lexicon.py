"""What may be taken for a misspelling, and what never may (terminology.md §4.3)."""

import pytest

from tests.search.exams import exam, found, typeahead_of

NAMES = [
    "Prolactine",
    "Cholestérol",
    "Sodium",
    "T4L",
    "VHB",
    "Facteur XVIII",
    "Hypocalcémie",
    "Créat",
    "B12A9C8",
]


def closest(query: str) -> list[str]:
    typeahead = typeahead_of(*(exam(f"{place}000-0", name) for place, name in enumerate(NAMES, start=1)))
    return [item.request.display for item in typeahead.suggest(query).items]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("prolactne", "Prolactine"),
        ("porlactine", "Prolactine"),
        ("prolcatnie", "Prolactine"),
        ("prolocti", "Prolactine"),
        ("cholesetrol", "Cholestérol"),
        ("sodum", "Sodium"),
        ("creaat", "Créat"),
    ],
)
def test_a_misspelling_finds_the_word(query: str, name: str) -> None:
    assert closest(query) == [name]


@pytest.mark.parametrize(
    "query",
    [
        "brolactine",
        "sodimum x",
        "soudim x",
        "prlcatne x",
        "t3l",
        "vhc",
        "vhbb",
        "crea t3",
        "ceat",
        "facteur xviiii",
        "hypercalcemie",
        "b12a9c7",
    ],
)
def test_too_far_too_short_digits_numerals_and_opposites_find_nothing_close(query: str) -> None:
    typeahead = typeahead_of(*(exam(f"{place}000-0", name) for place, name in enumerate(NAMES, start=1)))
    assert [code for code, tier in found(typeahead, query) if tier == 40] == []


def test_a_word_that_is_known_is_not_corrected() -> None:
    typeahead = typeahead_of(exam("1000-0", "Rubéole"), exam("2000-0", "Rougeole"))
    assert found(typeahead, "rougeole") == [("2000-0", 90)]


def test_a_misspelt_context_word_says_nothing_either() -> None:
    typeahead = typeahead_of(exam("1000-0", "Ferritine"), exam("2000-0", "Dossier complet"))
    assert found(typeahead, "dosgae ferritine") == [("1000-0", 35)]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("estriol", "Estradiol"),
        ("méthanol", "Méthadone"),
        ("manganèse", "Magnésémie"),
        ("chlorurie", "Chlorure"),
        ("cétonémie", "Cétonurie"),
    ],
)
def test_the_name_of_another_exam_or_specimen_is_not_a_misspelling(query: str, name: str) -> None:
    typeahead = typeahead_of(exam("1000-0", name))
    assert found(typeahead, query) == []
    assert [code for code, _ in found(typeahead, name[:-2] + name[-1])] == ["1000-0"]


def test_a_name_in_the_urine_comes_before_the_same_in_the_blood() -> None:
    typeahead = typeahead_of(exam("1000-0", "Cortisol", frequency=9), exam("2000-0", "Cortisol libre urinaire"))
    assert found(typeahead, "cortisol urines")[0][0] == "2000-0"


@pytest.mark.parametrize("query", ["vitamine k", "vitamine c", "vit c"])
def test_a_vitamin_the_catalogue_lacks_is_not_another_vitamin(query: str) -> None:
    typeahead = typeahead_of(
        exam("1000-0", "Vitamine B12"), exam("2000-0", "Calcidiol", other=["Carence en vitamine D"])
    )
    assert found(typeahead, query) == []
