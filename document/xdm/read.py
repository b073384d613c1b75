"""A package, ours or anyone's, back to its document: every file held to the hash and the size its metadata give."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from document.media import PDF
from document.parsing import UnreadableDocument, parse_xml
from document.xdm import rim
from document.xdm.archive import UnreadablePackage, refused, shown, unpack
from document.xdm.package import INDEX, METADATA, README
from document.xml import Element
from kernel.findings import Finding, Severity

XML = "text/xml"
_ROOT = "IHE_XDM/"
_AGAIN = "La demander de nouveau à son auteur."
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file as its metadata describe it and as it is."""

    name: str
    mime_type: str
    content: bytes

    def __repr__(self) -> str:
        return f"PackagedFile({self.name}, {self.mime_type}, {len(self.content)})"


@dataclass(frozen=True, slots=True)
class ReadPackage:
    """The files of the one submission, and what is to be said of the rest."""

    files: tuple[PackagedFile, ...]
    findings: tuple[Finding, ...]

    @property
    def document(self) -> bytes:
        """The CDA document; there is exactly one."""
        return next(file.content for file in self.files if file.mime_type == XML)

    @property
    def pdf(self) -> bytes | None:
        """Its copy beside it, when there is one."""
        return next((file.content for file in self.files if file.mime_type == PDF), None)


def read_package(content: bytes) -> ReadPackage:
    """Reads a package; `UnreadablePackage` for one that is not as it should be, and nothing of it is kept.

    Refused, beside what `unpack` refuses: no metadata or unreadable ones, more than one submission, a file that is
    missing, unknown, or of another size or hash than its metadata say, and not exactly one document.
    """
    files = unpack(content)
    folder = _folder(files)
    described = tuple(_described(_metadata(files, folder), files, folder))
    _check_unknown(files, {folder + METADATA, *(folder + file.name.upper() for file in described)})
    if sum(file.mime_type == XML for file in described) != 1:
        message = "L'archive ne contient pas exactement un document XML."
        raise refused("not-one-document", message, "Un document par archive.", folder + METADATA)
    return ReadPackage(described, tuple(_others(files)))


def _folder(files: dict[str, bytes]) -> str:
    """The folder of the one submission."""
    found = [path for path in files if path.startswith(_ROOT) and path.endswith(f"/{METADATA}")]
    if not found:
        raise refused("no-metadata", f"L'archive n'a pas de {METADATA} sous {_ROOT}.", "Donner une archive IHE XDM.")
    if len(found) > 1:
        message = "L'archive contient plusieurs lots de documents."
        raise refused("several-submissions", message, "Un lot, pour un patient, par archive.", found[1])
    return found[0].removesuffix(METADATA)


def _metadata(files: dict[str, bytes], folder: str) -> Element:
    path = folder + METADATA
    try:
        root = parse_xml(files[path])
    except UnreadableDocument as error:
        raise UnreadablePackage([finding.at(path) for finding in error.findings]) from None
    if root.tag != f"{{{rim.LCM}}}SubmitObjectsRequest":
        raise refused("not-metadata", f"{METADATA} n'est pas un SubmitObjectsRequest ebRIM 3.0.", _AGAIN, path)
    return root


def _described(root: Element, files: dict[str, bytes], folder: str) -> Iterator[PackagedFile]:
    """Each file of the metadata, compared with what they say of it."""
    seen: set[str] = set()
    for entry in root.iter(f"{{{rim.RIM}}}ExtrinsicObject"):
        name = _said(entry, "URI")
        path = folder + name.upper()
        if not name or "/" in name or "\\" in name:
            message = "Une entrée des métadonnées ne nomme pas un fichier de son dossier."
            raise refused("unsafe-path", message, "Ne pas ouvrir cette archive.", folder + METADATA)
        if path in seen:
            raise refused("duplicate-file", "Deux entrées des métadonnées nomment le même fichier.", _AGAIN, path)
        seen.add(path)
        if path not in files:
            raise refused("missing-file", "Un fichier décrit par les métadonnées manque dans l'archive.", _AGAIN, path)
        content = files[path]
        _check_bytes(entry, content, path)
        yield PackagedFile(name, entry.get("mimeType", ""), content)


def _check_bytes(entry: Element, content: bytes, path: str) -> None:
    size, digest = _said(entry, "size"), _said(entry, "hash").lower()
    if not _DIGITS.fullmatch(size) or not digest:
        message = "Les métadonnées ne donnent pas la taille et l'empreinte d'un fichier."
        raise refused("no-hash", message, _AGAIN, path)
    if int(size) != len(content):
        message = "Un fichier n'a pas la taille que donnent les métadonnées."
        raise refused("wrong-size", message, "Ne pas s'en servir. " + _AGAIN, path)
    if hashlib.sha1(content, usedforsecurity=False).hexdigest() != digest:
        message = "Un fichier n'a pas l'empreinte que donnent les métadonnées : il a été modifié."
        raise refused("wrong-hash", message, "Ne pas s'en servir. " + _AGAIN, path)


def _said(entry: Element, slot: str) -> str:
    """The one value of a slot; empty when there is none, or several."""
    held = [each for each in entry.findall(f"{{{rim.RIM}}}Slot") if each.get("name") == slot]
    values = [value.text or "" for each in held for value in each.iter(f"{{{rim.RIM}}}Value")]
    return values[0].strip() if len(values) == 1 else ""


def _check_unknown(files: dict[str, bytes], known: set[str]) -> None:
    """What stands among the documents and is not described by the metadata."""
    for path in files:
        if path.startswith(_ROOT) and path not in known:
            message = "L'archive contient un fichier que les métadonnées ne décrivent pas."
            raise refused("unknown-file", message, "Ne pas l'ouvrir. " + _AGAIN, path)


def _others(files: dict[str, bytes]) -> Sequence[Finding]:
    """IHE lets anything else stand outside IHE_XDM: it is not read."""
    return [
        Finding(Severity.WARNING, "file-left-out", "Fichier hors du profil XDM, laissé de côté.", "", shown(path))
        for path in files
        if not path.startswith(_ROOT) and path not in (INDEX, README)
    ]
