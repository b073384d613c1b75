"""The JSON of `GET /api/laboratoires/{finess}/examens`: one page of a laboratory's exams, each with its explanation.

Keys are those of `GET /api/examens` (interface.md §5) where they say the same thing, those of the transcoding where
they concern the laboratory. Who decided of a mapping, and what they wrote, stays with the laboratory.
"""

from collections.abc import Mapping

from api.exam_json import write_coding, write_match
from api.fhir.json import JsonObject, Written, serialise
from api.transcoding_json import status_of
from kernel import loinc
from search.lab_search import LabEntry, LabPage, LabSuggestion
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.transcoding.mapping import Mapping as LocalMapping


def write_lab_page(page: LabPage, mappings: Mapping[str, LocalMapping]) -> bytes:
    """The page; `mappings` are those of its exams, by local code."""
    return serialise(
        {
            "query": page.query,
            "finess": page.finess,
            "version": page.version,
            "engine": page.engine,
            "degraded": page.degraded,
            "total": page.total,
            "total_capped": page.total_capped,
            "offset": page.offset,
            "limit": page.limit,
            "hint": page.hint,
            "items": [_item(found, mappings.get(found.entry.code)) for found in page.items],
        }
    )


def _item(found: LabSuggestion, mapping: LocalMapping | None) -> JsonObject:
    entry, national = found.entry, national_code(found.entry, mapping)
    return {
        "local_code": entry.code,
        "label": entry.label,
        "reference_label": entry.reference_label,
        "synonyms": [{"text": s.text, "kind": s.kind.value} for s in entry.synonyms],
        "specimens": [write_coding(specimen) for specimen in entry.specimens],
        "nabm": entry.nabm,
        "national": write_coding(national) if national else None,
        "equivalence": mapping.equivalence.value if mapping and national else None,
        "status": status_of(mapping).value,
        "match": write_match(found.match),
        "score": Written(str(found.score).encode()),
    }


def national_code(entry: LabEntry, mapping: LocalMapping | None) -> Coding | None:
    """The code the exam is published under, by the rule of `terminology.transcoding.coded`: the one that was
    validated; while nothing is decided, the LOINC of the catalogue itself."""
    if mapping is None:
        return Coding(loinc.SYSTEM, entry.loinc) if entry.loinc else None
    target = mapping.in_force
    return None if target is None or target.system == LOCAL_SYSTEM else target
