"""What the stages have to say about the file, gathered (terminology.md §1.4.9).

Codes: `E01`…`E26` for errors, the same numbers with a `W` for warnings and notes; docs/terminology-import.md lists
them. An error on a row of sheet 1 rejects that row; an error without a row refuses the file.
"""

from collections.abc import Iterable, Set

from kernel.errors import Invalid
from kernel.findings import Severity
from terminology.import_report import ImportFinding
from terminology.jdv.sheets import SheetKind, kind_of


class Findings:
    """The findings so far, and what they entail: rows rejected, the whole file refused."""

    def __init__(self) -> None:
        self._found: list[ImportFinding] = []
        self._rejected: dict[str, set[int]] = {}
        self.refused = False

    def add(self, finding: ImportFinding) -> None:
        """One more."""
        self._found.append(finding)
        if finding.severity is Severity.ERROR:
            if finding.row is None:
                self.refused = True
            else:
                self._rejected.setdefault(finding.sheet, set()).add(finding.row)

    def rejected(self, sheet: str) -> Set[int]:
        """The rows of a sheet that have an error."""
        return self._rejected.get(sheet, frozenset())

    def of_file(self, code: str, message: str, hint: str, sheet: str = "") -> None:
        """One of the whole file, or of one whole sheet; an `E` code refuses the file."""
        severity = Severity.ERROR if code.startswith("E") else Severity.WARNING
        self.add(ImportFinding(severity, code, sheet, None, None, "", "", message, hint))

    def refusal(self, fault: Invalid, sheet: str = "") -> None:
        """What a reader of bytes refused, as findings of the file."""
        for finding in fault.findings:
            self.of_file(finding.code, finding.message, finding.hint, sheet)

    def __len__(self) -> int:
        return len(self._found)

    def in_order(self) -> tuple[ImportFinding, ...]:
        """By sheet of the workbook, row, column; those of the whole first."""
        return tuple(sorted(self._found, key=_place))


_SHEETS = list(SheetKind)


def _place(finding: ImportFinding) -> tuple[int, str, int, int, str, str]:
    kind, column = kind_of(finding.sheet), finding.column or ""
    place = -1 if kind is None else _SHEETS.index(kind)
    return place, finding.sheet, finding.row or 0, len(column), column, finding.code


def merged(parts: Iterable[str]) -> str:
    """French enumeration: « a, b et c »."""
    *others, last = parts
    return f"{', '.join(others)} et {last}" if others else last
