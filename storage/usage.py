"""Usage counts in the base: the `UsageStore` port (terminology.md §2; docs/decisions/0008)."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.driver import Prepared
from storage.engine import transaction
from storage.usage_tables import usage_counts
from terminology.usage import UsageCount

_CODE, _MONTH, _COUNT = usage_counts.c.code, usage_counts.c.month, usage_counts.c["count"]


class SqlUsage:
    """The store over one engine; safe to share between threads, and between processes that share the base."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, counts: Mapping[str, int], month: date) -> None:
        """Adds to what is counted in `month`."""
        rows = [_row(code, month, count) for code, count in sorted(counts.items())]
        if not rows:
            return
        with transaction(self._engine, writing=True) as connection:
            _adding(connection.dialect.name).run_all(connection, rows)
            connection.commit()

    def replace(self, counts: Sequence[UsageCount]) -> None:
        """Puts `counts` in place of all that was counted in their months."""
        months = sorted({_text(count.month) for count in counts})
        with transaction(self._engine, writing=True) as connection:
            connection.execute(delete(usage_counts).where(_MONTH.in_(months)))
            if counts:
                connection.execute(insert(usage_counts), [_row(c.code, c.month, c.count) for c in counts])
            connection.commit()

    def all(self) -> tuple[UsageCount, ...]:
        """Everything, by month, then by code."""
        with transaction(self._engine, writing=False) as connection:
            rows = connection.execute(select(_CODE, _MONTH, _COUNT).order_by(_MONTH, _CODE))
            return tuple(UsageCount(code, date.fromisoformat(f"{month}-01"), count) for code, month, count in rows)

    def since(self, month: date) -> dict[str, int]:
        """The sum by code from `month` on."""
        summed = select(_CODE, func.sum(_COUNT)).where(_MONTH >= _text(month)).group_by(_CODE)
        with transaction(self._engine, writing=False) as connection:
            return {code: int(total) for code, total in connection.execute(summed)}


@cache
def _adding(dialect: str) -> Prepared:
    new = (postgresql if dialect == "postgresql" else sqlite).insert(usage_counts)
    summed = _COUNT + new.excluded["count"]
    return Prepared(new.on_conflict_do_update(index_elements=[_CODE, _MONTH], set_={"count": summed}))


def _text(month: date) -> str:
    return month.isoformat()[:7]


def _row(code: str, month: date, count: int) -> dict[str, str | int]:
    return {"code": code, "month": _text(month), "count": count}
