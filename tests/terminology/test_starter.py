"""The starter catalogue: what ships holds what terminology.md §3 asks; what is wrong is refused, whole and located."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources

import pytest

from kernel import loinc
from kernel.errors import Invalid
from kernel.text import compact
from terminology.readers.starter import (
    FILES,
    Starter,
    load_starter,
    load_starter_baskets,
    read_starter,
    shipped_texts,
)
from terminology.readers.starter_results import COLUMNS as RESULT_COLUMNS
from terminology.readers.starter_rows import COLUMNS
from terminology.release import Release, ReleaseKind
from terminology.request_code import AnswerType, RequestCode, SynonymKind
from terminology.starter_verification import Verification

BASKETS = {
    "bilan-lipidique", "bilan-renal", "bilan-hepatique", "bilan-thyroidien", "bilan-martial", "suivi-diabete",
    "preoperatoire", "grossesse-1er-trimestre", "ist", "bilan-inflammatoire",
}  # fmt: skip


@pytest.fixture(scope="module")
def release() -> Release:
    return load_starter()


@pytest.fixture(scope="module")
def exams(release: Release) -> dict[str, RequestCode]:
    return {request.code: request for request in release.requests}


# --- what ships ---------------------------------------------------------------------------------------------------


def test_the_release_says_that_it_is_not_official(release: Release) -> None:
    assert (release.name, release.kind) == ("demarrage-1", ReleaseKind.STARTER)
    assert (
        release.notice
        == "Catalogue de démarrage — non officiel, ne remplace pas le JDV Circuit de la biologie de l'ANS"
    )


def test_it_holds_three_hundred_exams_with_sound_and_distinct_codes(release: Release) -> None:
    codes = [request.code for request in release.requests]
    assert len(codes) >= 300
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not loinc.valid(code)] == []


def test_no_two_exams_share_a_label(release: Release) -> None:
    labels = Counter(compact(request.display) for request in release.requests)
    assert [label for label, count in labels.items() if count > 1 or not label] == []


def test_every_other_name_says_something(release: Release) -> None:
    mute = [(r.code, s.text) for r in release.requests for s in r.synonyms if not compact(s.text)]
    assert mute == []


def test_every_exam_has_a_chapter_and_what_it_was_checked_against(release: Release) -> None:
    assert [r.code for r in release.requests if r.chapter is None or r.verified not in list(Verification)] == []


def test_the_blood_count_is_as_the_sources_quote_it(exams: dict[str, RequestCode]) -> None:
    nfs = exams["57022-6"]
    assert nfs.display == "Numération formule sanguine"
    assert {"Hémogramme", "NFS", "Plaquettes"} <= {s.text for s in nfs.synonyms}
    assert nfs.required_information == ()
    assert nfs.nabm == ("1104",)
    assert [specimen.code for specimen in nfs.specimens] == ["BLD"]


def test_prolactin_expects_the_date_of_the_last_menstruation(exams: dict[str, RequestCode]) -> None:
    prolactin = exams["2842-3"]
    kinds = {s.text: s.kind for s in prolactin.synonyms}
    assert prolactin.display == "Prolactine"
    assert (kinds["Hormone lactogène"], kinds["PRL"]) == (SynonymKind.SYNONYM, SynonymKind.ABBREVIATION)
    assert [(item.code, item.type) for item in prolactin.required_information] == [
        ("date-dernieres-regles", AnswerType.DATE)
    ]


def test_only_prolactin_has_obligatory_information(release: Release) -> None:
    assert [r.code for r in release.requests if r.required_information] == ["2842-3"]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("14647-2", "Cholestérol total"),
        ("24326-1", "Ionogramme"),
        ("24331-1", "Exploration d'une anomalie lipidique (EAL)"),
        ("14749-6", "Glycémie"),
        ("40193-5", "Glycémie à jeun"),
    ],
)
def test_the_labels_quoted_by_the_sources_are_kept(exams: dict[str, RequestCode], code: str, label: str) -> None:
    assert exams[code].display == label


def test_the_restricted_list_is_known_only_where_the_sources_say_so(release: Release) -> None:
    assert {r.code for r in release.requests if r.restricted} == {"40193-5", "14647-2", "24331-1"}
    assert [r.code for r in release.requests if r.restricted is False] == ["14749-6"]


def test_acts_are_four_digits_with_their_leading_zeros(exams: dict[str, RequestCode]) -> None:
    assert exams["14749-6"].nabm == ("0552",)
    assert exams["24326-1"].nabm == ("1609", "1610")
    assert [r.code for r in exams.values() if any(not re.fullmatch("[0-9]{4}", act) for act in r.nabm)] == []


def test_the_notes_give_the_true_count_of_each_mark(release: Release) -> None:
    notes = (resources.files("terminology.starter") / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \| (\d+) \|", notes, re.MULTILINE)
    assert {mark: int(exams) for mark, exams, _ in rows} == tally(r.verified for r in release.requests)
    assert {mark: int(results) for mark, _, results in rows} == tally(r.verified for r in release.results)


def tally(marks: Iterable[str]) -> dict[str, int]:
    counted = Counter(marks)
    return {str(mark): counted[mark] for mark in Verification}


def test_the_notes_name_every_column() -> None:
    notes = (resources.files("terminology.starter") / "README.md").read_text("utf-8")
    assert [column for column in (*COLUMNS, *RESULT_COLUMNS) if f"`{column}`" not in notes] == []


def test_the_ten_baskets_are_made_of_exams_that_carry_their_name(exams: dict[str, RequestCode]) -> None:
    baskets = load_starter_baskets()
    assert {basket.id for basket in baskets} == BASKETS
    silent = [
        (basket.id, code)
        for basket in baskets
        for code in basket.codes
        if compact(basket.name) not in {compact(s.text) for s in exams[code].synonyms}
    ]
    assert silent == []


# --- what is refused ----------------------------------------------------------------------------------------------

EXAM = {
    "loinc": "2842-3", "label": "Prolactine", "chapter": "C", "specimens": "SER", "nabm": "0343",
    "abbreviations": "PRL", "synonyms": "Hormone lactogène", "required_information": "date",
    "useful_information": "poids", "instructions": "", "order_class": "Both", "results": "2842-3",
    "rank": "10", "frequency": "3", "verified": "loinc-nabm-2020",
}  # fmt: skip
RESULT = {
    "loinc": "2842-3", "reference_label": "Prolactine [Masse/Volume] Sérum/Plasma ; Numérique",
    "edition_label": "Prolactine", "chapter": "C", "comparability": "9", "restricted": "O", "systematic": "",
    "unit": "µg/L", "ucum": "ug/L", "correspondence": "", "factor": "", "factor_origin": "", "rank": "10",
    "verified": "loinc-nabm-2020",
}  # fmt: skip
LISTS = {
    "chapters.csv": "code,system,label\nC,http://loinc.org,Biochimie\n",
    "specimens.csv": "code,system,label\nSER,urn:x,Sérum\n",
    "clinical_information.csv": (
        "code,label,type,unit,choices,help,sex\ndate,Date,date,,,,female\npoids,Poids,quantite,kg,,,\n"
        "avk,AVK,choix,,oui=Oui|non=Non,,\n"
    ),
    "baskets.csv": "id,name,conditions,source,codes\nb,Bilan,,,2842-3\n",
}


def table(columns: Sequence[str], defaults: dict[str, str], rows: Sequence[dict[str, str]]) -> str:
    return "\n".join([",".join(columns), *(",".join((defaults | row)[c] for c in columns) for row in rows)]) + "\n"


def files(*exams: dict[str, str], results: Sequence[dict[str, str]] = ({},), **others: str) -> dict[str, str]:
    named = {name.replace("_csv", ".csv"): text for name, text in others.items()}
    own = {"exams.csv": table(COLUMNS, EXAM, exams), "results.csv": table(RESULT_COLUMNS, RESULT, results)}
    return {**own, **LISTS, **named}


def faults(texts: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        read_starter(texts)
    return [(finding.code, finding.path) for finding in refusal.value.findings]


def test_a_sound_row_gives_the_whole_exam() -> None:
    starter: Starter = read_starter(files({}))
    (exam,) = starter.release.requests
    assert (exam.code, exam.system, exam.nabm) == ("2842-3", loinc.SYSTEM, ("0343",))
    assert (exam.restricted, exam.frequency, exam.rank) == (True, 8, 10)
    assert [e.item.code for e in exam.clinical_information] == ["date", "poids"]
    assert starter.baskets[0].codes == ("2842-3",)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("loinc", "53094-5", "E11"),
        ("loinc", "2842", "E10"),
        ("loinc", "", "E14"),
        ("label", "", "E14"),
        ("chapter", "99999-9", "E20"),
        ("chapter", "", "E20"),
        ("specimens", "SER|XXX", "E22"),
        ("nabm", "343", "E23"),
        ("nabm", "0343|0343", "E26"),
        ("abbreviations", "PRL|prl", "E26"),
        ("abbreviations", "prolactine", "E26"),
        ("synonyms", "P.R.L.", "E26"),
        ("synonyms", "+++", "E14"),
        ("synonyms", "Lactotrope||LTH", "E14"),
        ("synonyms", "Lactotrope |LTH", "E14"),
        ("required_information", "regles", "E24"),
        ("useful_information", "date", "E26"),
        ("order_class", "both", "E14"),
        ("results", "2842-3|3016-3", "E21"),
        ("results", "", "E21"),
        ("rank", "dix", "E14"),
        ("frequency", "6", "E14"),
        ("verified", "", "E14"),
    ],
)
def test_a_wrong_cell_is_refused_where_it_stands(column: str, value: str, code: str) -> None:
    texts = files({column: value}, baskets_csv="id,name,conditions,source,codes\n")
    assert faults(texts) == [(code, f"exams.csv:2:{column}")]


def test_the_irregular_codes_of_loinc_are_accepted() -> None:
    assert read_starter(files({}, {"loinc": "11491-6", "label": "Ancien code"})).release.requests[1].code == "11491-6"


def test_every_fault_is_told_at_once() -> None:
    texts = files({"nabm": "343", "specimens": "XXX"}, {"label": "Autre", "frequency": "x"})
    assert faults(texts) == [
        ("E26", "exams.csv:3:loinc"),
        ("E23", "exams.csv:2:nabm"),
        ("E22", "exams.csv:2:specimens"),
        ("E14", "exams.csv:3:frequency"),
    ]


def test_a_message_tells_the_place_and_the_remedy_in_french() -> None:
    with pytest.raises(Invalid) as refusal:
        read_starter(files({"loinc": "53094-5"}))
    finding = refusal.value.findings[0]
    assert finding.message == "exams.csv, ligne 2, colonne loinc : clé de contrôle incorrecte dans « 53094-5 »"
    assert finding.hint == "Clé attendue : 53094-9."


def test_a_label_cannot_serve_two_exams() -> None:
    assert ("E26", "exams.csv:3:label") in faults(files({}, {"loinc": "3016-3"}))


@pytest.mark.parametrize("label", ["PROLACTINE", "Prolactines"])
def test_case_and_plural_do_not_tell_two_labels_apart(label: str) -> None:
    assert ("E26", "exams.csv:3:label") in faults(files({}, {"loinc": "3016-3", "label": label}))


TWIN = {"loinc": "20568-2", "correspondence": "2842-3", "factor": "2", "factor_origin": "calculé"}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"loinc": "2842-4"}, "loinc", "E11"),
        ({"reference_label": ""}, "reference_label", "E14"),
        ({"chapter": "X"}, "chapter", "E20"),
        ({"comparability": "3"}, "comparability", "E14"),
        ({"restricted": "0"}, "restricted", "E14"),
        ({"systematic": "oui"}, "systematic", "E14"),
        ({"ucum": "µg/L"}, "ucum", "E15"),
        ({"unit": ""}, "unit", "E15"),
        (TWIN | {"factor_origin": "mesuré"}, "factor_origin", "E18"),
        (TWIN | {"factor": "0"}, "factor", "E18"),
        (TWIN | {"factor": "01.5"}, "factor", "E18"),
        (TWIN, "correspondence", "E17"),
        (TWIN | {"correspondence": "3016-3"}, "correspondence", "E17"),
        ({"rank": ""}, "rank", "E14"),
        ({"verified": "oui"}, "verified", "E14"),
    ],
)
def test_a_wrong_cell_of_a_result_is_refused_where_it_stands(row: dict[str, str], column: str, code: str) -> None:
    wrong = {"loinc": "20568-2"} | row
    assert faults(files({}, results=[{}, wrong])) == [(code, f"results.csv:3:{column}")]


def test_the_factors_of_two_twins_give_one_back() -> None:
    back = {"correspondence": "20568-2", "factor": "0.5", "factor_origin": "officiel"}
    assert read_starter(files({}, results=[back, TWIN])).release.results[1].correspondence is not None
    skewed = [("E19", "results.csv:2:factor"), ("E19", "results.csv:3:factor")]
    assert faults(files({}, results=[back | {"factor": "0.51"}, TWIN])) == skewed


@pytest.mark.parametrize(("answers", "expected"), [("NN", False), ("NO", True), ("N ", None), ("O ", True)])
def test_an_exam_is_restricted_when_one_of_its_results_is(answers: str, expected: bool | None) -> None:
    results = [{"restricted": answers[0]}, {"loinc": "20568-2", "restricted": answers[1].strip()}]
    (exam,) = read_starter(files({"results": "2842-3|20568-2"}, results=results)).release.requests
    assert exam.restricted is expected


@pytest.mark.parametrize(
    ("file", "text", "code", "path"),
    [
        ("chapters_csv", "code,system,label\nC,urn:x,Un\nC,urn:x,Deux\n", "E26", "chapters.csv:3:code"),
        ("chapters_csv", "code,system,label\nC,,Un\n", "E14", "chapters.csv:2:system"),
        ("specimens_csv", "code,label\nSER,Sérum\n", "E03", "specimens.csv:1"),
        ("baskets_csv", "id,name,conditions,source,codes\nb,Bilan,,,3016-3\n", "E14", "baskets.csv:2:codes"),
        ("baskets_csv", "id,name,conditions,source,codes\nb,Bilan,,,\n", "E14", "baskets.csv:2:codes"),
        ("baskets_csv", "id,name,conditions,source,codes\nb,Bilan,2842-3\n", "E01", "baskets.csv:2"),
        ("baskets_csv", 'id,name,conditions,source,codes\nb,"Bilan,,,2842-3\n', "E01", "baskets.csv:2"),
        ("baskets_csv", "id,name,conditions,source,codes\r\nb,Bilan,,,2842-3\r\n", "E01", "baskets.csv"),
    ],
)
def test_a_fault_of_the_other_files_is_located_too(file: str, text: str, code: str, path: str) -> None:
    assert (code, path) in faults(files({}, **{file: text}))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("x,Item,nombre,,,,", "type"),
        ("x,Item,quantite,,,,", "unit"),
        ("x,Item,date,kg,,,", "unit"),
        ("x,Item,choix,,,,", "choices"),
        ("x,Item,choix,,oui=Oui|oui=Non,,", "choices"),
        ("x,Item,choix,,oui,,", "choices"),
        ("x,,date,,,,", "label"),
        ("x,Item,date,,,,femme", "sex"),
    ],
)
def test_an_item_of_clinical_information_holds_together(line: str, column: str) -> None:
    text = LISTS["clinical_information.csv"] + line + "\n"
    assert faults(files({}, clinical_information_csv=text)) == [("E14", f"clinical_information.csv:5:{column}")]


def test_a_missing_file_is_named() -> None:
    texts = files({})
    del texts["chapters.csv"]
    assert faults(texts) == [("E02", "chapters.csv")]


def test_the_shipped_files_are_plain_utf8_with_line_feeds() -> None:
    texts = shipped_texts()
    assert set(texts) == set(FILES)
    assert [name for name, text in texts.items() if not text.endswith("\n") or "\r" in text] == []


def test_code_systems_of_our_own_follow_the_canonical_base() -> None:
    systems = {
        coding.system
        for request in load_starter("https://exemple.invalid/r4").requests
        for expected in request.clinical_information
        for coding in (*expected.item.choices, *((request.chapter,) if request.chapter else ()))
    }
    assert {s for s in systems if "invalid" in s} <= {
        "https://exemple.invalid/r4/CodeSystem/chapitres",
        "https://exemple.invalid/r4/CodeSystem/renseignements-cliniques",
    }
    assert not any("{base}" in s for s in systems)
