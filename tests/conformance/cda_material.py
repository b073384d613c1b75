"""The CI-SIS test material (CDA schema, schematrons, value sets of the ANS) made ready for the CDA judge.

It is published by the ANS and not in this repository: `CISIS_DIR` names where it is, a folder that holds
`schematrons/` and `infrastructure/`, or a git directory whose newest commit does, or several joined by `:`, of which
earlier ones win. What is published with a slip is repaired in the copy (`.judges/cda/material`), and nowhere else.
"""

import hashlib
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.java import OUT, POMS, JavaPartMissing

VARIABLE = "CISIS_DIR"
WRAPPER = POMS / "cda" / "epbio-templates.sch"
_KEPT = ("infrastructure/", "schematrons/", "jeuxDeValeurs/")
_SKIPPED = (".jar", ".exe", ".class", ".bat", ".docx", ".xsl")
# Withdrawn from the newest material, and looked up in older commits.
_DOCUMENT_RULES = "schematrons/CI-SIS_BIO-EP-BIO_2022.01.sch"
# A stray bracket: the pattern does not compile as published.
_PLAN_RULES = "schematrons/include/sections/S_planDeSoinsBiologie_ANS.sch"
_PLAN_SLIP = (b"[@root='1.2.250.1.213.1.1.3.27.2']])", b"[@root='1.2.250.1.213.1.1.3.27.2'])")
# Asked for under a name that the material no longer has.
_RENAMED = {"jeuxDeValeurs/JDV_SpecimenType_CISIS.xml": "jeuxDeValeurs/JDV_HL7_SpecimenType_CISIS.xml"}
_SVS = "{urn:ihe:iti:svs:2008}"


def material() -> Path:
    """The folder the judge reads; `JavaPartMissing`, which says what to do, when there is no material."""
    given = os.environ.get(VARIABLE, "")
    places = [Path(each) for each in given.split(":") if each and Path(each).is_dir()]
    if not places:
        raise JavaPartMissing(f"matériel de test du CI-SIS absent ({VARIABLE} n'en donne pas le dossier)")
    folder, made = OUT / "cda-material", hashlib.sha256(Path(__file__).read_bytes() + given.encode()).hexdigest()
    mark = folder / "made"
    if not mark.exists() or mark.read_text() != made:
        shutil.rmtree(folder, ignore_errors=True)
        for place in places:
            for name, content in _files(place):
                _put(folder / name, content)
        _repair(folder)
        mark.write_text(made)
    (folder / "schematrons" / "profils" / WRAPPER.name).write_bytes(WRAPPER.read_bytes())
    return folder


def published(name: str) -> bytes:
    """One file of the material as it is; FileNotFoundError when no place has it."""
    for each in filter(None, os.environ.get(VARIABLE, "").split(":")):
        file = Path(each) / name
        if content := file.read_bytes() if file.is_file() else _git(Path(each), "show", f"HEAD:{name}"):
            return content
    raise FileNotFoundError(f"{name}: no place of {VARIABLE} has it")


def _put(target: Path, content: bytes) -> None:
    if content and not target.exists():  # an object that the copy lacks is empty
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _wanted(name: str) -> bool:
    return name.startswith(_KEPT) and not name.endswith(_SKIPPED)


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    if (place / "schematrons").is_dir():
        for file in place.rglob("*"):
            name = file.relative_to(place).as_posix()
            if file.is_file() and _wanted(name):
                yield name, file.read_bytes()
        return
    listed = _git(place, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode().split("\0")
    names = [name for name in listed if _wanted(name)]
    yield from zip(names, _blobs(place, [f"HEAD:{name}" for name in names]), strict=True)
    if _DOCUMENT_RULES not in names:
        for commit in _git(place, "rev-list", "--all", "--", _DOCUMENT_RULES).decode().split():
            if content := _git(place, "show", f"{commit}:{_DOCUMENT_RULES}"):
                yield _DOCUMENT_RULES, content
                return


def _git(place: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(place), "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, capture_output=True).stdout


def _blobs(place: Path, names: list[str]) -> Iterator[bytes]:
    """The content of each object, in one run of git; an object the copy lacks is empty."""
    command = ["git", "-C", str(place), "-c", "safe.directory=*", "cat-file", "--batch"]
    given = "".join(f"{name}\n" for name in names).encode()
    answer = subprocess.run(command, input=given, capture_output=True, check=True).stdout
    for _ in names:
        head, _, answer = answer.partition(b"\n")
        size = int(head.split()[2]) if head.split()[-1] != b"missing" else None
        yield answer[: size or 0]
        answer = answer if size is None else answer[size + 1 :]


def _repair(folder: Path) -> None:
    rules = folder / _PLAN_RULES
    if rules.exists():
        rules.write_bytes(rules.read_bytes().replace(*_PLAN_SLIP))
    for wanted, held in _RENAMED.items():
        if (folder / held).exists():
            _put(folder / wanted, (folder / held).read_bytes())
    _spell_includes(folder / "schematrons")
    _write_header_value_sets(folder)


def _spell_includes(schematrons: Path) -> None:
    """The material is written on a file system that ignores case: each include is given the spelling it asks for."""
    for file in schematrons.rglob("*.sch"):
        rules = re.sub("<!--.*?-->", "", file.read_text("utf-8", "replace"), flags=re.DOTALL)
        for name in re.findall(r'<include\s+href="([^"]+)"', rules):
            wanted = Path(os.path.normpath(file.parent / name))
            if not wanted.exists() and wanted.parent.is_dir():
                for near in wanted.parent.iterdir():
                    if near.name.lower() == wanted.name.lower():
                        shutil.copyfile(near, wanted)
                        break


def _write_header_value_sets(folder: Path) -> None:
    """Value sets that the header profile asks for in a form of its own, from those of the same OID."""
    rules = folder / "schematrons" / "profils" / "structurationMinimale" / "include"
    asked = {
        oid
        for file in rules.glob("*.sch")
        for oid in re.findall(r"voc-([0-9.]+)-DYNAMIC\.xml", file.read_text("utf-8"))
    }
    lacking = {oid for oid in asked if not (rules / f"voc-{oid}-DYNAMIC.xml").exists()}
    for file in sorted((folder / "jeuxDeValeurs").glob("*.xml")) if lacking else ():
        held = ET.parse(file).getroot().find(f"{_SVS}ValueSet")
        oid = held.get("id", "") if held is not None else ""
        if held is not None and oid in lacking:
            _write_value_set(rules / f"voc-{oid}-DYNAMIC.xml", oid, held)
            lacking.remove(oid)


def _write_value_set(target: Path, oid: str, held: ET.Element) -> None:
    top = ET.Element("valueSets")
    concepts = ET.SubElement(ET.SubElement(top, "valueSet", id=oid), "conceptList")
    for concept in held.iter(f"{_SVS}Concept"):
        names = ("code", "codeSystem", "displayName")
        ET.SubElement(concepts, "concept", {name: concept.get(name, "") for name in names})
    ET.ElementTree(top).write(target, "utf-8", xml_declaration=True)
