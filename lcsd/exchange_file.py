"""The exchange file (`lcsd.md` §6.1): a catalogue published as one batch file, and read back whole or not at all.

Publishing checks the whole catalogue first: one error and nothing is written. What was built is read back before
it is written, so that a file never says less than the catalogue. The file appears under its name only once
complete, after its `.sha256`. Reading refuses the whole file for any error and reports them all.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from hl7v2.batch import Batch, read_batch, write_batch
from kernel.clock import Clock
from kernel.errors import Invalid, NotFound
from kernel.findings import Finding, Severity, errors
from lcsd.checks import check_messages
from lcsd.groups import MessageLayout
from lcsd.messages.control import Emission, Processing, Receiver, batch_headers
from lcsd.publication import build_messages, read_catalogue
from lcsd.rules.scope import Scope
from lcsd.rules.source import check_removals, check_source, check_value_set
from terminology.catalogue import Catalogue
from terminology.lab_catalogue import LabCatalogue, LabExam

TEMPORARY_SUFFIX = ".tmp"
HASH_SUFFIX = ".sha256"
_HASH = re.compile(r"(?P<hash>[0-9a-fA-F]{64})(?:\s.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Published:
    """A publication written: the file, entries by message (`M08`…), exams, and warnings."""

    path: Path
    exams: int
    entries: dict[str, int]
    warnings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A publication read: the catalogue, entries by message (`M08`…), and warnings."""

    catalogue: LabCatalogue
    entries: dict[str, int]
    warnings: tuple[Finding, ...]


def publish(
    catalogue: LabCatalogue,
    folder: Path,
    receiver: Receiver,
    clock: Clock,
    processing: Processing = Processing.PRODUCTION,
    *,
    again: int = 0,
    value_set: Catalogue | None = None,
    previous: LabCatalogue | None = None,
) -> Published:
    """Write the catalogue as an exchange file in `folder` (made if needed).

    `again` counts earlier sendings of this version to this receiver; `value_set` and `previous` add the warnings
    that need them (W02, W05, W09). `Invalid` with every located finding when the catalogue does not pass the
    checks; nothing is written then.
    """
    emission = Emission(catalogue, receiver, clock.now(), processing, again)
    name, data, layouts, findings = build_file(emission)
    scope = Scope(findings=list(findings))
    if value_set is not None:
        check_value_set(scope, catalogue, value_set)
    if previous is not None:
        check_removals(scope, catalogue, previous)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(data).hexdigest()
    write_whole(folder / (name + HASH_SUFFIX), f"{digest}  {name}\n".encode())
    write_whole(folder / name, data)
    return Published(folder / name, len(catalogue.exams), _entries(layouts), tuple(scope.findings))


def build_file(emission: Emission) -> tuple[str, bytes, tuple[MessageLayout, ...], tuple[Finding, ...]]:
    """Name, bytes, messages and warnings of the file, always the same for an emission; `Invalid` as `publish`."""
    scope = Scope()
    if not check_source(scope, emission.catalogue):
        raise Invalid(scope.findings)
    messages = build_messages(scope, emission)
    layouts = check_messages(scope, messages, {emission.processing})
    _refuse(scope.findings)
    _check_nothing_lost(scope, emission, layouts)
    _refuse(scope.findings)
    name = file_name(emission)
    return name, write_batch(*batch_headers(emission, name), messages), layouts, tuple(scope.findings)


def file_name(emission: Emission) -> str:
    """`LCSD_<FINESS>_v<version>_<YYYYMMDDHHMMSS>.hl7`."""
    catalogue = emission.catalogue
    return f"LCSD_{catalogue.laboratory.finess}_v{catalogue.version}_{emission.instant:%Y%m%d%H%M%S}.hl7"


def read_publication(path: Path, accepted: Sequence[Processing] = (Processing.PRODUCTION,)) -> Imported:
    """The catalogue of an exchange file, its `.sha256` checked when it stands beside.

    `Invalid` with every located finding when anything in it refuses it, `NotFound` when there is no such file.
    """
    data, findings = open_file(path)
    return read_file(data, accepted, Scope(findings=list(findings)))


