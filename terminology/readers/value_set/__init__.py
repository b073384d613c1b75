"""Reads the national workbook: `read_value_set`, a file in, a release and its report out (terminology.md §1.4).

One file a stage: `source` (which file it is, its sheets as rows of cells) → `sheets` (which sheet is which) →
`layout` (which column is which) → `cells` and `codes` (one cell as a value) → `summary`, `lists`, `rows` (one sheet,
one row) → `consistency` (rows against each other) → `assembly` (what was accepted, as a release) → `reading` (the
whole, in order). All of them tell what is wrong to one `Findings`; none raises for bad content.
"""

from terminology.readers.value_set.reading import ReadValueSet, read_value_set

__all__ = ["ReadValueSet", "read_value_set"]
