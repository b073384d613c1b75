"""What surrounds the golden rows in a generated workbook: the starter's exams, then synthetic ones to any size.

The starter's codes are real and its labels our own. Synthetic codes are numbers LOINC does not use (from 9,000,000 on)
with right check digits, and their labels say that they are synthetic; so do waiting codes, their form being unknown
(terminology.md §9).
"""

import random
from collections.abc import Iterator, Set
from decimal import Decimal
from functools import cache

from kernel import loinc
from terminology.jdv.columns import Column
from terminology.jdv.golden import SampleRow
from terminology.readers.starter import load_starter
from terminology.release import Release
from terminology.request_code import RequestCode
from terminology.result_code import ResultCode

_FIRST_REQUEST = 9_000_000
_FIRST_RESULT = 9_200_000
_FIRST_SUB_CHAPTER = 9_400_000
_RANK_STEP = 2
_FIRST_RANK = 20_000
CHAPTERS = (
    ("18719-5", "Biochimie"),
    ("18723-7", "Hématologie"),
    ("18720-3", "Hémostase"),
    ("18718-7", "Marqueurs tumoraux"),
    ("18727-8", "Sérologie"),
    ("18725-2", "Microbiologie"),
)
_CLASSES = ("Both",) * 18 + ("Order", "Observation")
_WAITING_EVERY = 40
_PAIR_EVERY = 7
_SHARING_EVERY = 11
# A quoted pair of factors (terminology.md §1.3).
_TO_MASS, _TO_MOLES = Decimal("0.18"), Decimal("5.551")


@cache
def starter_release() -> Release:
    """The starter content, read once."""
    return load_starter()


def synthetic_code(number: int) -> str:
    """A number with its LOINC check digit."""
    return f"{number}-{loinc.check_digit(str(number))}"


def sub_chapter(place: int) -> tuple[str, str]:
    """Code and label of the one synthetic sub-chapter of each chapter."""
    return synthetic_code(_FIRST_SUB_CHAPTER + place), f"Sous-chapitre synthétique {place + 1}"


def starter_rows(requests: int, without: Set[str]) -> Iterator[SampleRow]:
    """The rows of that many exams of the starter at most, those that lead to nothing but known chapters."""
    starter = starter_release()
    exams = {exam.code: exam for exam in starter.requests}
    results = {result.code: result for result in starter.results}
    known = {code for code, _ in CHAPTERS}
    led_to: dict[str, list[ResultCode]] = {}
    for link in starter.links:
        result = results[link.result]
        if result.chapter and result.chapter.code in known and not {link.request, link.result} & without:
            led_to.setdefault(link.request, []).append(result)
    for code in list(led_to)[:requests]:
        for result in led_to[code]:
            yield {**_exam_cells(exams[code]), **_result_cells(result)}


def _exam_cells(exam: RequestCode) -> SampleRow:
    acts = "; ".join(exam.nabm)
    return {
        Column.ACT: acts,
        Column.NABM: acts,
        Column.REQUEST_LABEL: exam.display,
        Column.SYNONYMS: ";".join(synonym.text for synonym in exam.synonyms),
        Column.REQUEST_LOINC: exam.code,
        Column.ORDER_CLASS: "Both",
        Column.SPECIMENS: ";".join(specimen.code for specimen in exam.specimens),
        Column.INFORMATION_REQUIRED: ";".join(item.label for item in exam.required_information),
        Column.INFORMATION_USEFUL: "\n".join(item.label for item in exam.useful_information),
    }


def _result_cells(result: ResultCode) -> SampleRow:
    chapter = result.chapter
    return {
        Column.CHAPTER: chapter.code if chapter else "",
        Column.CHAPTER_LABEL: chapter.display if chapter else "",
        Column.RANK: result.rank,
        Column.RESULT_LOINC: result.code,
        Column.RESULT_REFERENCE: result.reference_label,
        Column.EDITION_LABEL: result.edition_label,
        Column.COMPARABILITY: int(result.comparability),
        Column.RESTRICTED: "N",
        Column.DISCRIMINANT: "N",
        Column.UNIT: result.unit,
        Column.UCUM: result.ucum,
        Column.SYSTEMATIC: "O",
    }


