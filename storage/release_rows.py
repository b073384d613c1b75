"""The rows of a release: read as a record, added whole under the revision they get (docs/decisions/0006)."""

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select

from kernel.errors import Invalid, NotFound, Unavailable
from storage.instants import from_micros, to_micros
from storage.json_codec import NotOurs
from storage.release_json import read_release, write_release
from storage.tables import active, documents, releases
from terminology.release import Release, ReleaseKind, release_name
from terminology.release_record import ReleaseRecord, ReleaseStatus, SourceFile

ACTIVE_NAME = "active"
_LABEL_LENGTH = 64
_RECORDS = (
    select(releases, active.c.name.is_not(None).label("is_active"))
    .outerjoin(active, active.c.name == releases.c.name)
    .order_by(releases.c.published.desc(), releases.c.imported_at.desc(), releases.c.label, releases.c.revision.desc())
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A release and all that is kept of it, before it gets a revision; `content` is its document."""

    release: Release
    content: bytes
    source: SourceFile
    report: bytes
    errors: int
    refusals: tuple[str, ...]
    at: datetime
    by: str

    @classmethod
    def of(
        cls, release: Release, source: SourceFile, report: bytes, errors: int, refusals: Iterable[str],
        at: datetime, by: str,
    ) -> "Arrival":  # fmt: skip
        """`Invalid` (`release-label`) when its label could not be told from another release's name."""
        _check_label(release.label)
        return cls(release, write_release(release), source, report, errors, tuple(refusals), at, by)


def all_records(connection: Connection) -> tuple[ReleaseRecord, ...]:
    """Every release, the last published first."""
    return tuple(_record(row) for row in connection.execute(_RECORDS).mappings())


def find_record(connection: Connection, name: str) -> ReleaseRecord:
    """The release of this name, or the active one; `NotFound` (`unknown-release`). They are few: all are read."""
    records = all_records(connection)
    for record in records:
        if record.status is ReleaseStatus.ACTIVE if name == ACTIVE_NAME else record.name == name.removesuffix("+1"):
            return record
    held = ", ".join(record.name for record in records)
    raise NotFound.because(
        "unknown-release",
        "Aucune version n'est active." if name == ACTIVE_NAME else f"La version « {name[:80]} » n'existe pas ici.",
        f"Versions présentes : {held}." if held else "Aucune version n'a encore été importée.",
    )


def keep(connection: Connection, arrival: Arrival) -> ReleaseRecord:
    """Adds it under the next revision of its label, unless the same file or the same content is held already."""
    digest, label = hashlib.sha256(arrival.content).hexdigest(), arrival.release.label
    same_file = releases.c.source_sha256 == arrival.source.sha256
    same_content = and_(releases.c.label == label, releases.c.content_sha256 == digest)
    query = select(releases.c.name).where(or_(same_file, same_content)).order_by(same_file.desc()).limit(1)
    name = connection.scalar(query)
    if name is None:
        last = connection.scalar(select(func.max(releases.c.revision)).where(releases.c.label == label))
        revision = (last or 0) + 1
        name = release_name(label, revision)
        connection.execute(insert(releases).values(name=name, revision=revision, **_columns(arrival, digest)))
        packed = zlib.compress(arrival.content)
        connection.execute(insert(documents).values(name=name, content=packed, report=arrival.report))
    return find_record(connection, name)


def opened(packed: bytes, digest: str, record: ReleaseRecord) -> Release:
    """The release of a packed document; `Unavailable` (`release-damaged`, `release-unreadable`) when it is not whole.

    A document that is whole and yet does not read was written by a later version of this software.
    """
    try:
        content = zlib.decompress(packed)
    except zlib.error:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable.because(
            "release-damaged",
            f"La version {record.name} est abîmée dans la base : son empreinte n'est plus la sienne.",
            "Activer une autre version, et remettre une sauvegarde de la base.",
        )
    try:
        return read_release(content, record.revision)
    except NotOurs:
        raise Unavailable.because(
            "release-unreadable",
            f"La version {record.name} a été écrite par un Circuitbio plus récent que celui-ci.",
            "Remettre ce logiciel à jour.",
        ) from None


def _check_label(label: str) -> None:
    if not label.strip() or label == ACTIVE_NAME or "+" in label or len(label) > _LABEL_LENGTH:
        raise Invalid.because(
            "release-label",
            f"« {label[:80]} » ne peut pas nommer une version.",
            f"Un libellé a {_LABEL_LENGTH} caractères au plus, sans « + », et n'est pas « {ACTIVE_NAME} ».",
        )


def _columns(arrival: Arrival, digest: str) -> dict[str, object]:
    return {
        "label": arrival.release.label,
        "kind": arrival.release.kind.value,
        "published": arrival.release.published,
        "source_name": arrival.source.name,
        "source_format": arrival.source.format,
        "source_bytes": arrival.source.bytes,
        "source_sha256": arrival.source.sha256,
        "imported_at": to_micros(arrival.at),
        "imported_by": arrival.by,
        "report_hash": hashlib.sha256(arrival.report).hexdigest(),
        "errors": arrival.errors,
        "refusals": json.dumps(arrival.refusals, ensure_ascii=False),
        "content_sha256": digest,
        "withdrawn": False,
    }


def _record(row: RowMapping) -> ReleaseRecord:
    status = ReleaseStatus.ACTIVE if row["is_active"] else ReleaseStatus.AVAILABLE
    return ReleaseRecord(
        label=row["label"],
        revision=row["revision"],
        kind=ReleaseKind(row["kind"]),
        status=ReleaseStatus.WITHDRAWN if row["withdrawn"] else status,
        published=row["published"],
        source=SourceFile(row["source_name"], row["source_format"], row["source_bytes"], row["source_sha256"]),
        imported_at=from_micros(row["imported_at"]),
        imported_by=row["imported_by"],
        report_hash=row["report_hash"],
        errors=row["errors"],
        refusals=tuple(json.loads(row["refusals"])),
    )
