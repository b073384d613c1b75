"""The public table of 2020 that pairs billing acts (NABM) with LOINC codes, read from its file or from our extract.

Reference data, never shipped: some 20,000 pairs, many to many, acts without their leading zeros (§1.4.5 of
terminology.md). The extract that the tests read holds the codes of the starter catalogue only, one a line.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Invalid

SHA256 = "607799d708202bfe83650f1ed996ddfef1362f8757e3b081262bfd87a1d9b0b6"
EXTRACT_COLUMNS = ("loinc", "loinc_name", "nabm")
_COLUMNS = ("nabm_concept_name", "nabm_concept_code", "loinc_concept_name", "loinc_concept_code")
_ACT_LENGTH = 4


@dataclass(frozen=True, slots=True)
class ActTable:
    """By LOINC code, its English name and the acts (four digits) paired with it, in increasing order."""

    names: dict[str, str]
    acts: dict[str, tuple[str, ...]]

    def extract(self, codes: Iterable[str]) -> str:
        """What the table says of `codes`, as the CSV text that `read_extract` reads; absent codes are left out."""
        lines = [",".join(EXTRACT_COLUMNS)]
        for code in codes:
            if code in self.names:
                lines.append(f"{code},{_quoted(self.names[code])},{'|'.join(self.acts[code])}")
        return "\n".join(lines) + "\n"


def read_act_table(path: Path) -> tuple[ActTable, bool]:
    """The table in this file, and whether the file is, byte for byte, the one the catalogue was made from.

    `Invalid` (`act-table`) when it cannot be read or is another file.
    """
    try:
        content = path.read_bytes()
        rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path) from error
    if not rows or tuple(rows[0]) != _COLUMNS:
        raise _unreadable(path)
    names: dict[str, str] = {}
    acts: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        code = row["loinc_concept_code"]
        names[code] = row["loinc_concept_name"]
        acts[code].add(row["nabm_concept_code"].zfill(_ACT_LENGTH))
    table = ActTable(names, {code: tuple(sorted(paired)) for code, paired in acts.items()})
    return table, hashlib.sha256(content).hexdigest() == SHA256


def read_extract(text: str) -> ActTable:
    """The part of the table that an extract kept."""
    rows = list(csv.DictReader(text.splitlines()))
    return ActTable(
        {row["loinc"]: row["loinc_name"] for row in rows},
        {row["loinc"]: tuple(row["nabm"].split("|")) for row in rows},
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"') else text


def _unreadable(path: Path) -> Invalid:
    hint = f"Fichier attendu : CSV UTF-8 de colonnes {', '.join(_COLUMNS)}."
    return Invalid.because("act-table", f"{path.name} n'est pas la table NABM-LOINC de 2020", hint, path.name)
