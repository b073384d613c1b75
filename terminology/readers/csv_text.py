"""CSV from unknown hands as rows of text: its encoding and its separator found, its quotes held to (§1.4.2).

Encoding: the byte-order mark, else strict UTF-8, else cp1252; UTF-16 only with its mark. Separator: the one that
scores best, by what the caller knows of headers. A quote that never closes is an error: it would swallow the rest.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from kernel.errors import Invalid

SEPARATORS = (";", ",", "\t", "|")
HEADER_ROWS = 15
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

TextRow = tuple[str, ...]
Score = Callable[[Sequence[TextRow]], int]


class UnreadableText(Invalid):
    """Not a CSV text, or a broken one."""


def decoded(content: bytes) -> str:
    """The text of these bytes, without its byte-order mark; `UnreadableText` when they are none."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding)
    try:
        return _strict(content, "utf-8")
    except UnreadableText:
        return _strict(content, "cp1252")


def _strict(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as fault:
        raise _not_text() from fault
    if "\x00" in text:
        raise _not_text()
    return text


def _not_text() -> UnreadableText:
    return UnreadableText.because("E01", "Le fichier n'est pas un texte CSV.", "L'enregistrer en CSV UTF-8.")


def text_rows(text: str, score: Score) -> Iterator[TextRow]:
    """The records of `text`; `score` tells how many headers a separator lets it see in the first records."""
    separator = max(SEPARATORS, key=lambda candidate: _scored(text, candidate, score))
    return _records(text, separator)


def _scored(text: str, separator: str, score: Score) -> tuple[int, int]:
    """By headers, then by width for a sheet that has none."""
    try:
        first = list(islice(_records(text, separator), HEADER_ROWS))
    except UnreadableText:
        return -1, 0
    return score(first), sum(len(record) for record in first)


def _records(text: str, separator: str) -> Iterator[TextRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for record in reader:
            yield tuple(record)
    except csv.Error as fault:
        raise UnreadableText.because(
            "E01",
            f"Les guillemets ne sont pas fermés, ou mal placés, vers la ligne {reader.line_num} du texte.",
            "Réenregistrer le fichier depuis un tableur ; s'il est tronqué, le télécharger de nouveau.",
        ) from fault
