"""The catalogue of a command that works without a service: the active release of this station, else the starter one."""

from circuitbio.database import opened_database
from circuitbio.pepper_source import database_file
from circuitbio.settings import Settings
from terminology.catalogue import Catalogue
from terminology.opening import open_release
from terminology.readers.starter import load_starter


def catalogue_at_hand(settings: Settings) -> Catalogue:
    """Nothing is made on a station that has no database yet."""
    if not has_database(settings):
        return Catalogue(load_starter(settings.canonical_base))
    with opened_database(settings) as database:
        return Catalogue(open_release(database.releases, "active"))


def has_database(settings: Settings) -> bool:
    """Whether there is a database to open, that opening would not make."""
    return settings.database_url is not None or database_file(settings).exists()
