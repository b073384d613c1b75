"""The database of these settings, opened: by the service, and by the commands that work beside it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circuitbio.pepper_source import database_file, pepper_file, peppers_of
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from storage.database import Database
from storage.peppers import PepperRefused
from terminology.starter_release import ensure_starter


def open_database(settings: Settings) -> Database:
    """The database, its folder, tables and secrets made when they are not there, its starter catalogue in place."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    given = pepper_file(settings).exists()
    try:
        database = Database.open(database_of(settings), peppers_of(settings))
    except PepperRefused:
        if not given:  # what was made just now opens nothing, and stands where the backup must go
            pepper_file(settings).unlink(missing_ok=True)
        raise
    database.releases.clean(SystemClock().now())
    ensure_starter(database.releases, settings.canonical_base, SystemClock().now())
    return database


def database_of(settings: Settings) -> Path | str:
    """Where the database is: its address when the settings give one, else the file of the data folder."""
    return settings.database_url.get_secret_value() if settings.database_url else database_file(settings)


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
