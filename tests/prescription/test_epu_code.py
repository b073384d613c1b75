"""The EPU code, prescription.md §3."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from prescription.epu_code import ALPHABET, EpuCode

SAMPLE = "01S2TBPZ2JCNZZYGHZ"
codes = st.text(ALPHABET, min_size=16, max_size=16).map(lambda text: EpuCode("01" + text))


def test_the_code_of_the_source_documents_is_read_and_grouped_for_degraded_mode() -> None:
    assert EpuCode(SAMPLE).grouped == "01S2 TBPZ 2JCN ZZYG HZ"


def test_a_generated_code_is_own_and_differs_from_the_last() -> None:
    first, second = EpuCode.generate(), EpuCode.generate()
    assert first.is_own
    assert first != second


@given(codes, st.sampled_from([" ", "-", " - ", "\u2011", ".", "/"]), st.booleans())
def test_typing_forgives_case_spaces_dashes_and_letters_that_look_like_digits(
    code: EpuCode, between: str, lower: bool
) -> None:
    typed = between.join(code.value[i : i + 4] for i in range(0, 18, 4)).replace("0", "O").replace("1", "l")
    assert EpuCode.from_typing(typed.lower() if lower else typed) == code


@given(codes)
def test_a_scanner_may_hand_over_the_code_alone_or_inside_a_text(code: EpuCode) -> None:
    for payload in (code.value, f" {code.value}\r\n", f"https://exemple.invalid/p?id={code.value}&x=1"):
        assert EpuCode.from_scan(payload) == code


@pytest.mark.parametrize("payload", ["", "rien", SAMPLE[:-1], SAMPLE + "A", f"{SAMPLE} {SAMPLE[:-1]}A"])
def test_a_scan_without_exactly_one_code_is_refused(payload: str) -> None:
    with pytest.raises(Invalid, match="code"):
        EpuCode.from_scan(payload)


def test_typing_a_u_or_a_wrong_length_says_what_to_look_at() -> None:
    with pytest.raises(Invalid, match="U n'existe pas"):
        EpuCode.from_typing("01S2 TBPZ 2JCN ZZYG HU")
    with pytest.raises(Invalid, match="17 caractères au lieu de 18"):
        EpuCode.from_typing(SAMPLE[:-1])


@given(st.text(max_size=40))
def test_no_text_gets_past_normalisation_but_a_well_formed_code(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert set(EpuCode.from_typing(text).value) <= set(ALPHABET)


def test_a_code_never_shows_itself_whole() -> None:
    code = EpuCode(SAMPLE)
    assert SAMPLE not in f"{code} {code!r} {[code]}"


def test_one_slip_of_the_finger_is_among_the_near_misses_and_there_are_at_most_sixty() -> None:
    code = EpuCode(SAMPLE)
    typed = EpuCode(SAMPLE.replace("5", "S").replace("2T", "T2"))
    assert code in typed.near_misses()
    assert all(len(EpuCode.generate().near_misses()) <= 60 for _ in range(200))


def test_hitting_any_of_a_hundred_million_codes_takes_centuries() -> None:
    years = 2**80 / 10**8 / 10**6 / (365.25 * 24 * 3600)
    assert math.isclose(years, 383, rel_tol=0.01)
    assert len(ALPHABET) ** 16 == 2**80
