"""Refuses to start on a base that was sealed under other peppers than the ones at hand.

Without this a lost pepper file would be made anew in silence, and every order of the base be « unknown ».
"""

from sqlalchemy import Connection, Engine, select

from storage.engine import transaction
from storage.peppers import PepperRefused, Peppers
from storage.tables import audit, records


def check_peppers(engine: Engine, peppers: Peppers) -> None:
    """`PepperRefused` when rows of the base name a pepper that is not held here."""
    with transaction(engine, writing=False) as connection:
        missing = _kids_in_use(connection) - {pepper.kid for pepper in peppers.all}
    if missing:
        raise PepperRefused.because(
            "pepper",
            f"La base est scellée sous des poivres absents d'ici ({', '.join(sorted(missing))}).",
            "Remettre le fichier des poivres qui va avec cette base, ou partir d'une base vide.",
        )


def _kids_in_use(connection: Connection) -> set[str]:
    """Steps from one `kid` to the next along the index, so that the number of orders does not matter."""
    waiting = select(audit.c.kid).where(audit.c.position.is_(None)).distinct()
    kids = set(connection.scalars(waiting))
    kid = connection.scalar(select(records.c.kid).order_by(records.c.kid).limit(1))
    while kid is not None:
        kids.add(kid)
        kid = connection.scalar(select(records.c.kid).where(records.c.kid > kid).order_by(records.c.kid).limit(1))
    return kids
