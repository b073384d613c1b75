"""The JSON of releases, of an import and of a diff (interface.md §6): the API, the command line and files share it."""

from collections.abc import Iterable

from api.fhir.json import JsonObject, JsonValue
from terminology.changelog import changelog
from terminology.diff import Changed, ConceptDiff, ReleaseDiff
from terminology.diff_fields import FieldValue
from terminology.impact import Impact
from terminology.import_report import ImportReport
from terminology.release import Release
from terminology.release_record import ReleaseRecord
from terminology.request_code import RequestCode
from terminology.result_code import RequestResult, ResultCode

Concept = RequestCode | ResultCode


def write_release(record: ReleaseRecord) -> JsonObject:
    """One release of the list."""
    return {
        "label": record.label,
        "revision": record.revision,
        "name": record.name,
        "kind": record.kind.value,
        "status": record.status.value,
        "published": record.published.isoformat(),
        "source": {
            "name": record.source.name,
            "format": record.source.format,
            "bytes": record.source.bytes,
            "sha256": record.source.sha256,
        },
        "imported_at": record.imported_at.isoformat(),
        "imported_by": record.imported_by,
        "report_hash": record.report_hash,
        "errors": record.errors,
        "refusals": list(record.refusals),
    }


def write_import(report: ImportReport, record: ReleaseRecord | None, activated: bool) -> JsonObject:
    """What `terminology import --json` prints; `record` is None when the file was refused."""
    release: JsonObject | None = None
    if record is not None:
        release = {
            "label": record.label,
            "revision": record.revision,
            "kind": record.kind.value,
            "status": record.status.value,
            "published": record.published.isoformat(),
        }
    return {
        **report.as_json(),
        "release": release,
        "report_hash": record.report_hash if record else None,
        "activated": activated,
    }


def write_diff(diff: ReleaseDiff, impact: Impact) -> JsonObject:
    """What `terminology diff --json` prints, with the changelog as sentences."""
    return {
        "from": _name(diff.older),
        "to": _name(diff.newer),
        "changelog": list(changelog(diff)),
        "requests": _concepts(diff.requests),
        "results": _concepts(diff.results),
        "links": {"added": _links(diff.links_added), "removed": _links(diff.links_removed)},
        "impact": {
            "baskets": [
                {"id": hit.basket.id, "name": hit.basket.name, "codes": list(hit.codes)} for hit in impact.baskets
            ],
            "mappings": [
                {"finess": use.finess, "local_code": use.local_code, "code": use.code} for use in impact.mappings
            ],
        },
    }


def _name(release: Release) -> JsonObject:
    return {"label": release.label, "revision": release.revision}


def _concepts(diff: ConceptDiff[RequestCode] | ConceptDiff[ResultCode]) -> JsonObject:
    return {
        "added": [_concept(concept) for concept in diff.added],
        "retired": [_concept(concept) for concept in diff.retired],
        "reactivated": [_concept(concept) for concept in diff.reactivated],
        "changed": [_changed(change) for change in diff.changed],
        "waiting_resolved": [{"before": pair.before, "after": pair.after} for pair in diff.waiting_resolved],
    }


def _concept(concept: Concept) -> JsonObject:
    return {"code": concept.code, "system": concept.system, "display": concept.display}


def _changed(change: Changed[RequestCode] | Changed[ResultCode]) -> JsonObject:
    fields: list[JsonObject] = [
        {"field": f.field, "before": _listed(f.before), "after": _listed(f.after)} for f in change.fields
    ]
    return {**_concept(change.concept), "fields": fields}


def _listed(value: FieldValue) -> JsonValue:
    return list(value) if isinstance(value, tuple) else value


def _links(links: Iterable[RequestResult]) -> list[JsonObject]:
    return [{"request": link.request, "result": link.result} for link in links]
