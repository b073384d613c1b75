"""Whatever is typed, the typeahead answers or refuses, at a cost that does not depend on it (terminology.md §4.5)."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.errors import Invalid
from search.analysis import LONGEST_QUERY, MOST_TOKENS, analyse
from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from terminology.release import Release

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)
SYNTAX = st.lists(
    st.sampled_from(
        ["%", "*", "((", "))", "' OR 1=1 --", "; DROP", "\\", '"', "[a-z]+", "(a+)+$", "{{7*7}}", "../", "~2"]
    )
).map(" ".join)
PIECES = st.lists(st.sampled_from(["anti", "ac ", "igg", " d", "l'", "2842-3", "\0", "‮", "é", "🩸", "1=1"])).map(
    "".join
)
NOT_NAMES = st.text("%*?()[]{}<>\\|/\"';:,.!-_+=~^&#@ \t\n🩸💉☃\0\x1b\u202e\u200b", max_size=80)

# Twice what the costliest known query calls, twenty times a usual one: no text can make the service work for long.
_MOST_CALLS = 10_000


@pytest.fixture(scope="module")
def embedded(starter: Release) -> Typeahead:
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(starter)
    return typeahead


@given(st.one_of(ANYTHING, SYNTAX, PIECES))
@example("\ud800")
@example("ﷺ" * 14)
@example("a " * 128)
@example("l'" * 128)
@example("(" * 256)
def test_every_text_is_answered_or_refused_for_its_length(embedded: Typeahead, text: str) -> None:
    if len(text) > LONGEST_QUERY:
        with pytest.raises(Invalid):
            embedded.suggest(text)
        return
    page = embedded.suggest(text, limit=50)
    assert page.total >= len(page.items)
    assert len(analyse(text).tokens) <= MOST_TOKENS
    assert "\0" not in page.query


@given(NOT_NAMES)
def test_what_holds_no_letter_nor_digit_finds_nothing(embedded: Typeahead, text: str) -> None:
    page = embedded.suggest(text)
    assert page.items == () or page.query == ""


def calls_of(act: Callable[[], object]) -> int:
    """How many functions are called: a cost that does not depend on the machine."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "text",
    [
        "anti " * 12,
        "ac a",
        "a b c d e f g h i j k l",
        "igg anti",
        "anticorqs antigane serolagie virux hormine factour marqueut maladee suivo depistege immunote infectiom",
        "anticorps introuvable igg",
        "e" * 256,
        "ab" * 128,
        "electrophoresis immunofixasion glucosse",
    ],
)
def test_no_text_costs_much_more_than_another(embedded: Typeahead, text: str) -> None:
    embedded.suggest(text)
    assert calls_of(lambda: embedded.suggest(text)) < _MOST_CALLS
