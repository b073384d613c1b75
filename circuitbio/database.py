"""The database of these settings, opened: by the service, and by the commands that work beside it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from circuitbio.pepper_source import database_file, peppers_of
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from storage.database import Database
from terminology.starter_release import ensure_starter


def open_database(settings: Settings) -> Database:
    """The database, its folder, tables and secrets made when they are not there, its starter catalogue in place."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    where = settings.database_url.get_secret_value() if settings.database_url else database_file(settings)
    database = Database.open(where, peppers_of(settings))
    database.releases.clean(SystemClock().now())
    ensure_starter(database.releases, settings.canonical_base, SystemClock().now())
    return database


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """The database for one command."""
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def operator_name() -> str:
    """Who runs a command, as the system knows them: written beside what they did."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no account for this user number, as in some containers
        return "inconnu"
