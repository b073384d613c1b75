"""Where the two server secrets come from: the settings, else a 0600 file of the data folder."""

from pathlib import Path

from circuitbio.settings import Settings
from kernel.errors import Invalid
from storage.peppers import Peppers, load_or_create_peppers

DATABASE_FILE = "circuitbio.sqlite3"
PEPPERS_FILE = "peppers.json"


def peppers_of(settings: Settings) -> Peppers:
    """The secrets, made when there is neither a file of them nor a database; `Invalid` (`peppers-lost`, `settings`)."""
    lookup, seal = settings.epu_pepper_lookup, settings.epu_pepper_seal
    if lookup is None and seal is None:
        if database_file(settings).exists() and not pepper_file(settings).exists():
            # New ones would open nothing, and would stand where the backup must go.
            raise Invalid.because(
                "peppers-lost",
                f"{pepper_file(settings)} manque, alors que la base existe.",
                "Remettre la sauvegarde des secrets : sans eux aucune ordonnance ne peut être relue.",
            )
        return load_or_create_peppers(pepper_file(settings))
    if lookup is None or seal is None:
        raise Invalid.because(
            "settings",
            "Un seul des deux secrets de la base est donné.",
            "Donner CIRCUITBIO_EPU_PEPPER_LOOKUP et CIRCUITBIO_EPU_PEPPER_SEAL, ou aucun des deux.",
        )
    return Peppers.given(lookup.get_secret_value(), seal.get_secret_value())


def pepper_file(settings: Settings) -> Path:
    """Where the secrets are kept when the settings do not give them."""
    return settings.data / PEPPERS_FILE


def database_file(settings: Settings) -> Path:
    """The SQLite file, where no other database is named."""
    return settings.data / DATABASE_FILE
