"""The contract suite of terminology.md §4.4: the same table and the same properties, on every engine."""

import random
import string
from collections import Counter

import pytest

from kernel.text import STOP_WORDS, compact, fold, tokens
from search.typeahead import Typeahead
from search.word_lists import CONTEXT_WORDS, GENERIC_WORDS, canonical
from terminology.release import Release
from terminology.request_code import RequestCode

FIRST = {
    "57022-6": ["NFS", "nfs ", "numeration formule", "formule numération"],
    "2842-3": ["PRL", "hormone lactogene", "prolactne", "2842-3", "28423", "loinc 2842-3"],
    "14749-6": ["glycemie"],
    "40193-5": ["jeun glycemie", "glycémie à jeun"],
    "4548-4": ["hba1c", "hb a1c", "hémoglobine glyquée"],
    "14635-7": ["25 oh d", "25-OH vit D", "vitamine d"],
    "21198-7": ["β-HCG", "bhcg", "beta hcg"],
    "6875-9": ["ca 15-3", "ca153"],
    "24108-3": ["ca 19 9"],
    "8099-4": ["anti-TPO", "tpo"],
    "14920-3": ["T4L", "t4 libre", "ft4"],
    "14928-6": ["T3L"],
    "56888-1": ["VIH", "hiv"],
    "24331-1": ["eal", "bilan lipidique"],
    "24326-1": ["iono", "ionogramme sanguin"],
    "22664-7": ["l'urée", "uree"],
    "14647-2": ["choelsterol", "colesterol"],
    "13955-0": ["vhc"],
    "19113-0": ["ige"],
    "630-4": ["ecbu", "examen cytobacteriologique urines"],
    "14682-9": ["creat"],
}

FIRST_TWO = {"hemogramme": ["57022-6", "58410-2"], "plaquettes": ["777-3", "57022-6"]}

NEVER_CONFUSED = [
    ("vhc", "VHA"),
    ("vhc", "VHB"),
    ("ige", "IgG"),
    ("ige", "IgA"),
    ("igg", "IgA"),
    ("iga", "IgM"),
    ("T3L", "T4L"),
    ("T4L", "T3L"),
    ("vhb", "VHC"),
    ("hbs", "HBe"),
    ("hbc", "HBs"),
    ("hbe", "HBc"),
    ("ca 15-3", "CA 19-9"),
    ("ca 19-9", "CA 15-3"),
    ("facteur viii", "facteur V"),
    ("facteur v", "facteur VIII"),
]

SHARED_BY_MANY = 3
SEED = 20240


def codes(typeahead: Typeahead, text: str, limit: int = 10) -> list[str]:
    return [item.request.code for item in typeahead.suggest(text, limit=limit).items]


@pytest.mark.parametrize(("query", "code"), [(query, code) for code, queries in FIRST.items() for query in queries])
def test_the_exam_asked_for_comes_first(typeahead: Typeahead, query: str, code: str) -> None:
    assert codes(typeahead, query)[:1] == [code]


@pytest.mark.parametrize(("query", "expected"), FIRST_TWO.items())
def test_the_second_exam_is_the_expected_one_too(typeahead: Typeahead, query: str, expected: list[str]) -> None:
    assert codes(typeahead, query)[:2] == expected


@pytest.mark.parametrize("query", ["0552", "552"])
def test_an_act_finds_its_most_asked_exams_first(typeahead: Typeahead, query: str) -> None:
    assert set(codes(typeahead, query)[:2]) == {"14749-6", "40193-5"}


@pytest.mark.parametrize(("query", "other"), NEVER_CONFUSED)
def test_neighbouring_names_are_never_confused(typeahead: Typeahead, query: str, other: str) -> None:
    asked, wrong = set(tokens(query)), set(tokens(other))
    for item in typeahead.suggest(query, limit=3).items:
        matched = set(tokens(item.match.value)) | {compact(item.match.value)}
        assert not (wrong <= matched and not asked <= matched), item.match


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("53094-5", "clé de contrôle incorrecte"),
        ("53094-9", "code inconnu"),
        ("530945", "clé de contrôle incorrecte"),
        ("9999", "code inconnu"),
        ("licorne bleue", "texte libre"),
    ],
)
def test_what_finds_nothing_says_why_or_what_remains_possible(typeahead: Typeahead, query: str, hint: str) -> None:
    page = typeahead.suggest(query)
    assert (page.total, page.items) == (0, ())
    assert page.hint is not None
    assert hint in page.hint


