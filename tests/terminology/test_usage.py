"""Usage teaches the order of a page, and says nothing of an order (terminology.md §2; docs/decisions/0008)."""

from collections.abc import Mapping
from datetime import date

import pytest

from kernel.errors import Invalid, Unavailable
from terminology.readers.usage import read_usage
from terminology.usage import UsageCount, UsageTally, with_frequencies
from tests.search.exams import exam, release

NOVEMBER = date(2026, 11, 1)


class Written:
    """What a tally hands over; `busy` refuses the next one."""

    def __init__(self) -> None:
        self.added: list[tuple[dict[str, int], date]] = []
        self.busy = False

    def add(self, counts: Mapping[str, int], month: date) -> None:
        if self.busy:
            self.busy = False
            raise Unavailable.because("database-busy", "La base est occupée.")
        self.added.append((dict(counts), month))


def test_nothing_is_written_before_many_orders_are_mixed() -> None:
    written = Written()
    tally = UsageTally(written.add, lambda: date(2026, 11, 25), orders_at_once=3)
    tally.note(["NFS", "CRP"])
    tally.note(["NFS"])
    assert written.added == []
    tally.note(["TSH"])
    assert written.added == [({"NFS": 2, "CRP": 1, "TSH": 1}, NOVEMBER)]


def test_what_a_busy_base_refused_is_counted_with_the_next_order() -> None:
    written = Written()
    tally = UsageTally(written.add, lambda: NOVEMBER, orders_at_once=2)
    written.busy = True
    for _ in range(3):
        tally.note(["NFS"])
    assert written.added == [({"NFS": 3}, NOVEMBER)]


def test_what_was_counted_comes_on_top_of_the_frequency_of_the_release() -> None:
    known = release(exam("1-8", "NFS", frequency=5), exam("2-6", "CRP", frequency=4), exam("3-4", "TSH"))
    learned = with_frequencies(known, {"2-6": 10, "9-1": 3})
    assert [request.frequency for request in learned.requests] == [5, 14, 0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_of_counts_is_read_whatever_its_separator(separator: str) -> None:
    text = "month,code,count\n2026-11,57022-6,12\n2026-10,57022-6,0\n".replace(",", separator)
    assert read_usage(text.encode()) == (
        UsageCount("57022-6", NOVEMBER, 12),
        UsageCount("57022-6", date(2026, 10, 1), 0),
    )


@pytest.mark.parametrize(
    "row",
    [",2026-11,1", "A,2026-13,1", "A,2026-11-25,1", "A,0000-01,1", "A,2026-11,-1", "A,2026-11,1.5", "A,2026-11,", "A"],
)
def test_a_fault_is_told_with_its_row_beside_the_others(row: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_usage(f"code,month,count\nB,2026-11,1\n{row}\nB,2026-11,2\n".encode())
    assert [finding.path for finding in refusal.value.findings] == ["ligne 3", "ligne 4"]


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_usage(b"code;count\nA;1\n")
    assert "month" in refusal.value.findings[0].message
