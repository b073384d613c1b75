"""The file as it lies on a disk: appears whole, with its hash, and is read whole or refused."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.errors import Invalid, NotFound
from kernel.findings import errors
from lcsd.exchange_file import publish, read_publication
from terminology.lab_catalogue import LabCatalogue
from tests.lcsd.catalogues import BLOOD_COUNT, CLOCK, GLUCOSE, RECEIVER, WORKED_EXAMPLE


def published(folder: Path, catalogue: LabCatalogue = WORKED_EXAMPLE) -> Path:
    return publish(catalogue, folder, RECEIVER, CLOCK).path


def test_a_publication_reads_back_as_the_catalogue(tmp_path: Path) -> None:
    done = publish(WORKED_EXAMPLE, tmp_path / "nouveau", RECEIVER, CLOCK)
    assert (done.exams, done.entries) == (6, {"M08": 4, "M09": 1, "M10": 1})
    assert read_publication(done.path).catalogue == WORKED_EXAMPLE


def test_the_hash_stands_beside_the_file_and_no_temporary_name_is_left(tmp_path: Path) -> None:
    path = published(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name, path.name + ".sha256"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (tmp_path / (path.name + ".sha256")).read_text() == f"{digest}  {path.name}\n"


def test_a_refused_catalogue_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        published(tmp_path / "sortie", replace(WORKED_EXAMPLE, exams=(replace(GLUCOSE, containers=()), BLOOD_COUNT)))
    assert [f.code for f in errors(refusal.value.findings)] == ["E18", "E14", "E14"]
    assert not (tmp_path / "sortie").exists()


def test_altered_bytes_do_not_match_the_hash(tmp_path: Path) -> None:
    path = published(tmp_path)
    path.write_bytes(path.read_bytes().replace("Glycémie".encode(), b"Glycemie"))
    with pytest.raises(Invalid) as refusal:
        read_publication(path)
    assert [(f.code, f.path) for f in errors(refusal.value.findings)] == [("E01", ".sha256")]


def test_a_file_without_hash_is_read_with_a_warning(tmp_path: Path) -> None:
    path = published(tmp_path)
    (tmp_path / (path.name + ".sha256")).unlink()
    assert [(w.code, w.path) for w in read_publication(path).warnings] == [("E01", ".sha256")]


def test_a_temporary_name_is_not_read(tmp_path: Path) -> None:
    path = published(tmp_path)
    with pytest.raises(Invalid):
        read_publication(path.rename(tmp_path / (path.name + ".tmp")))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_publication(tmp_path / "absent.hl7")


def test_emptying_most_of_the_previous_version_is_warned_about(tmp_path: Path) -> None:
    smaller = replace(WORKED_EXAMPLE, version=13, exams=(GLUCOSE,))
    done = publish(smaller, tmp_path, RECEIVER, CLOCK, previous=WORKED_EXAMPLE)
    assert [w.code for w in done.warnings] == ["W09"]
