import pytest
from hypothesis import given
from hypothesis import strategies as st

from hl7v2.codec import (
    Segment,
    composite,
    decode_message,
    decode_segment,
    encode_message,
    encode_segment,
    header,
    segment,
)
from hl7v2.escapes import escape
from kernel.errors import Invalid

LINE_TEXT = st.text(st.one_of(st.sampled_from("|^~\\&éœµ≥ "), st.characters(exclude_categories=("Cs", "Cc"))))
LEAF = st.text(st.one_of(st.sampled_from("|^~\\&éœµ≥ "), st.characters(exclude_categories=("Cs", "Cc"))), max_size=5)
NAMES = st.from_regex(r"[A-Z][A-Z0-9]{2}", fullmatch=True).filter(lambda n: n not in ("MSH", "FHS", "BHS"))
FIELD = st.lists(st.lists(st.lists(LEAF, min_size=1, max_size=3), min_size=1, max_size=3), min_size=1, max_size=3)


@given(st.lists(st.tuples(NAMES, LINE_TEXT), max_size=5))
def test_what_was_read_is_written_back_byte_for_byte(body: list[tuple[str, str]]) -> None:
    text = "MSH|^~\\&|A|B||\r" + "".join(f"{name}|{rest}\r" for name, rest in body)
    assert encode_message(decode_message(text)) == text


@given(st.lists(FIELD, min_size=1, max_size=4))
def test_every_leaf_is_found_where_it_was_put(fields: list[list[list[list[str]]]]) -> None:
    raw = ["~".join("^".join("&".join(escape(s) for s in c) for c in r) for r in f) for f in fields]
    read = decode_segment(encode_segment(Segment("ZZZ", tuple(raw))))
    for number, field in enumerate(fields, 1):
        for r, repetition in enumerate(field):
            for c, component in enumerate(repetition, 1):
                for s, leaf in enumerate(component, 1):
                    if read.raw(number):
                        assert read.repetitions(number)[r].text(c, s) == leaf


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_may_end_in_three_ways(end: str) -> None:
    message = decode_message(end.join(("MSH|^~\\&|A", "", "MFI|OMA")) + end)
    assert [s.name for s in message] == ["MSH", "MFI"]


def test_the_first_field_of_a_header_is_the_separator() -> None:
    msh = decode_segment("MSH|^~\\&|CATALOGUE|750000010")
    assert (msh.raw(1), msh.raw(2), msh.text(3), msh.raw(4), msh.raw(9)) == ("|", "^~\\&", "CATALOGUE", "750000010", "")


def test_fields_follow_the_delimiters_of_their_message() -> None:
    message = decode_message("MSH#*!$%#A\rOM1#1#x*y!z\r")
    assert [r.text(1) for r in message[1].repetitions(2)] == ["x", "z"]
    assert message[1].first(2).text(2) == "y"


def test_an_absent_part_is_empty_and_never_an_error() -> None:
    om1 = decode_segment("OM1|1|a^b")
    assert (om1.text(47), om1.first(47).text(3, 2), om1.repetitions(47), om1.first(2).text(9)) == ("", "", (), "")


@pytest.mark.parametrize("line", ["", "OM", "om1|1", "OM1x|1", "1OM|1", "texte libre"])
def test_a_line_that_is_no_segment_is_refused(line: str) -> None:
    with pytest.raises(Invalid):
        decode_segment(line)


def test_a_message_starts_with_msh() -> None:
    with pytest.raises(Invalid):
        decode_message("MFI|OMA\r")


def test_trailing_empty_parts_are_not_sent() -> None:
    assert encode_segment(segment("OM4", {1: "1", 3: "Tube", 9: ""})) == "OM4|1||Tube"
    assert composite("a|b", "", "") == r"a\F\b"
    assert encode_segment(header("FHS", {3: "A", 9: "n"})) == "FHS|^~\\&|A||||||n"
