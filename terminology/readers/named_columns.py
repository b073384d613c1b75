"""A plain CSV file whose first line names its columns: encoding and separator found, every record located by its row.

For the small files an operator makes: queries to judge, usage counts. Columns come in any order; others are read past.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.errors import Invalid
from terminology.readers.csv_text import TextRow, decoded, text_rows


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its row in the file, the header being row 1, and its cells by column, outer spaces dropped."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_records(content: bytes, columns: Sequence[str]) -> list[Record]:
    """The records that hold something. `Invalid` when it is no CSV text (`E01`) or a column is missing (`E03`)."""
    rows = list(text_rows(decoded(content), lambda first: len(set(columns) & set(_names(first)))))
    names = _names(rows)
    missing = [column for column in columns if column not in names]
    if missing:
        raise Invalid.because(
            "E03",
            f"Colonne absente : {', '.join(missing)}.",
            f"Première ligne attendue : {','.join(columns)}.",
            "ligne 1",
        )
    places = {column: names.index(column) for column in columns}
    return [
        Record(
            number, {column: record[place].strip() if place < len(record) else "" for column, place in places.items()}
        )
        for number, record in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in record)
    ]


def _names(rows: Sequence[TextRow]) -> list[str]:
    return [name.strip().lower() for name in rows[0]] if rows else []
