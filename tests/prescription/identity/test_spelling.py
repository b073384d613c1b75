"""Names at the borders of INSi and of the datamatrix (prescription.md §9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescription.identity.spelling import InsSpellingRefused, begins, ins_given_names, ins_spelling, same_spelling


@pytest.mark.parametrize(
    ("given_name", "spelt"),
    [("François", "FRANCOIS"), ("Lætitia", "LAETITIA"), ("Œdipe", "OEDIPE"), ("d’Aubigné", "D'AUBIGNE")],
)
def test_accents_ligatures_and_curled_apostrophes_are_written_plainly(given_name: str, spelt: str) -> None:
    assert ins_spelling(given_name, "birth_family_name") == spelt


@pytest.mark.parametrize("name", ["", " A", "-A", "A ", "A''B", "A  B", "Ωmega", "A1", "A\x00"])
def test_what_cannot_be_spelt_is_refused_and_never_dropped(name: str) -> None:
    with pytest.raises(InsSpellingRefused) as refused:
        ins_spelling(name, "birth_family_name")
    assert refused.value.findings[0].path == "patient.birth_family_name"
    assert name.strip() == "" or name not in str(refused.value)


@pytest.mark.parametrize("names", [("JEAN--PAUL",), ("JEAN-",), ("JEAN", "D'")])
def test_a_given_name_takes_no_double_hyphen_and_none_at_its_end(names: tuple[str, ...]) -> None:
    with pytest.raises(InsSpellingRefused):
        ins_given_names(names)


def test_a_hyphen_or_an_apostrophe_is_worth_a_space() -> None:
    assert same_spelling("Marie-Louise", "MARIE LOUISE")
    assert begins("Pierre Alain", "PIERRE-ALAIN MURIEL")
    assert not begins("Pierre", "PIERRETTE")
    assert not same_spelling("Marielouise", "Marie-Louise")


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1), st.text("abcdeéèçïöœæ", min_size=1))
def test_spelling_twice_changes_nothing_and_agrees_with_the_name(one: str, other: str) -> None:
    spelt = ins_spelling(f"{one}-{other}", "birth_family_name")
    assert ins_spelling(spelt, "birth_family_name") == spelt
    assert same_spelling(spelt, f"{one} {other}")