def test_an_empty_query_lists_the_restricted_exams_then_the_most_asked(typeahead: Typeahead, starter: Release) -> None:
    page = typeahead.suggest("  ", limit=len(starter.requests))
    listed = [(item.request.restricted is not True, -item.request.frequency.bit_length()) for item in page.items]
    assert page.total == len(starter.requests)
    assert listed == sorted(listed)


def names(request: RequestCode) -> list[str]:
    return [request.display, *(synonym.text for synonym in request.synonyms)]


def carried_by(starter: Release) -> Counter[str]:
    return Counter(form for request in starter.requests for form in {compact(name) for name in names(request)})


def some_of(typeahead: Typeahead, starter: Release) -> tuple[RequestCode, ...]:
    """Every exam; one in nine through a server, that the embedded engine is compared with in test_engines_agree."""
    return starter.requests if typeahead.engine == "embedded" else starter.requests[::9]


def test_every_name_typed_whole_without_accents_finds_its_exam(typeahead: Typeahead, starter: Release) -> None:
    carriers = carried_by(starter)
    missed = []
    for request in some_of(typeahead, starter):
        for name in names(request):
            depth = 10 if carriers[compact(name)] > SHARED_BY_MANY else 3
            if request.code not in codes(typeahead, fold(name), depth):
                missed.append((request.code, name))
    assert missed == []


def says_nothing(cut: str) -> bool:
    """Whether only context and generic words are left, the last one perhaps unfinished."""
    silent = CONTEXT_WORDS | GENERIC_WORDS
    *before, last = [canonical(token) for token in tokens(cut)]
    return silent.issuperset(before) and any(word.startswith(last) for word in silent | STOP_WORDS)


def fits_a_page(starter: Release, cut: str) -> bool:
    """Whether the exams with a name that begins so are at most ten."""
    begun = compact(cut)
    return 10 >= sum(
        any(compact(name).startswith(begun) or fold(name).startswith(cut) for name in names(request))
        for request in starter.requests
    )


def test_every_name_cut_by_a_third_finds_its_exam(typeahead: Typeahead, starter: Release) -> None:
    missed = []
    for request in some_of(typeahead, starter):
        for name in names(request):
            cut = fold(name)[: len(name) - len(name) // 3]
            if len(name) < 6 or says_nothing(cut) or request.code in codes(typeahead, cut):
                continue
            if fits_a_page(starter, cut):
                missed.append((request.code, name, cut))
    assert missed == []


def with_a_typo(word: str, chance: random.Random) -> str:
    """`word` with one letter dropped, doubled by another, replaced, or two exchanged; the first letter is kept."""
    place = chance.randrange(1, len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    return chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        ]
    )


def test_one_typo_in_a_label_is_forgiven(typeahead: Typeahead, starter: Release) -> None:
    chance = random.Random(SEED)
    asked, missed = 0, []
    for request in starter.requests:
        split = fold(request.display).split()
        long = [place for place, word in enumerate(split) if len(word) >= 6 and word.isalpha()]
        if not long:
            continue
        place = chance.choice(long)
        typed = " ".join([*split[:place], with_a_typo(split[place], chance), *split[place + 1 :]])
        asked += 1
        if request.code not in codes(typeahead, typed, 5):
            missed.append((request.display, typed))
    assert asked > 150
    assert len(missed) <= asked * 0.05, missed


@pytest.mark.parametrize(
    "gibberish",
    ["azertyuiop", "qsdfghjklm", "wxcvbn", "xyzzyx", "lorem ipsum dolor", "mlkjhg poiu", "dosage de xyzzyx"],
)
def test_gibberish_finds_nothing(typeahead: Typeahead, gibberish: str) -> None:
    assert typeahead.suggest(gibberish).items == ()
