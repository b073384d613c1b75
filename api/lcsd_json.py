"""Versions of a laboratory's catalogue and what was sent of them, as JSON (lcsd.md §6)."""

from collections.abc import Iterable
from datetime import datetime

from api.fhir.json import JsonObject, JsonValue
from kernel.findings import Finding
from lcsd.publishing import Publisher
from terminology.coding import Coding
from terminology.publishing.delivery import Subscriber
from terminology.publishing.version import CatalogueDiff, CatalogueVersion, MappingChange


def write_state(publisher: Publisher) -> JsonObject:
    """Versions, subscribers that are behind, deliveries."""
    current = publisher.current()
    return {
        "finess": publisher.finess,
        "current": current.number if current else None,
        "behind": list(publisher.behind()),
        "versions": [write_version(v) for v in publisher.store.versions(publisher.finess)],
        "deliveries": [
            {
                "subscriber": d.subscriber,
                "version": d.version,
                "message": d.identifier,
                "state": d.state.value,
                "attempts": d.attempts,
                "sent": _iso(d.sent),
                "answered": _iso(d.answered),
                "sha256": d.sha256,
                "detail": d.detail,
            }
            for d in publisher.store.deliveries(publisher.finess)
        ],
    }


def write_version(version: CatalogueVersion) -> JsonObject:
    """A version without its content."""
    return {
        "number": version.number,
        "revision": version.revision,
        "state": version.state.value,
        "author": version.author,
        "created": version.created.isoformat(),
        "effective_from": version.effective_from.isoformat(),
        "effective_to": _iso(version.effective_to),
        "sha256": version.sha256,
        "note": version.note,
    }


def write_findings(findings: Iterable[Finding]) -> list[JsonValue]:
    """What the checks say, each at its place (lcsd.md §9)."""
    return [dict(finding.record()) for finding in findings]


def write_subscriber(subscriber: Subscriber) -> JsonObject:
    """A subscriber as its laboratory sees it: whether it is reached by TLS, not where the keys are."""
    return {
        "name": subscriber.name,
        "application": subscriber.application,
        "finess": subscriber.finess,
        "channel": subscriber.channel.value,
        "host": subscriber.host,
        "port": subscriber.port,
        "tls": bool(subscriber.ca),
        "processing": subscriber.processing,
        "acknowledgements": subscriber.acknowledgements,
    }


def write_diff(diff: CatalogueDiff) -> JsonObject:
    """What a version changes: codes added and removed, and each changed field with its values in words."""
    return {
        "added": list(diff.added),
        "removed": list(diff.removed),
        "changed": [
            {
                "local_code": exam.local_code,
                "fields": [
                    {"field": name, "before": _told(was), "after": _told(now)} for name, was, now in exam.fields
                ],
            }
            for exam in diff.changed
        ],
    }


def write_mapping_changes(changes: Iterable[MappingChange]) -> JsonObject:
    """The history of LOINC and technique mappings, the first change first (seed 003 §3.7)."""
    return {
        "changes": [
            {
                "version": c.version,
                "local_code": c.local_code,
                "field": c.field,
                "action": c.action.value,
                "before": c.before,
                "after": c.after,
                "author": c.author,
                "at": c.at.isoformat(),
            }
            for c in changes
        ]
    }


CHANGE_COLUMNS = ("Version", "Date", "Auteur", "Code local", "Champ", "Action", "Avant", "Après")


def change_row(change: MappingChange) -> tuple[object, ...]:
    """One change of the history as a row of a CSV, for `CHANGE_COLUMNS`; its instant in ISO 8601."""
    told = (change.version, change.at.isoformat(), change.author, change.local_code, change.field)
    return (*told, change.action.value, change.before, change.after)


def _told(value: object) -> str:
    """A field in words: codings by code and name, several on a line each."""
    if isinstance(value, tuple):
        return "\n".join(map(_told, value))
    if isinstance(value, Coding):
        return f"{value.code} {value.display}".strip()
    return "" if value is None else str(value)


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
