"""The axes of a French LOINC label (seed 001, « Composition d'un libellé LOINC »)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminology.axes import Axes, read_axes


@pytest.mark.parametrize(
    ("label", "axes"),
    [
        (
            "Acanthocytes [Arbitraire/Volume] Sang ; Qualitatif ; Microscopie optique",
            Axes("Acanthocytes", "Arbitraire/Volume", "Sang", "Qualitatif", "Microscopie optique"),
        ),
        (
            "Glucose [Masse/Volume] Sérum/Plasma; Numérique",
            Axes("Glucose", "Masse/Volume", "Sérum/Plasma", "Numérique"),
        ),
        (
            "Lipide (1996) panel [-] Sérum/Plasma ; Numérique",
            Axes("Lipide (1996) panel", "-", "Sérum/Plasma", "Numérique"),
        ),
        (
            "Thyréostimuline [Arbitraire/Volume] Sérum/Plasma ; Numérique ; Limite de détection <=0,005mUI/L",
            Axes(
                "Thyréostimuline", "Arbitraire/Volume", "Sérum/Plasma", "Numérique", "Limite de détection <=0,005mUI/L"
            ),
        ),
        (
            "Toxoplasma gondii Ac IgG 1er prélèvement [Arbitraire/Volume] Sérum ; Numérique",
            Axes("Toxoplasma gondii Ac IgG 1er prélèvement", "Arbitraire/Volume", "Sérum", "Numérique"),
        ),
        (
            "Calcium [Moles/Temps] Urine 24 heures ; Numérique",
            Axes("Calcium", "Moles/Temps", "Urine", "Numérique", time="24 heures"),
        ),
    ],
)
def test_a_label_is_read_by_its_axes(label: str, axes: Axes) -> None:
    assert read_axes(label) == axes


@pytest.mark.parametrize(
    "label", ["", "Glucose", "Glucose Sérum ; Numérique", "Glucose [Masse/Volume] Sérum", "[x] y ; z"]
)
def test_what_has_not_the_form_has_no_axes(label: str) -> None:
    assert read_axes(label) is None


WORD = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8).filter(lambda word: not word[0].isdigit())
WORDS = st.lists(WORD, min_size=1, max_size=3).map(" ".join)


@given(axes=st.builds(Axes, WORDS, WORDS, WORDS, WORDS, st.one_of(st.just(""), WORDS), st.sampled_from(["", "24 h"])))
def test_axes_written_read_back(axes: Axes) -> None:
    assert read_axes(str(axes)) == axes
