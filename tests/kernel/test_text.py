"""Folding: what makes two spellings the same, and where each word stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import compact, fold, singular, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Œstradiol", "oestradiol"),
        ("Créatininémie à jeun", "creatininemie a jeun"),
        ("β-hCG", "beta-hcg"),
        ("25 µg", "25 microg"),
        ("γGT", "gammagt"),
        ("2842‑3", "2842-3"),
        ("ﬁbrinogène", "fibrinogene"),
        ("℃", "°c"),
    ],
)
def test_letters_are_written_plainly(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'urée", ("uree",)),
        ("L’urée", ("uree",)),
        ("recherche d'agglutinines irrégulières", ("recherche", "agglutinine", "irreguliere")),
        ("temps de Quick", ("temp", "quick")),
        ("25-OH vit D", ("25", "oh", "vit", "d")),
        ("CA 15-3", ("ca", "15", "3")),
        ("vitamine C'", ("vitamine", "c")),
        ("de la", ("de", "la")),
        ("%%% (( '' ☃", ()),
    ],
)
def test_words_are_found_without_elisions_nor_stop_words(text: str, expected: tuple[str, ...]) -> None:
    assert tokens(text) == expected


def test_the_plural_is_folded_on_words_of_five_letters_and_not_on_initials() -> None:
    assert [singular(word) for word in ("plaquettes", "totaux", "hbs", "ss", "b12ss")] == [
        "plaquette",
        "totau",
        "hbs",
        "ss",
        "b12ss",
    ]


@pytest.mark.parametrize("text", ["HbA1c", "hb a1c", "HBA 1C", "Hb-A1c"])
def test_one_exam_written_four_ways_has_one_compact_form(text: str) -> None:
    assert compact(text) == "hba1c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'Urée", ["Urée"]),
        ("Œstradiol libre", ["Œstradiol", "libre"]),
        ("e\u0301te\u0301s chauds", ["e\u0301te\u0301s", "chauds"]),
        ("β-hCG", ["β", "hCG"]),
    ],
)
def test_a_word_knows_where_it_stood_in_the_original(text: str, expected: list[str]) -> None:
    assert [text[word.start : word.end] for word in words(text)] == expected


def test_a_part_of_a_word_can_be_pointed_at() -> None:
    (word,) = words("Œdème")
    assert (word.text, word.end_of(1), word.end_of(2), word.end_of(3)) == ("oedeme", 1, 1, 2)


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_words_are_the_tokens_in_order_and_within_the_text(text: str) -> None:
    found = words(text)
    assert tuple(word.text for word in found) == tokens(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)
