"""The database as the rest of the house sees it: opened once, asked for transactions and releases, watched, closed."""

from pathlib import Path
from typing import Self

from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from kernel.clock import Clock, SystemClock
from kernel.errors import Unavailable
from storage.audit import AuditCheck, seal_audit, verify_audit
from storage.baskets import SqlBaskets
from storage.document_store import DocumentStore
from storage.document_upkeep import reseal_documents
from storage.engine import engine_for, sqlite_engine, transaction
from storage.migrate import upgrade
from storage.misses import MissLimit
from storage.pepper_check import check_peppers, orders_by_pepper
from storage.peppers import Peppers
from storage.publishing import SqlPublishing
from storage.purge import Purged, purge
from storage.receiving import SqlReceiving
from storage.releases import SqlReleases
from storage.transcoding import SqlTranscoding
from storage.unit_of_work import SqlUnitOfWorkFactory
from storage.usage import SqlUsage
from terminology.basket import BasketOutline

_SYSTEM_CLOCK = SystemClock()


class Database:
    """One open database, shared by the threads of a process.

    `units` opens transactions on the orders, `releases` keeps the value set, `transcoding` the laboratories' mappings,
    `usage` how often each exam is ordered, `publishing` the versions of their catalogues that are sent out, `receiving`
    those that others send, `documents` the store of documents.
    """

    def __init__(
        self, engine: Engine, peppers: Peppers, limit: MissLimit | None = None, clock: Clock = _SYSTEM_CLOCK
    ) -> None:
        self.engine = engine
        self.units = SqlUnitOfWorkFactory(engine, peppers, limit)
        self.releases = SqlReleases(engine, clock)
        self.transcoding = SqlTranscoding(engine)
        self.usage = SqlUsage(engine)
        self.publishing = SqlPublishing(engine)
        self.receiving = SqlReceiving(engine)
        self.documents = DocumentStore(engine, peppers)
        self._peppers = peppers
        self._clock = clock

    @classmethod
    def open(
        cls, where: Path | str, peppers: Peppers, limit: MissLimit | None = None, clock: Clock = _SYSTEM_CLOCK
    ) -> Self:
        """Opens a SQLite file or a database URL, with its tables brought up to date.

        `PepperRefused` when its orders were sealed under peppers that are not among these; `Unavailable`
        (`database-unusable`) when it is no database of ours, (`database-unreachable`) when the server does not answer;
        `Invalid` (`database-url`).
        """
        engine = sqlite_engine(where) if isinstance(where, Path) else engine_for(where)
        try:
            upgrade(engine)
            check_peppers(engine, peppers)
        except DatabaseError:
            engine.dispose()
            raise Unavailable.because(
                "database-unusable",
                "La base n'est pas une base Circuitbio lisible.",
                "Vérifier CIRCUITBIO_DATA ou CIRCUITBIO_DATABASE_URL, ou remettre une sauvegarde et ses secrets.",
            ) from None
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, peppers, limit, clock)

    def is_answering(self) -> bool:
        """Whether the database can be read now."""
        try:
            with transaction(self.engine, writing=False) as connection:
                return connection.scalar(select(1)) == 1
        except (SQLAlchemyError, Unavailable):
            return False

    def seal_audit(self) -> int:
        """Chains the audit rows that wait; how many. For one thread, each second; `Unavailable` when busy."""
        return seal_audit(self.engine, self._peppers)

    def verify_audit(self) -> AuditCheck:
        """Computes the chain of the audit again."""
        return verify_audit(self.engine, self._peppers)

    def use(self, peppers: Peppers) -> None:
        """Works under these peppers from now on; `PepperRefused` when the base names one that is not among them."""
        check_peppers(self.engine, peppers)
        if peppers != self._peppers:
            self._peppers = peppers
            self.units.use(peppers)
            self.documents.use(peppers)

    def reseal_documents(self) -> int:
        """Seals anew the documents that lie under former peppers; how many rows. For one thread, now and then."""
        return reseal_documents(self.engine, self._peppers)

    def orders_by_pepper(self) -> dict[str, int]:
        """How many orders are sealed under each pepper, by its `kid`."""
        return orders_by_pepper(self.engine)

    def purge(self, by: str) -> Purged:
        """Deletes the orders and the rest that are past their time; `by` is who the audit names."""
        return purge(self.engine, self._peppers, self._clock.now(), by)

    def basket_outlines(self) -> tuple[BasketOutline, ...]:
        """What every basket is made of, personal ones included: for who looks after the base."""
        with transaction(self.engine, writing=False) as connection:
            return tuple(basket.outline() for basket in SqlBaskets(connection).all())

    def close(self) -> None:
        """Gives back its files and connections."""
        self.engine.dispose()
