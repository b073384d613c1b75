"""The judge of relevance: what counts as right, and what is left out of the score."""

import pytest

from kernel.errors import Invalid
from search.judging import judge, read_queries
from search.telling import tell_match, tell_place
from search.typeahead import Typeahead
from terminology.request_code import CodeStatus, RequestCode
from tests.search.exams import exam, typeahead_of

EXAMS = (
    exam("1988-5", "CRP", nabm=("1804",), frequency=9),
    exam("30341-2", "Vitesse de sédimentation", short=["VS"], nabm=("1124",)),
    exam("2276-4", "Ferritine", nabm=("1213",)),
    exam("ATT-1", "Ferritine glycosylée", status=CodeStatus.WAITING, nabm=("1213",)),
)
HEADER = "query,category,loinc,nabm,note\n"


def judged(rows: str, exams: tuple[RequestCode, ...] = EXAMS) -> tuple[float, float, float, int, list[str]]:
    typeahead: Typeahead = typeahead_of(*exams)
    found = judge(read_queries((HEADER + rows).encode()), exams, lambda text: typeahead.suggest(text).items)
    score = found.overall
    missed = [outcome.query.text for outcome in found.misses]
    return score.success_at_1, score.success_at_5, score.mean_reciprocal_rank, found.left_out, missed


def test_the_rank_of_the_first_right_exam_is_the_score() -> None:
    rows = "crp,a,1988-5|9999-9,1804,\nferri,b,ATT-1,,\nvs,b,1988-5,,\n"
    assert judged(rows) == (pytest.approx(1 / 3), pytest.approx(2 / 3), pytest.approx(0.5), 0, ["ferri", "vs"])


def test_a_query_no_exam_could_answer_is_counted_apart() -> None:
    assert judged("crp,a,1988-5,,\npsa,a,2857-1,7318,\nazerty,a,,,\n") == (1.0, 1.0, 1.0, 2, [])


def test_an_act_makes_right_only_what_no_loinc_can_name() -> None:
    assert judged("ferritine glyco,a,2276-4,1213,\n")[:1] == (1.0,)
    assert judged("vitesse,a,1988-5,1124,\n")[:2] == (0.0, 0.0)
    assert judged("vitesse,a,,1124,\ncrp,a,,1804,\n")[:1] == (1.0,)


def test_scores_are_given_by_category() -> None:
    typeahead = typeahead_of(*EXAMS)
    rows = HEADER + "crp,b,1988-5,,\nvs,a,1988-5,,\n"
    found = judge(read_queries(rows.encode()), EXAMS, lambda text: typeahead.suggest(text).items)
    assert {name: score.success_at_1 for name, score in found.categories.items()} == {"a": 0.0, "b": 1.0}
    assert list(found.categories) == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E03"),
        (b"query;loinc\ncrp;1988-5\n", "E03"),
        (b"query,category,loinc,nabm\n", "no-query"),
        (b'query,category,loinc,nabm\n"crp,a,,\n', "E01"),
        (b"\x00\x01", "E01"),
        (b"query,category,loinc,nabm\n" + b"x" * 257 + b",a,,\n", "filter-too-long"),
    ],
)
def test_a_file_that_cannot_be_judged_says_why(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_queries(content)
    assert refusal.value.code == code


def test_an_answer_says_what_met_it_and_why_it_stands_there() -> None:
    (first, *_) = typeahead_of(*EXAMS).suggest("vitesse de").items
    assert tell_match(first.match) == "libellé : [Vitesse] de sédimentation"
    assert tell_place(first) == (
        "palier 80 (début du libellé), note 80.0 ; liste restreinte non renseignée ; fréquence 0 ; "
        "classe non renseignée ; 1 mot(s) de plus que la requête ; sans rang"
    )
    assert "code d'attente" in tell_place(typeahead_of(*EXAMS).suggest("att-1").items[0])