def open_file(path: Path) -> tuple[bytes, tuple[Finding, ...]]:
    """The bytes of an exchange file, and what its `.sha256` has to say of them.

    `Invalid` for a name that says it is still being written, `NotFound` when there is no such file.
    """
    scope = Scope()
    if is_temporary(path):
        raise Invalid.because("E01", "Nom provisoire : le fichier est encore en cours de dépôt.", "Attendre la fin.")
    try:
        data = path.read_bytes()
    except OSError:
        raise NotFound.because(
            "lcsd-file-not-found", f"Fichier illisible : {path.name}.", "Vérifier le chemin."
        ) from None
    _check_hash(scope, path, data)
    return data, tuple(scope.findings)


def is_temporary(path: Path) -> bool:
    """Whether a file is still being written, by its name."""
    return path.name.startswith(".") or path.name.endswith((TEMPORARY_SUFFIX, ".part"))


def read_file(
    data: bytes, accepted: Sequence[Processing] = (Processing.PRODUCTION,), scope: Scope | None = None
) -> Imported:
    """The catalogue in the bytes of an exchange file; `Invalid` with every located finding."""
    scope = scope or Scope()
    batch, found = read_batch(data)
    scope.findings.extend(found)
    layouts = check_messages(scope, batch.messages, set(accepted))
    if not batch.messages and not errors(scope.findings):
        scope.error("E07", "MSH", "Aucun message dans le fichier")
    _refuse(scope.findings)
    catalogue = read_catalogue(scope, layouts, _control_id(batch))
    return Imported(catalogue, _entries(layouts), tuple(scope.findings))


def _control_id(batch: Batch) -> str:
    return batch.batch_header.text(11) if batch.batch_header else ""


def _check_hash(scope: Scope, path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + HASH_SUFFIX)
    if not beside.exists():
        scope.warning("E01", HASH_SUFFIX, "Aucune empreinte .sha256 à côté du fichier, intégrité non vérifiée")
        return
    found = _HASH.fullmatch(beside.read_text("utf-8", "replace").strip())
    if found is None or found["hash"].lower() != hashlib.sha256(data).hexdigest():
        hint = "Fichier altéré ou incomplet : redemander l'envoi."
        scope.error("E01", HASH_SUFFIX, "L'empreinte .sha256 n'est pas celle du fichier", hint)


def _check_nothing_lost(scope: Scope, emission: Emission, layouts: Sequence[MessageLayout]) -> None:
    """Whatever v2.5 has no place for shows here: the messages must read back as the catalogue they were built from."""
    catalogue = emission.catalogue
    back = read_catalogue(Scope(), layouts, emission.control_id)
    if back == catalogue:
        return
    if (back.laboratory, back.version) != (catalogue.laboratory, catalogue.version):
        scope.error("E07", "MSH", "L'identité du laboratoire ou la version ne peut être transmise sans perte")
    if back.effective_from != catalogue.effective_from:
        scope.error("E09", "MFI-5", "La date d'effet se transmet à la seconde")
    read = {e.local_code: e for e in back.exams}
    for exam in catalogue.exams:
        lost = _lost(exam, read.get(exam.local_code))
        if lost:
            scope.of_entry(exam.local_code).error(
                "E07",
                "OM1",
                f"Ne peut être transmis sans perte : {', '.join(lost)}",
                "Vérifier que ce champ convient à ce type d'examen.",
            )


def _lost(exam: LabExam, back: LabExam | None) -> list[str]:
    if back is None:
        return ["local_code"]
    return [f.name for f in fields(LabExam) if getattr(exam, f.name) != getattr(back, f.name)]


def _entries(layouts: Sequence[MessageLayout]) -> dict[str, int]:
    return {one.trigger: len(one.groups) for one in layouts}


def _refuse(findings: Sequence[Finding]) -> None:
    """Raise all the findings, errors first, when one of them refuses."""
    if errors(list(findings)):
        raise Invalid(sorted(findings, key=lambda f: f.severity is not Severity.ERROR))


def write_whole(path: Path, data: bytes) -> None:
    """The file under its name only once its bytes are on the disk."""
    temporary = path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
