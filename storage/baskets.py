"""The baskets over one connection: the port `Baskets`."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, Select, and_, delete, insert, or_, select, update

from prescription.basket import Basket, BasketContent, BasketOwner
from storage.basket_tables import baskets, versions
from storage.instants import from_micros, to_micros
from storage.json_codec import read_json, write_json

_COLUMNS = (versions.c.id, versions.c.version, versions.c.content, versions.c.at, versions.c.done_by)
_STANDING: Select[tuple[object, ...]] = select(*_COLUMNS).join(
    baskets, and_(baskets.c.id == versions.c.id, baskets.c.version == versions.c.version)
)


class SqlBaskets:
    """Baskets in the transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owned_by(self, owners: Sequence[BasketOwner]) -> Sequence[Basket]:
        """The baskets of these owners; one without id stands for all of its kind."""
        each = (
            and_(baskets.c.owner_kind == owner.kind.value, *([baskets.c.owner_id == owner.id] if owner.id else ()))
            for owner in owners
        )
        return [_basket(row) for row in self._connection.execute(_STANDING.where(or_(False, *each)))]

    def all(self) -> Sequence[Basket]:
        """Every basket, whoever owns it: for what a release changes under them."""
        return [_basket(row) for row in self._connection.execute(_STANDING)]

    def find(self, id_: str) -> Basket | None:
        """One basket as it now stands."""
        row = self._connection.execute(_STANDING.where(baskets.c.id == id_)).first()
        return _basket(row) if row else None

    def versions(self, id_: str) -> tuple[Basket, ...]:
        """All versions of one basket, the first one first."""
        query: Select[tuple[object, ...]] = select(*_COLUMNS).where(versions.c.id == id_).order_by(versions.c.version)
        return tuple(_basket(row) for row in self._connection.execute(query))

    def add(self, basket: Basket) -> None:
        """Keeps a first version."""
        owner = basket.content.owner
        row = {"id": basket.id, "owner_kind": owner.kind.value, "owner_id": owner.id, "version": basket.version}
        self._connection.execute(insert(baskets), row)
        self._keep(basket)

    def replace(self, basket: Basket) -> bool:
        """Keeps the next version; False when another writer was first."""
        follows = (baskets.c.id == basket.id) & (baskets.c.version == basket.version - 1)
        moved = self._connection.execute(update(baskets).where(follows).values(version=basket.version)).rowcount == 1
        if moved:
            self._keep(basket)
        return moved

    def delete(self, id_: str, version: int) -> bool:
        """Deletes a basket with its versions; False when it is no longer at `version`."""
        here = (baskets.c.id == id_) & (baskets.c.version == version)
        # The row is held first, so that no writer adds a version meanwhile.
        if self._connection.execute(update(baskets).where(here).values(version=version)).rowcount != 1:
            return False
        self._connection.execute(delete(versions).where(versions.c.id == id_))
        self._connection.execute(delete(baskets).where(here))
        return True

    def _keep(self, basket: Basket) -> None:
        row = {
            "id": basket.id,
            "version": basket.version,
            "content": write_json(basket.content).decode("utf-8"),
            "at": to_micros(basket.at),
            "done_by": basket.by,
        }
        self._connection.execute(insert(versions), row)


def _basket(row: Row[tuple[object, ...]]) -> Basket:
    content = read_json(BasketContent, row.content.encode("utf-8"))
    return Basket(row.id, content, row.version, from_micros(row.at), row.done_by)
