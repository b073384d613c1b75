import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hl7v2.escapes import STANDARD, Delimiters, control_characters, escape, unescape
from kernel.errors import Invalid

TEXT = st.text(st.one_of(st.sampled_from("|^~\\&\néœµ≥ AXF0D"), st.characters(exclude_categories=("Cs", "Cc"))))


@given(TEXT)
@example(r"\F\ | C:\dir & α~β^γ")
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text


@given(TEXT)
def test_an_escaped_text_holds_no_delimiter_and_no_line_break(text: str) -> None:
    assert not set(escape(text)) & set("|^~&\n\r")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"un\X0D\deux\X0A\trois\X0D0A\quatre\.br\cinq", "un\ndeux\ntrois\nquatre\ncinq"),
        (r"\XC3A9\t\XE289A5\ ", "ét≥ "),
        (r"\H\gras\N\ et \.sp2\suite", "gras et suite"),
    ],
)
def test_sequences_of_the_standard_are_read(raw: str, text: str) -> None:
    assert unescape(raw) == text


@pytest.mark.parametrize("raw", [r"C:\dir", r"\Q\ ", r"\XZZ\ ", r"\X0\ ", r"\XFF\ ", "fin\\"])
def test_an_unknown_or_unfinished_sequence_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        unescape(raw)
    assert refusal.value.code == "E20"


def test_other_delimiters_are_the_ones_the_message_declares() -> None:
    declared = Delimiters.declared("MSH#*!$%#CATALOGUE")
    assert unescape("a$F$b$S$c", declared) == "a#b*c"
    assert declared.encoding_characters == "*!$%"


@pytest.mark.parametrize("line", ["MSH", "MSH|^~", "MSH|^^~&|", "MSH|ab~&|", "MSH |^~\\"])
def test_delimiters_that_are_not_five_distinct_signs_are_refused(line: str) -> None:
    with pytest.raises(Invalid):
        Delimiters.declared(line)


def test_control_characters_are_named() -> None:
    assert control_characters("a\x00b\x85\tc\n") == {"\x00", "\x85", "\t", "\n"}
    assert not control_characters(STANDARD.encoding_characters + "é≥")
