"""The likeness of a laboratory's wording with names of codes follows the tiers of the search (terminology.md §7.2)."""

from search.similarity import Likeness
from tests.search.exams import exam

LIKENESS = Likeness(
    [
        exam("14749-6", "Glycémie", other=["Glucose"], nabm=("0552",)),
        exam("40193-5", "Glycémie à jeun"),
        exam("2842-3", "Prolactine", short=["PRL"]),
    ]
)


def test_a_name_told_otherwise_is_less_alike_than_the_name_itself() -> None:
    scores = LIKENESS("GLYCEMIE")
    assert scores["14749-6"] == 1.0
    assert 0 < scores["40193-5"] < 1.0
    assert "2842-3" not in scores


def test_an_abbreviation_and_a_misspelling_are_found() -> None:
    assert LIKENESS("prl") == {"2842-3": 1.0}
    assert 0 < LIKENESS("prolactne")["2842-3"] < 1.0


def test_what_is_like_nothing_is_like_nothing() -> None:
    assert LIKENESS("zorgline") == {}
    assert LIKENESS("  ") == {}
    assert LIKENESS("\u200b***") == {}


def test_any_length_is_taken() -> None:
    assert LIKENESS("prolactine " * 100)["2842-3"] > 0