def synthetic_rows(requests: int, rows: int, seed: int) -> Iterator[SampleRow]:
    """`rows` rows of `requests` requests: some codes waiting, some pairs with factors, some analyses shared."""
    if requests <= 0:
        return
    links = list(_links(requests, max(rows, requests), random.Random(seed)))  # noqa: S311 - repeatable filler
    analyses = max(analysis for _, analysis in links) + 1
    for request, analysis in links:
        yield {**_synthetic_request(request), **_synthetic_result(analysis, analyses)}


def _links(requests: int, rows: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    """Which request leads to which analysis, both by number."""
    sizes = [1] * requests
    for _ in range(rows - requests):
        sizes[chance.randrange(requests)] += 1
    analyses = 0
    for request, size in enumerate(sizes):
        own: set[int] = set()
        for _ in range(size):
            shared = chance.randrange(analyses) if own and request % _SHARING_EVERY == 0 else analyses
            analysis = analyses if shared in own else shared
            analyses = max(analyses, analysis + 1)
            own.add(analysis)
            yield request, analysis


def _synthetic_request(place: int) -> SampleRow:
    is_waiting = place % _WAITING_EVERY == _WAITING_EVERY - 1
    return {
        Column.ACT_LABEL: f"Acte synthétique {place:04}" if place % 3 == 0 else "",
        Column.REQUEST_LABEL: f"Examen synthétique {place:04}",
        Column.SYNONYMS: f"Examen factice {place:04};EXS{place:04}",
        Column.REQUEST_LOINC: "" if is_waiting else synthetic_code(_FIRST_REQUEST + place),
        Column.REQUEST_WAITING: f"ATT-SYNTH-D{place:04}" if is_waiting else "",
        Column.REQUEST_REFERENCE: f"Examen synthétique {place:04} [-] Sérum/Plasma ; Numérique",
        Column.ORDER_CLASS: "" if is_waiting else _CLASSES[place % len(_CLASSES)],
        Column.SPECIMENS: "SER;PLAS" if place % 2 else "SER",
        Column.SITES: "SYNTH-1" if place % 50 == 0 else "",
        Column.LATERALITIES: "24028007" if place % 50 == 0 else "",
        Column.INFORMATION_USEFUL: "Traitement anticoagulant en cours" if place % 5 == 0 else "",
    }


def _synthetic_result(place: int, analyses: int) -> SampleRow:
    """Every seventh analysis is in moles, and its twin in mass comes next."""
    of_pair = place % _PAIR_EVERY
    has_twin = of_pair == 1 or (of_pair == 0 and place + 1 < analyses)
    twin = _FIRST_RESULT + (place + 1 if of_pair == 0 else place - 1)
    is_waiting = not has_twin and place % _WAITING_EVERY == _WAITING_EVERY - 1
    prop, unit = ("Masse/Volume", "g/L") if of_pair == 1 else ("Moles/Volume", "mmol/L")
    chapter = place % len(CHAPTERS)
    code, label = CHAPTERS[chapter]
    sub_code, sub_label = sub_chapter(chapter)
    return {
        Column.CHAPTER: code,
        Column.CHAPTER_LABEL: label,
        Column.SUB_CHAPTER: sub_code,
        Column.SUB_CHAPTER_LABEL: sub_label,
        Column.RANK: _FIRST_RANK + place * _RANK_STEP,
        Column.RESULT_LOINC: "" if is_waiting else synthetic_code(_FIRST_RESULT + place),
        Column.RESULT_WAITING: f"ATT-SYNTH-R{place:04}" if is_waiting else "",
        Column.RESULT_REFERENCE: f"Analyse synthétique {place:04} [{prop}] Sérum/Plasma ; Numérique",
        Column.EDITION_LABEL: f"Analyse synthétique {place:04}",
        Column.COMPARABILITY: (1, 2, 9)[place % 3],
        Column.RESTRICTED: "N",
        Column.DISCRIMINANT: "O" if place % 3 == 1 else "N",
        Column.UNIT: unit,
        Column.UCUM: unit,
        Column.SYSTEMATIC: "O" if place % 2 else "N",
        Column.CORRESPONDENCE: synthetic_code(twin) if has_twin else "",
        Column.FACTOR: (_TO_MOLES if of_pair == 1 else _TO_MASS) if has_twin else None,
        Column.TECHNIQUES: "DEG" if place % 9 == 0 else "",
    }
