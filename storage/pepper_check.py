"""Refuses a base that was sealed under other peppers than the ones at hand.

Without this a lost pepper file would be made anew in silence, and every order of the base be « unknown »; and two
machines of one service, each with a file of its own, would not find each other's orders.
"""

from sqlalchemy import Connection, Engine, func, select

from storage.document_tables import choices, contents, departures, dispatches, shared
from storage.engine import transaction
from storage.locks import Lock, hold
from storage.peppers import PepperRefused, Peppers
from storage.tables import audit, insert_if_absent, known_peppers, records


def check_peppers(engine: Engine, peppers: Peppers) -> None:
    """`PepperRefused` when the base names a pepper that is not held here; else the base learns the current one."""
    with transaction(engine, writing=False) as connection:
        known = _known(connection)
        _refuse_missing(known | _kids_in_use(connection), peppers)
    if peppers.current.kid not in known:
        with transaction(engine, writing=True) as connection:
            hold(connection, Lock.PEPPERS)
            _refuse_missing(_known(connection), peppers)
            insert_if_absent(connection, known_peppers, {"kid": peppers.current.kid})
            connection.commit()


def orders_by_pepper(engine: Engine) -> dict[str, int]:
    """How many orders each pepper seals, by its `kid`."""
    kid = records.c.kid
    with transaction(engine, writing=False) as connection:
        return {name: count for name, count in connection.execute(select(kid, func.count()).group_by(kid))}


def _refuse_missing(needed: set[str], peppers: Peppers) -> None:
    if missing := needed - {pepper.kid for pepper in peppers.all}:
        raise PepperRefused.because(
            "pepper",
            f"La base est scellée sous des poivres absents d'ici ({', '.join(sorted(missing))}).",
            "Remettre le fichier des poivres qui va avec cette base, ou partir d'une base vide.",
        )


def _known(connection: Connection) -> set[str]:
    return set(connection.scalars(select(known_peppers.c.kid)))


def _kids_in_use(connection: Connection) -> set[str]:
    """Steps from one `kid` to the next along the index, so that the number of orders does not matter."""
    waiting = select(audit.c.kid).where(audit.c.position.is_(None)).distinct()
    kids = set(connection.scalars(waiting))
    for column in (records.c.kid, *(table.c.kid for table in (dispatches, departures, shared, contents, choices))):
        kid = connection.scalar(select(column).order_by(column).limit(1))
        while kid is not None:
            kids.add(kid)
            kid = connection.scalar(select(column).where(column > kid).order_by(column).limit(1))
    return kids
