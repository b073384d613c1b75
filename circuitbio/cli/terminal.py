"""What commands print with: results on standard output, one line of complaint on standard error."""

import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from kernel.finess import well_formed

_WORDS = {Severity.ERROR: "erreur", Severity.WARNING: "attention", Severity.INFORMATION: "information"}


def complain(line: str) -> int:
    """Prints one line on standard error; gives exit status 2."""
    print("circuitbio : " + " ".join(line.split()), file=sys.stderr)
    return 2


def say(line: str) -> None:
    """Prints one line of result, as it is."""
    print(line, flush=True)


def show_json(value: object) -> None:
    """Prints one JSON object and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def show_bytes(content: bytes) -> None:
    """Prints JSON that is already written."""
    sys.stdout.buffer.write(content + b"\n")
    sys.stdout.flush()


def show_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Prints a table; plain text when standard output is no terminal."""
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 140, markup=False)
    console.print(table)


def show_findings(findings: Iterable[Finding]) -> None:
    """Prints findings, one a line: severity, code, place, message, what to do."""
    for finding in findings:
        place = f" [{finding.path}]" if finding.path else ""
        say(f"{_WORDS[finding.severity]} {finding.code}{place} : {finding.message} {finding.hint}".rstrip())


def findings_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as JSON objects."""
    return [finding.record() for finding in findings]


def write_file(path: Path, content: bytes) -> None:
    """The file under its name only once whole; `Invalid` in one line when it cannot be, and nothing is left behind."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise Invalid.because(
            "unwritable", f"{path} : écriture impossible ({error.strerror}).", "Choisir un autre fichier."
        ) from None


def check_finess(finess: str) -> None:
    """`Invalid` in one line for a FINESS that is not well formed."""
    if not well_formed(finess):
        raise Invalid.because("usage", f"Le FINESS {finess} est mal formé.", "Neuf caractères, FINESS géographique.")


def check_readable(path: Path) -> None:
    """`Invalid` in one line when the file cannot be read; nothing is read yet."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from None


def read_file(path: Path) -> bytes:
    """The bytes of a file; `Invalid` in one line when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> Invalid:
    return Invalid.because("unreadable", f"{path} : fichier illisible ({error.strerror}).", "Vérifier le chemin.")
