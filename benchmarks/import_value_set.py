"""Import of a national value set of real size against openpyxl alone: `python -m benchmarks.import_value_set`.

A workbook of 1,350 requests and 3,500 rows, in the form Excel stores. The target is a ratio, measured in one run:
reading, checking and assembling the release takes at most 2.5 times what openpyxl takes to read every cell. The two
take turns, in processor time so that neighbours do not count, and the medians are compared. One import in a process of
its own gives the peak memory, and what the first import of a process costs with the load of UCUM.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from kernel.canonical import DEFAULT_BASE
from terminology.jdv.excel_form import as_excel_stores
from terminology.jdv.generator import sample_workbook
from terminology.readers.value_set import read_value_set

REQUESTS, ROWS = 1350, 3500
REPEATS = 9
MAX_RATIO = 2.5
MAX_MEGABYTES = 250


def read_cells(path: Path) -> int:
    """openpyxl alone, every cell of every sheet; how many there are."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    return sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))


def read_release(path: Path) -> int:
    """The importer; how many rows were accepted."""
    return read_value_set(path, DEFAULT_BASE).report.counts.rows_accepted


def seconds(work: Callable[[Path], int], path: Path) -> float:
    """Processor time of one run."""
    began = time.process_time()
    work(path)
    return time.process_time() - began


def first_import(path: Path) -> tuple[float, float]:
    """Processor seconds and peak megabytes of an import in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.import_value_set", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken, peak = json.loads(done.stdout)
    return taken, peak


def main() -> int:
    """Prints the figures; 1 when a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jdv.xlsx"
        path.write_bytes(as_excel_stores(sample_workbook("2025", REQUESTS, ROWS).xlsx()))
        print(f"{read_release(path)} rows accepted, {read_cells(path)} cells, {path.stat().st_size // 1024} KiB")
        pairs = [(seconds(read_cells, path), seconds(read_release, path)) for _ in range(REPEATS)]
        cold, peak = first_import(path)
    alone, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = ours / alone
    print(f"openpyxl alone {alone:.2f} s, import {ours:.2f} s: ratio {ratio:.2f} (target {MAX_RATIO})")
    print(f"first import of a process {cold:.2f} s, peak memory {peak:.0f} MB (target {MAX_MEGABYTES})")
    return int(ratio > MAX_RATIO or peak > MAX_MEGABYTES)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    took = seconds(read_release, Path(sys.argv[1]))
    print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
