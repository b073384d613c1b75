"""How the exams of laboratories, and what is in force, lie in Elasticsearch (docs/decisions/0007).

The names of the two indexes tell their shape: another shape is another index, in which catalogues are put again.
"""

import json
from hashlib import sha256
from typing import TypedDict, cast

from search.documents import Document, names_of
from search.elastic_client import Body
from search.elastic_mapping import KEYWORD, LONGEST_BEGINNING, SEARCHED, SEARCHED_FIELDS, searched
from search.lab_search import LabEntry
from terminology.request_code import Synonym, SynonymKind

LAB_MAPPING: Body = {
    "dynamic": "strict",
    "_source": {"includes": ["exam"]},
    "_routing": {"required": True},
    "properties": {
        **SEARCHED_FIELDS,
        "label": SEARCHED,
        "edition": KEYWORD,
        "place": {"type": "integer"},
        "exam": {"type": "object", "enabled": False},
    },
}
VERSION_MAPPING: Body = {"dynamic": "strict", "properties": {"editions": {"type": "object", "enabled": False}}}

_SHAPE = sha256(json.dumps([LAB_MAPPING, VERSION_MAPPING, LONGEST_BEGINNING], sort_keys=True).encode()).hexdigest()[:8]
EXAMS = f"lab-exams-{_SHAPE}"
VERSIONS = f"lab-versions-{_SHAPE}"


class _Stored(TypedDict):
    """A `LabEntry` as the index keeps it, synonyms as pairs of text and kind."""

    code: str
    label: str
    loinc: str | None
    nabm: list[str]
    synonyms: list[tuple[str, str]]
    reference_label: str | None
    rank: int | None


def lab_exam_body(edition: str, place: int, entry: LabEntry, document: Document) -> Body:
    """One exam of an edition, at its place in the usual order."""
    stored = _Stored(
        code=entry.code,
        label=entry.label,
        loinc=entry.loinc,
        nabm=list(entry.nabm),
        synonyms=[(synonym.text, synonym.kind.value) for synonym in entry.synonyms],
        reference_label=entry.reference_label,
        rank=entry.rank,
    )
    label = [form for form, _ in names_of(document).forms[0]]
    return {**searched(document), "edition": edition, "place": place, "label": label, "exam": cast(Body, stored)}


def entry_in(stored: _Stored) -> LabEntry:
    """The exam an answer holds."""
    return LabEntry(
        code=stored["code"],
        label=stored["label"],
        loinc=stored["loinc"],
        nabm=tuple(stored["nabm"]),
        synonyms=tuple(Synonym(text, SynonymKind(kind)) for text, kind in stored["synonyms"]),
        reference_label=stored["reference_label"],
        rank=stored["rank"],
    )
