"""How the exams of laboratories, and what is in force, lie in Elasticsearch (docs/decisions/0007)."""

from typing import TypedDict, cast

from search.documents import Document, names_of
from search.elastic_client import Body
from search.elastic_mapping import KEYWORD, SEARCHED, SEARCHED_FIELDS, searched
from search.lab_search import LabEntry
from terminology.coding import Coding
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


class _Stored(TypedDict):
    """A `LabEntry` as the index keeps it: synonyms as text and kind, specimens as system, code and display."""

    code: str
    label: str
    loinc: str | None
    nabm: list[str]
    synonyms: list[tuple[str, str]]
    specimens: list[tuple[str, str, str]]
    reference_label: str | None
    rank: int | None


STORED_FIELDS = list(_Stored.__annotations__)


def lab_exam_body(edition: str, place: int, entry: LabEntry, document: Document) -> Body:
    """One exam of an edition, at its place in the usual order."""
    stored = _Stored(
        code=entry.code,
        label=entry.label,
        loinc=entry.loinc,
        nabm=list(entry.nabm),
        synonyms=[(synonym.text, synonym.kind.value) for synonym in entry.synonyms],
        specimens=[(specimen.system, specimen.code, specimen.display) for specimen in entry.specimens],
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
        specimens=tuple(Coding(*specimen) for specimen in stored["specimens"]),
        reference_label=stored["reference_label"],
        rank=stored["rank"],
    )
