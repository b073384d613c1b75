"""The JSON of the transcoding assistant: exams, mappings, proposals, history, imports (terminology.md §7)."""

from dataclasses import asdict
from datetime import datetime

from api.fhir.json import JsonObject, JsonValue
from terminology.coding import Coding
from terminology.lab_catalogue import Laboratory
from terminology.transcoding.columns import Layout
from terminology.transcoding.history import HistoryRow
from terminology.transcoding.importing import Imported
from terminology.transcoding.local_catalogue import LocalItem, specimens_of, to_map, unit_of
from terminology.transcoding.mapping import Mapping, MappingKey, MappingStatus
from terminology.transcoding.proposals import Proposal, without_candidate
from terminology.workbook import column_letter

SOURCES: tuple[JsonObject, ...] = (
    {"source": "jdv-loinc", "held": True},
    {"source": "jdv-code-attente", "held": True},
    {"source": "loinc-biologie-fr", "held": False, "note": "Non détenue par ce service : chercher au SMT."},
    {"source": "code-local", "held": True, "note": "À défaut de tout code national, avec une demande d'ajout."},
)
"""Where a code is looked for, in order (seed 004)."""


def write_laboratory(laboratory: Laboratory) -> JsonObject:
    """One laboratory."""
    return {"finess": laboratory.finess, "name": laboratory.name, "mnemonic": laboratory.mnemonic}


def write_item(item: LocalItem, mapping: Mapping | None) -> JsonObject:
    """One exam of a list, with the mapping of its analysis."""
    exam = item.exam
    unit = unit_of(exam)
    return {
        "local_code": exam.local_code,
        "label": exam.label,
        "nabm": [act.code for act in exam.nabm],
        "unit": unit.code if unit else None,
        "specimens": [_coding(c) for c in specimens_of(exam)],
        "techniques": [_coding(c) for c in exam.techniques],
        "monthly_volume": item.monthly_volume,
        "orderable": exam.orderable,
        "present": item.present,
        "first_seen": _instant(item.first_seen),
        "absent_since": _instant(item.absent_since),
        "status": status_of(mapping).value,
        "mapping": write_mapping(mapping) if mapping else None,
    }


def write_whole_item(item: LocalItem, mappings: dict[MappingKey, Mapping]) -> JsonObject:
    """One exam with everything of it that can be mapped."""
    return {
        **write_item(item, mappings.get(MappingKey(item.exam.local_code))),
        "to_map": [
            {
                "kind": key.kind.value,
                "value": key.value,
                "local_label": local.display,
                "status": status_of(mappings.get(key)).value,
                "mapping": write_mapping(mappings[key]) if key in mappings else None,
            }
            for key, local in to_map(item.exam)
        ],
    }


def write_mapping(mapping: Mapping) -> JsonObject:
    """One mapping as it stands."""
    return {
        "local_code": mapping.key.local_code,
        "kind": mapping.key.kind.value,
        "value": mapping.key.value,
        "status": mapping.status.value,
        "target": _coding(mapping.target) if mapping.target else None,
        "equivalence": mapping.equivalence.value if mapping.target else None,
        "score": mapping.score,
        "release": mapping.release or None,
        "author": mapping.author,
        "date": _instant(mapping.decided_at),
        "comment": mapping.comment,
        "version": mapping.version,
    }


def status_of(mapping: Mapping | None) -> MappingStatus:
    """Where a thing to map stands."""
    return mapping.status if mapping else MappingStatus.TO_DO


def write_proposals(key: MappingKey, release: str, proposals: tuple[Proposal, ...]) -> JsonObject:
    """The targets proposed, best first, with the parts of their scores."""
    return {
        "local_code": key.local_code,
        "kind": key.kind.value,
        "value": key.value,
        "release": release,
        "sources": list(SOURCES),
        "proposals": [_proposal(p) for p in proposals],
        "addition_advised": without_candidate(proposals),
    }


def _proposal(proposal: Proposal) -> JsonObject:
    target, score = proposal.target, proposal.score
    return {
        **_coding(proposal.coding),
        "score": score.total,
        "parts": {
            "nabm": score.nabm,
            "text": score.text,
            "unit": score.unit,
            "specimen": score.specimen,
            "restricted": score.restricted,
        },
        "conflicts": [axis.value for axis in score.conflicts],
        "reference_label": target.reference_label or None if target else None,
        "waiting": bool(target and target.waiting),
        "request": bool(target and target.is_request),
        "result": bool(target and target.is_result),
        "unit": target.ucum or None if target else None,
        "specimens": [_coding(s) for s in target.specimens] if target else [],
        "nabm": sorted(target.nabm) if target else [],
        "restricted": bool(target and target.restricted),
    }


def write_history_row(row: HistoryRow) -> JsonObject:
    """One row of history, both sides whole."""
    change = row.change
    return {
        "number": row.number,
        "finess": row.finess,
        "local_code": change.key.local_code,
        "kind": change.key.kind.value,
        "value": change.key.value,
        "action": change.action.value,
        "author": change.author,
        "date": _instant(change.at),
        "reason": change.reason,
        "before": write_mapping(change.before) if change.before else None,
        "after": write_mapping(change.after) if change.after else None,
    }


def write_import(imported: Imported, *, dry_run: bool) -> JsonObject:
    """What an import found and did; `file` is None for a catalogue that is no table."""
    file, merged = imported.file, imported.merged
    changes = merged.changes if merged else ()
    return {
        "file": asdict(file.file) if file else None,
        "dry_run": dry_run,
        "written": imported.written,
        "version": imported.version,
        "columns": _columns(file.layout) if file and file.layout else {},
        "extra_columns": [asdict(column) for column in file.extra_columns] if file else [],
        "counts": {
            "rows_accepted": len(file.items) if file else None,
            "errors": imported.rejected,
            "added": len(merged.added) if merged else 0,
            "changed": len(merged.changed) if merged else 0,
            "absent": len(merged.absent) if merged else 0,
            "to_review": sum(c.before is not None for c in changes),
            "proposed": sum(c.before is None for c in changes),
        },
        "added": list(merged.added) if merged else [],
        "changed": list(merged.changed) if merged else [],
        "absent": list(merged.absent) if merged else [],
        "to_review": [{"local_code": c.key.local_code, "reason": c.reason} for c in changes if c.before],
        "findings": [asdict(finding) for finding in imported.findings],
    }


def _columns(layout: Layout) -> JsonObject:
    return {
        field.value: {"column": column_letter(place), "header": layout.headers[place]}
        for field, place in layout.places.items()
    }


def _coding(coding: Coding) -> dict[str, JsonValue]:
    return {"system": coding.system, "code": coding.code, "display": coding.display}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
