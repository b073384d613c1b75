"""Where the two server secrets come from: the settings, else a 0600 file of the data folder."""

from datetime import datetime, timedelta
from pathlib import Path

from circuitbio.settings import Settings
from kernel.errors import Invalid
from storage.pepper_file import load_or_create_peppers, load_peppers, rotate_peppers
from storage.peppers import Pepper, Peppers

DATABASE_FILE = "circuitbio.sqlite3"
PEPPERS_FILE = "peppers.json"


def peppers_of(settings: Settings) -> Peppers:
    """The secrets, made when there is neither a file of them nor a database; else as `held_peppers`."""
    if _from_file(settings) and not database_file(settings).exists():
        return load_or_create_peppers(pepper_file(settings))
    return held_peppers(settings)


def held_peppers(settings: Settings) -> Peppers:
    """The secrets that are there, none made; `Invalid` (`peppers-lost`, `settings`)."""
    lookup, seal = settings.epu_pepper_lookup, settings.epu_pepper_seal
    if _from_file(settings):
        if not pepper_file(settings).exists():
            # New ones would open nothing, and would stand where the backup must go.
            raise Invalid.because(
                "peppers-lost",
                f"{pepper_file(settings)} manque : ce sont les secrets de la base.",
                "En remettre la sauvegarde : sans eux aucune ordonnance ne peut être relue.",
            )
        return load_peppers(pepper_file(settings))
    if lookup is None or seal is None:
        raise Invalid.because(
            "settings",
            "Un seul des deux secrets de la base est donné.",
            "Donner CIRCUITBIO_EPU_PEPPER_LOOKUP et CIRCUITBIO_EPU_PEPPER_SEAL, ou aucun des deux.",
        )
    return Peppers.given(lookup.get_secret_value(), seal.get_secret_value())


def rotate(settings: Settings, delay: timedelta) -> tuple[Pepper, datetime]:
    """Adds a new pair to the file, and says from when it seals; `Invalid` (`settings`) where there is no file."""
    if not _from_file(settings):
        raise Invalid.because(
            "settings",
            "Les secrets viennent des réglages : il n'y a pas de fichier où en ajouter.",
            f"Les mettre dans {pepper_file(settings)}, puis retirer les deux réglages CIRCUITBIO_EPU_PEPPER_….",
        )
    return rotate_peppers(pepper_file(settings), delay)


def pepper_file(settings: Settings) -> Path:
    """Where the secrets are kept when the settings do not give them."""
    return settings.data / PEPPERS_FILE


def database_file(settings: Settings) -> Path:
    """The SQLite file, where no other database is named."""
    return settings.data / DATABASE_FILE


def _from_file(settings: Settings) -> bool:
    return settings.epu_pepper_lookup is None and settings.epu_pepper_seal is None
