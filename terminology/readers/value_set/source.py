"""First stage: from a path to the sheets of a file, or one refusal in French (terminology.md §1.4.1-2).

What the file is, its bytes tell; its name only tells CSV, which has no mark of its own. The content is read once, so
that the SHA-256 is that of what was read. Nothing is inflated before the archive was found safe.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path, PurePosixPath

from kernel.errors import Invalid
from terminology.import_report import ReadFile
from terminology.jdv.sheets import SheetKind, kind_of
from terminology.readers import archive
from terminology.readers.csv_text import TextRow, decoded, text_rows
from terminology.readers.value_set.layout import NumberedRow, headers_seen
from terminology.workbook import CellRow, Workbook, open_workbook

MAX_ROWS = 200_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".xlt", ".ods")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet before anything is known of it. `rows` starts over at each call and gives the rows that hold something,
    with their numbers; `expected` is how many there may be, for a progress bar only."""

    name: str
    rows: Callable[[], Iterator[NumberedRow]]
    expected: int


@dataclass(frozen=True, slots=True)
class Source:
    """The file itself; `content` is None when it is too big to be read at all."""

    path: Path
    file: ReadFile
    content: bytes | None
    modified: date

    @classmethod
    def of(cls, path: Path) -> "Source":
        """Reads the file; `Invalid` (`unreadable`) when that cannot be done."""
        try:
            modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            with path.open("rb") as opened:
                content = opened.read(archive.MAX_BYTES + 1)
                digest = hashlib.sha256(content)
                size = len(content)
                while more := opened.read(1 << 20):
                    digest.update(more)
                    size += len(more)
        except OSError as fault:
            raise Invalid.because(
                "unreadable", f"« {path.name} » ne peut pas être lu.", "Vérifier le chemin et les droits."
            ) from fault
        file = ReadFile(path.name, _format(path, content), size, digest.hexdigest())
        return cls(path, file, content if size <= archive.MAX_BYTES else None, modified)


def _format(path: Path, content: bytes) -> str:
    if not content.startswith(_ZIP):
        return "csv" if path.suffix.lower() == ".csv" and not content.startswith(_OLE) else ""
    try:
        with archive.open_archive(content) as opened:
            return "xlsx" if archive.CONTENT_TYPES in opened.namelist() else "zip"
    except Invalid:
        return "xlsx" if path.suffix.lower() == ".xlsx" else "zip"


def open_sheets(source: Source, stack: ExitStack) -> list[RawSheet]:
    """The sheets of the file, open until `stack` closes; `Invalid` (`E01`) for a file that is refused."""
    content = source.content
    if content is None:
        megabytes = archive.MAX_BYTES // 1024 // 1024
        raise archive.refused(f"Le fichier dépasse {megabytes} Mo.", "Vérifier que c'est bien le jeu de valeurs.")
    if content.startswith(_OLE) or source.path.suffix.lower() in _OTHER_WORKBOOKS:
        message = "Le fichier est un classeur ancien (.xls), à macros (.xlsm, .xlsb) ou protégé par un mot de passe."
        raise archive.refused(message, "L'enregistrer au format .xlsx, sans macro ni mot de passe.")
    if source.file.format == "xlsx":
        return _workbook_sheets(content, stack)
    if source.file.format == "zip":
        return _archived_sheets(content)
    if source.file.format == "csv":
        return [_text_sheet(SheetKind.VALUE_SET.value, content)]
    raise archive.refused(
        "Le fichier n'est ni un classeur .xlsx, ni un .csv, ni un .zip de CSV.", "Changer de fichier."
    )


def _workbook_sheets(content: bytes, stack: ExitStack) -> list[RawSheet]:
    with archive.open_archive(content) as opened:
        archive.check_workbook(opened)
    book = stack.enter_context(open_workbook(content))
    return [RawSheet(name, partial(_workbook_rows, book, name), book.rows_stored(name)) for name in book.names]


def _workbook_rows(book: Workbook, name: str) -> Iterator[NumberedRow]:
    return _numbered(book.rows(name))


def _archived_sheets(content: bytes) -> list[RawSheet]:
    with archive.open_archive(content) as opened:
        archive.check_texts(opened)
        return [_text_sheet(PurePosixPath(name).stem, archive.member(opened, name)) for name in _texts(opened)]


def _texts(opened: zipfile.ZipFile) -> list[str]:
    """The CSV members; a Mac adds shadows of them."""
    return [name for name in opened.namelist() if name.lower().endswith(".csv") and not name.startswith("__MACOSX/")]


def _text_sheet(name: str, content: bytes) -> RawSheet:
    """A sheet nobody reads is not even decoded."""
    kind = kind_of(name)
    if kind in (None, SheetKind.EXPERTS):
        return RawSheet(name, lambda: iter(()), 0)
    text = decoded(content)

    def score(rows: Sequence[TextRow]) -> int:
        return max((headers_seen(kind, row) for row in rows), default=0)

    return RawSheet(name, lambda: _numbered(text_rows(text, score)), text.count("\n") + 1)


def _numbered(rows: Iterator[CellRow]) -> Iterator[NumberedRow]:
    """Rows that hold something, with their numbers; `Invalid` beyond `MAX_ROWS` of them."""
    count = 0
    for number, row in enumerate(rows, 1):
        if any(value is not None and value != "" for value in row):
            count += 1
            if count > MAX_ROWS:
                raise archive.refused(f"Un onglet dépasse {MAX_ROWS} lignes.", "Vérifier que c'est le jeu de valeurs.")
            yield number, row
