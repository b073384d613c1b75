"""Highlights: code points of the name as it is written, accents and ligatures included."""

import pytest

from tests.search.exams import exam, typeahead_of


@pytest.mark.parametrize(
    ("name", "query", "marked"),
    [
        ("Numération formule sanguine", "numeration form", ["Numération form"]),
        ("Numération formule sanguine", "sang form", ["form", "sang"]),
        ("Créatinine", "crea", ["Créa"]),
        ("Œstradiol", "oestra", ["Œstra"]),
        ("Œstradiol", "o", ["Œ"]),
        ("Cre\u0301atinine", "cre", ["Cre\u0301"]),
        ("HbA1c", "hb a1c", ["HbA1c"]),
        ("CA 15-3", "ca153", ["CA 15-3"]),
        ("CA 15-3", "ca1", ["CA 1"]),
        ("Prolactine", "prolactne", ["Prolactine"]),
        ("Vitamine B12", "vit b12", ["Vitamine B12"]),
        ("Recherche d'agglutinines irrégulières", "agglutinine", ["agglutinines"]),
        ("Fer sérique", "dosage fer", ["Fer"]),
        ("β-hCG", "beta hcg", ["β-hCG"]),
    ],
)
def test_what_was_asked_is_marked_in_the_name(name: str, query: str, marked: list[str]) -> None:
    (first, *_) = typeahead_of(exam("1000-0", name)).suggest(query).items
    assert [first.match.value[start:end] for start, end in first.match.spans] == marked


def test_a_code_is_marked_whole() -> None:
    (first,) = typeahead_of(exam("2842-3", "Prolactine", nabm=("0343",))).suggest("343").items
    assert (first.match.field, first.match.value, first.match.spans) == ("nabm", "0343", ((0, 4),))
