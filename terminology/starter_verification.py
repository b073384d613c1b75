"""What each row of the starter catalogue is worth against the NABM-LOINC table of 2020 (terminology.md §3).

The `verified` column holds what `verify` finds, nothing else; the command line is `scripts/verify-starter`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from terminology.act_table import ActTable


class Verification(StrEnum):
    """What a row was checked against, from the strongest to the weakest; terminology/starter/README.md counts them."""

    LOINC_AND_NABM = "loinc-nabm-2020"
    LOINC = "loinc-2020"
    SOURCES = "documents-sources"
    CHECK_DIGIT = "cle"


# Codes that the documents of the ANS name and the table does not hold (terminology.md §1.3).
QUOTED = frozenset({"57022-6", "24331-1", "24326-1"})


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row of exams.csv or results.csv: its code, the acts it claims, the mark it carries.

    An exam must claim every act of its code; a result claims those of the exams that report it, one of which is enough.
    """

    file: str
    line: int
    code: str
    label: str
    acts: tuple[str, ...]
    mark: str
    claims_all: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the table says of a row: the mark it deserves, the acts it lacks, the acts the table does not confirm."""

    row: CheckedRow
    found: Verification
    missing: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Its mark is the one found, and no act of the table is left out."""
        return self.row.mark == self.found and not self.missing

    def __str__(self) -> str:
        parts = [f"{self.row.file}:{self.row.line} {self.row.code} « {self.row.label} » : {self.found}"]
        if self.row.mark != self.found:
            parts.append(f"porte la marque « {self.row.mark} »")
        if self.missing:
            parts.append(f"actes de la table absents de la ligne : {', '.join(self.missing)}")
        if self.unconfirmed:
            parts.append(f"actes que la table ne lie pas à ce code : {', '.join(self.unconfirmed)}")
        return " ; ".join(parts)


Cells = dict[str, str]


def checked_rows(exams: Iterable[Cells], results: Iterable[Cells]) -> Iterator[CheckedRow]:
    """The rows of both files, the header being line 1; a cell holds several values separated by `|`."""
    acts_of_result: dict[str, list[str]] = defaultdict(list)
    for line, exam in enumerate(exams, start=2):
        acts = tuple(filter(None, exam["nabm"].split("|")))
        for result in exam["results"].split("|"):
            acts_of_result[result].extend(acts)
        yield CheckedRow("exams.csv", line, exam["loinc"], exam["label"], acts, exam["verified"], claims_all=True)
    for line, row in enumerate(results, start=2):
        code = row["loinc"]
        claimed = tuple(dict.fromkeys(acts_of_result[code]))
        yield CheckedRow("results.csv", line, code, row["edition_label"], claimed, row["verified"], claims_all=False)


def verify(row: CheckedRow, table: ActTable) -> Verdict:
    """What the table says of one row."""
    if row.code not in table.names:
        found = Verification.SOURCES if row.code in QUOTED else Verification.CHECK_DIGIT
        return Verdict(row, found, unconfirmed=row.acts if row.claims_all else ())
    paired = table.acts[row.code]
    if not row.claims_all:
        return Verdict(row, Verification.LOINC_AND_NABM if set(paired) & set(row.acts) else Verification.LOINC)
    missing = tuple(act for act in paired if act not in row.acts)
    unconfirmed = tuple(act for act in row.acts if act not in paired)
    found = Verification.LOINC_AND_NABM if row.acts and not unconfirmed and not missing else Verification.LOINC
    return Verdict(row, found, missing, unconfirmed)


def counts(verdicts: Iterable[Verdict]) -> dict[str, Counter[Verification]]:
    """How many rows of each file deserve each mark."""
    tally: dict[str, Counter[Verification]] = defaultdict(Counter)
    for verdict in verdicts:
        tally[verdict.row.file][verdict.found] += 1
    return tally
