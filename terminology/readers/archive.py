"""Zip archives from outside: what is refused before anything is inflated (terminology.md §1.4.1).

A workbook is a zip of XML parts, a value set in CSV a zip of texts. Nothing is ever extracted to disk. Python's zipfile
reads no more of a member than the directory declares, so that the declared sizes can be trusted here.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from xml.parsers import expat

from kernel.errors import Invalid

MAX_BYTES = 50 * 1024 * 1024
MAX_INFLATED = 500 * 1024 * 1024
MAX_RATIO = 100
CONTENT_TYPES = "[Content_Types].xml"  # what makes an archive an Office document
_MAX_MEMBERS = 1_000
_ENCRYPTED = 0x1
_ARCHIVES = frozenset(".zip .xlsx .xlsm .xlsb .xls .7z .rar .gz .tar .ods".split())
_UNSAFE = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(^|/)\.\.(/|$)|\x00")
_CHUNK = 1 << 16


class UnsafeArchive(Invalid):
    """An archive that is broken, or made to harm."""


def refused(message: str, hint: str) -> UnsafeArchive:
    """The one form of these errors: E01, what, what to do."""
    return UnsafeArchive.because("E01", message, hint)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The archive of these bytes, its directory checked; reading a member may still find it broken."""
    with _zip_faults():
        archive = zipfile.ZipFile(io.BytesIO(content))
    _check_directory(archive.infolist(), len(content))
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member, inflated; `UnsafeArchive` when it is broken."""
    with _zip_faults():
        return archive.read(name)


@contextmanager
def _zip_faults() -> Iterator[None]:
    try:
        yield
    # Bytes from outside: BadZipFile, zlib.error, struct.error, NotImplementedError (method), EOFError, ValueError...
    except Exception as fault:
        raise refused("L'archive est tronquée ou abîmée.", "Télécharger le fichier de nouveau.") from fault


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    inflated = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS or len({member.filename for member in members}) < len(members):
        raise refused("L'archive contient trop de fichiers, ou deux du même nom.", "Fournir l'archive d'origine.")
    if inflated > MAX_INFLATED or inflated > MAX_RATIO * size:
        message = f"Une fois décompressé, le fichier ferait {inflated // 1024 // 1024} Mo pour {size // 1024} Ko."
        raise refused(message, f"Au plus {MAX_INFLATED // 1024 // 1024} Mo et {MAX_RATIO} fois la taille.")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise refused("L'archive est protégée par un mot de passe.", "L'enregistrer sans mot de passe.")
    if any(_UNSAFE.search(member.filename) for member in members):
        raise refused("L'archive contient un chemin qui sort de son dossier.", "Fournir l'archive d'origine.")


def check_workbook(archive: zipfile.ZipFile) -> None:
    """Refuses macros, and XML that declares a document type, the only way to entities that swell."""
    names = archive.namelist()
    kinds = member(archive, CONTENT_TYPES) if CONTENT_TYPES in names else b""
    if b"macroEnabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused("Le classeur contient des macros (.xlsm).", "L'enregistrer au format .xlsx.")
    for name in names:
        _check_prolog(archive, name)


def _check_prolog(archive: zipfile.ZipFile, name: str) -> None:
    """Reads a part up to its first element; one that is no XML, or broken, is left to who reads the whole."""
    parser = expat.ParserCreate()
    seen: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_: seen.append("doctype")
    parser.StartElementHandler = lambda *_: seen.append("element")
    with _zip_faults(), archive.open(name) as part, suppress(expat.ExpatError):
        while not seen and (chunk := part.read(_CHUNK)):
            parser.Parse(chunk)
    if seen and seen[0] == "doctype":
        raise refused("Le classeur contient une déclaration XML interdite.", "Le réenregistrer depuis un tableur.")


def check_texts(archive: zipfile.ZipFile) -> None:
    """Refuses an archive within the archive."""
    if any(PurePosixPath(name.lower()).suffix in _ARCHIVES for name in archive.namelist()):
        raise refused("L'archive en contient une autre.", "Extraire le fichier qu'elle contient, puis l'importer.")
