"""One transaction over the whole base: orders, audit, misses and answers are committed together, or not at all."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from prescription.ports import Answers, Audit, Baskets, EpuRecords, Misses, UnitOfWork
from storage.answers import SqlAnswers
from storage.audit import SqlAudit
from storage.baskets import SqlBaskets
from storage.document_choices import SqlChoices
from storage.document_outbox import SqlDepartures
from storage.document_store import SqlDocuments
from storage.engine import transaction
from storage.misses import MissLimit, SqlMisses
from storage.peppers import Peppers
from storage.records import SqlEpuRecords
from storage.sealer import Sealer


class SqlUnitOfWork:
    """A transaction; use it as a context manager, and `commit` before leaving."""

    records: EpuRecords
    audit: Audit
    misses: Misses
    answers: Answers
    baskets: Baskets

    def __init__(self, engine: Engine, sealer: Sealer, limit: MissLimit, *, writing: bool) -> None:
        self._engine = engine
        self._sealer = sealer
        self._limit = limit
        self._writing = writing
        self._scope = ExitStack()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Begins; `Unavailable` when other writers keep the base busy."""
        connection = self._scope.enter_context(transaction(self._engine, writing=self._writing))
        peppers = self._sealer.peppers
        self._connection = connection
        self.records = SqlEpuRecords(connection, self._sealer)
        self.audit = SqlAudit(connection, peppers)
        self.misses = SqlMisses(connection, peppers, self._limit)
        self.answers = SqlAnswers(connection, peppers)
        self.baskets = SqlBaskets(connection)
        return self

    @property
    def departures(self) -> SqlDepartures:
        """The outbox of documents, made when it is asked for: few transactions do."""
        return SqlDepartures(self._begun(), self._sealer.peppers)

    @property
    def choices(self) -> SqlChoices:
        """What the patients chose."""
        return SqlChoices(self._begun(), self._sealer.peppers)

    @property
    def documents(self) -> SqlDocuments:
        """The embedded store of documents, in this transaction."""
        return SqlDocuments(self._begun(), self._sealer.peppers)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Undoes what was not committed."""
        self._scope.__exit__(kind, error, trace)
        self._connection = None

    def commit(self) -> None:
        """Makes everything so far durable."""
        self._begun().commit()

    def _begun(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("nothing is done outside of the unit of work")
        return self._connection


class SqlUnitOfWorkFactory:
    """Opens transactions on one engine, under one set of peppers; safe to share between threads."""

    def __init__(self, engine: Engine, peppers: Peppers, limit: MissLimit | None = None) -> None:
        self._engine = engine
        self._sealer = Sealer(peppers)
        self._limit = limit or MissLimit()

    def use(self, peppers: Peppers) -> None:
        """Opens the next transactions under these peppers; those under way end under the ones before."""
        self._sealer = Sealer(peppers)

    def __call__(self, *, writing: bool = True) -> UnitOfWork:
        """A new transaction; a reading one can write nothing."""
        return SqlUnitOfWork(self._engine, self._sealer, self._limit, writing=writing)
