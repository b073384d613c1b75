"""An archive from anyone, opened in memory: no file is ever written, and nothing in it may cost more than it should.

Refused (`UnreadablePackage`): what is no archive, too many or too large files, a file that swells when it is unpacked,
a path out of the archive, a link, two files of one name, a file that is encrypted, damaged or packed in another way.
"""

import io
import re
import stat
import zipfile
import zlib

from document.parsing import LONGEST
from kernel.errors import Invalid

LARGEST_ARCHIVE = 20_000_000
MOST_FILES = 50
MOST_UNPACKED = 40_000_000
HIGHEST_RATIO = 200
"""How many times larger than packed a file may be: an order is some ten times, deflate itself can do a thousand."""
_FREE = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_KINDS = (0, stat.S_IFREG)
_SHOWN = re.compile(r"[^A-Za-z0-9._/\-]", re.ASCII)


class UnreadablePackage(Invalid):
    """What was given is no XDM package that is read here; nothing of it is kept."""


def refused(code: str, message: str, hint: str, name: str = "") -> UnreadablePackage:
    """A refusal, located at a file of the archive."""
    return UnreadablePackage.because(code, message, hint, shown(name))


def shown(name: str) -> str:
    """The name of a file as it may be shown: anyone may have written it."""
    return _SHOWN.sub("?", name[:80])


def unpack(content: bytes) -> dict[str, bytes]:
    """Every file of the archive, by its path in capitals."""
    if len(content) > LARGEST_ARCHIVE:
        raise _too_large("archive-too-large", LARGEST_ARCHIVE)
    if content.count(_DIRECTORY_ENTRY) > MOST_FILES:  # before the directory is read, which alone may be costly
        message = f"L'archive contient plus de {MOST_FILES} fichiers."
        raise refused("too-many-files", message, "Un document et ses copies par archive.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _files(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        message = "Ce n'est pas une archive ZIP, ou elle est abîmée."
        raise refused("not-an-archive", message, "La demander de nouveau à son auteur.") from None


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for entry in archive.infolist():
        _check(entry)
        if entry.is_dir():
            continue
        path = entry.filename.upper()
        if path in files:
            message = "Deux fichiers de l'archive ont le même nom."
            raise refused("duplicate-file", message, "Demander une autre archive.", entry.filename)
        files[path] = _content(archive, entry, min(left, LONGEST))
        left -= len(files[path])
    return files


def _check(entry: zipfile.ZipInfo) -> None:
    """What the directory of the archive says of a file, before anything of it is read."""
    # The name as it came: `filename` is cut at a NUL, and its backslashes are turned where they separate folders.
    name = entry.orig_filename
    steps = name.removesuffix("/").split("/")
    if "\\" in name or "\0" in name or ":" in name or any(step in ("", ".", "..") for step in steps):
        message = "Un fichier de l'archive a un chemin absolu, ou qui en sort."
        raise refused("unsafe-path", message, "Ne pas ouvrir cette archive.", name)
    if stat.S_IFMT(entry.external_attr >> 16) not in ((*_KINDS, stat.S_IFDIR) if entry.is_dir() else _KINDS):
        message = "L'archive contient un lien, ou autre chose qu'un fichier."
        raise refused("not-a-file", message, "Ne pas ouvrir cette archive.", name)
    if entry.flag_bits & _ENCRYPTED:
        raise refused("encrypted-file", "Un fichier de l'archive est chiffré.", "La demander sans mot de passe.", name)
    if entry.compress_type not in _PACKED:
        message = "Un fichier de l'archive est compressé autrement que par « deflate »."
        raise refused("unknown-compression", message, "La demander au format ZIP ordinaire.", name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """A file, whatever size it claims: never more than `most` is unpacked."""
    allowed = max(entry.compress_size * HIGHEST_RATIO, _FREE)
    with archive.open(entry) as file:
        content = file.read(min(most, allowed) + 1)
    if len(content) > allowed:
        message = "Un fichier de l'archive grossit démesurément une fois décompressé."
        raise refused("archive-bomb", message, "Ne pas ouvrir cette archive.", entry.filename)
    if len(content) > most:
        raise _too_large("file-too-large", most, entry.filename)
    return content


def _too_large(code: str, most: int, name: str = "") -> UnreadablePackage:
    size = f"{most / 1_000_000:.0f} Mo"
    return refused(code, f"Plus de {size} : l'archive n'est pas lue.", f"{size} au plus.", name)
