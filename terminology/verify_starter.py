"""`scripts/verify-starter`: checks the starter catalogue against the NABM-LOINC table of 2020, and rewrites its marks.

Exit 0 when every mark is what was found, 1 when one is not, 2 when the table cannot be used. Works on the files of the
repository, which is where they are corrected.
"""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel.errors import Invalid
from terminology.act_table import ActTable, read_act_table
from terminology.starter_verification import Cells, Verdict, Verification, checked_rows, counts, verify

_ROOT = Path(__file__).parents[1]
_EXAMS = _ROOT / "terminology" / "starter" / "exams.csv"
_RESULTS = _ROOT / "terminology" / "starter" / "results.csv"
_EXTRACT = _ROOT / "tests" / "terminology" / "nabm2loinc_2020_extract.csv"
_WIDTH = max(map(len, Verification))


def main(arguments: Sequence[str]) -> int:
    """The command; the exit code."""
    parser = argparse.ArgumentParser(prog="verify-starter", description="Vérifie le catalogue de démarrage.")
    parser.add_argument("table", type=Path, help="la table NABM-LOINC de 2020 (nabm2loinc_2020.csv)")
    parser.add_argument("--write", action="store_true", help="écrit les marques trouvées et l'extrait des tests")
    options = parser.parse_args(arguments)
    try:
        table, is_known = read_act_table(options.table)
    except Invalid as error:
        print(f"verify-starter : {error}", file=sys.stderr)
        return 2
    if not is_known:
        print("verify-starter : ce fichier n'est pas celui de la référence (SHA-256 différent).", file=sys.stderr)
    exams, results = _read(_EXAMS), _read(_RESULTS)
    verdicts = [verify(row, table) for row in checked_rows(exams, results)]
    if options.write:
        _write(exams, results, verdicts, table)
        verdicts = [verify(row, table) for row in checked_rows(exams, results)]
    _report(verdicts)
    return 0 if all(verdict.holds for verdict in verdicts) else 1


def _report(verdicts: Sequence[Verdict]) -> None:
    for file, tally in counts(verdicts).items():
        print(f"{file} ({tally.total()} lignes)")
        for mark in Verification:
            print(f"  {mark:<{_WIDTH}}  {tally[mark]:>4}")
    weak = [v for v in verdicts if not v.holds or v.found is not Verification.LOINC_AND_NABM]
    print(f"Lignes que la table ne confirme pas en entier ({len(weak)})")
    for verdict in weak:
        print(f"  {'' if verdict.holds else '! '}{verdict}")


def _write(exams: list[Cells], results: list[Cells], verdicts: Sequence[Verdict], table: ActTable) -> None:
    found = {(verdict.row.file, verdict.row.code): verdict.found for verdict in verdicts}
    for path, rows in ((_EXAMS, exams), (_RESULTS, results)):
        for row in rows:
            row["verified"] = found[path.name, row["loinc"]]
        path.write_text(_csv(rows), encoding="utf-8", newline="")
    codes = dict.fromkeys(row["loinc"] for row in (*exams, *results))
    _EXTRACT.write_text(table.extract(codes), encoding="utf-8", newline="")


def _read(path: Path) -> list[Cells]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _csv(rows: Sequence[Cells]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
