"""Usage counts in the base: a code, a month, a number, on each database (terminology.md §2)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from storage.engine import engine_for
from storage.usage import SqlUsage
from terminology.usage import UsageCount, last_year
from tests.storage.bases import DATABASES, new_base_url

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture(params=DATABASES)
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with new_base_url(request.param, request, tmp_path) as url:
        engine = engine_for(url)
        yield engine
        engine.dispose()


@pytest.fixture
def usage(base: Engine) -> SqlUsage:
    return SqlUsage(base)


def test_counts_of_a_month_add_up(usage: SqlUsage) -> None:
    usage.add({"A": 2, "B": 1}, NOVEMBER)
    usage.add({"A": 3}, NOVEMBER)
    usage.add({}, NOVEMBER)
    assert usage.all() == (UsageCount("A", NOVEMBER, 5), UsageCount("B", NOVEMBER, 1))


def test_replacing_touches_the_months_given_only_and_twice_is_once(usage: SqlUsage) -> None:
    usage.add({"A": 2, "B": 1}, OCTOBER)
    usage.add({"A": 9}, NOVEMBER)
    for _ in range(2):
        usage.replace([UsageCount("C", OCTOBER, 7)])
    assert usage.all() == (UsageCount("C", OCTOBER, 7), UsageCount("A", NOVEMBER, 9))


def test_the_last_twelve_months_count_and_no_older_one(usage: SqlUsage) -> None:
    usage.add({"A": 1}, date(2025, 11, 1))
    usage.add({"A": 2, "B": 1}, date(2025, 12, 1))
    usage.add({"A": 4}, NOVEMBER)
    assert last_year(usage, date(2026, 11, 25)) == {"A": 6, "B": 1}


def test_nothing_finer_than_a_month_can_be_kept(base: Engine) -> None:
    columns = {column["name"]: str(column["type"]) for column in inspect(base).get_columns("usage_count")}
    assert columns == {"code": "VARCHAR(64)", "month": "VARCHAR(7)", "count": "INTEGER"}
