"""A backup is one SQLite file with every row of the base, taken while the service writes; it restores on any database.

Of SQLite it is the copy that its online backup makes, of PostgreSQL the rows as one transaction sees them. It holds no
pepper: without those of its base no order in it can be opened, nor its audit checked, so that none is restored without
them. A restore checks a copy of the backup first, then puts it in place in one transaction, whole or not at all.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from kernel.errors import Conflict, Invalid, Unavailable
from storage.audit import AuditCheck
from storage.database import Database
from storage.engine import engine_for, sqlite_engine, transaction
from storage.migrate import HEAD, upgrade
from storage.peppers import Peppers
from storage.row_copy import is_empty, replace_rows
from storage.tables import audit

_COPY = ".restauration-"


def write_backup(engine: Engine, path: Path) -> None:
    """Writes the base as it is now to `path`, mode 0600, there once it is whole.

    Nothing is written over: it might be an older backup, the base itself or its secrets. `Invalid` (`no-folder`),
    `Conflict` (`file-exists`).
    """
    if not path.parent.is_dir():
        raise Invalid.because("no-folder", f"{path.parent} n'est pas un dossier.", "Vérifier le chemin.")
    if path.exists():
        raise Conflict.because("file-exists", f"{path} existe déjà.", "Choisir un autre nom.")
    with TemporaryDirectory(prefix=".sauvegarde-", dir=path.parent) as folder:
        made = Path(folder, "base")
        if engine.dialect.name == "sqlite":
            _copy_file(str(engine.url.database), str(made))
        else:
            _copy_rows(engine, made)
        _settle(made)
        made.replace(path)


def restore(where: Path | str, path: Path, peppers: Peppers, workshop: Path, *, replace: bool) -> AuditCheck:
    """Puts the backup `path` in the base `where` (as `Database.open`); what checking its audit found.

    `workshop` is a folder with room for a copy. `Invalid` (`backup-unusable`, `backup-audit`) and `PepperRefused` are
    about the backup; `Conflict` (`base-not-empty`) unless `replace`. Whatever is refused, the base stays as it was.
    """
    for left in workshop.glob(f"{_COPY}*"):  # by a restore that was killed
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_COPY, dir=workshop) as folder:
        copy = Path(folder, "base")
        shutil.copyfile(path, copy)
        _refuse_unsound(copy)
        with closing(Database.open(copy, peppers)) as backup, _target(where) as target:
            check = backup.verify_audit()
            if check.broken_at is not None:
                raise Invalid.because(
                    "backup-audit",
                    f"Le journal de la sauvegarde est rompu au maillon {check.broken_at}.",
                    "Prendre une sauvegarde plus ancienne.",
                )
            _refuse_full(target, replace)
            _put(backup.engine, copy, target)
    return check


def _put(backup: Engine, copy: Path, target: Engine) -> None:
    if target.dialect.name == "sqlite":
        _copy_file(str(copy), str(target.url.database))
        return
    with transaction(backup, writing=False) as source, transaction(target, writing=True) as rows:
        replace_rows(source, rows)
        rows.commit()


def _copy_file(source: str, target: str) -> None:
    """The online backup of SQLite, in one step: nobody's writes are waited for, and it is one write to the target."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _copy_rows(engine: Engine, made: Path) -> None:
    with _disposed(sqlite_engine(made)) as target:
        upgrade(target)
        with transaction(engine, writing=False) as source, transaction(target, writing=True) as rows:
            replace_rows(source, rows)
            rows.commit()


def _settle(made: Path) -> None:
    """One file without a log beside it, for its owner only, on the disk."""
    with closing(sqlite3.connect(made)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
    made.chmod(0o600)
    with made.open("rb") as file_again:
        os.fsync(file_again.fileno())


def _refuse_unsound(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as file:
            sound = file.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            ours = file.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [audit.name]).fetchone() is not None
            version = file.execute("SELECT version_num FROM alembic_version").fetchone() if ours else None
    except sqlite3.DatabaseError:
        sound, version = False, None
    if not sound or version is None:
        raise Invalid.because(
            "backup-unusable", "Ce fichier n'est pas une sauvegarde, ou est abîmé.", "En prendre un autre."
        )
    if version[0] > HEAD:
        raise Invalid.because(
            "backup-unusable", "Cette sauvegarde vient d'une version plus récente.", "Mettre ce logiciel à jour."
        )


def _refuse_full(target: Engine, replace: bool) -> None:
    with transaction(target, writing=False) as base:
        if not replace and not is_empty(base):
            raise Conflict.because(
                "base-not-empty",
                "La base n'est pas vide : tout ce qu'elle contient serait remplacé.",
                "Arrêter le service, sauvegarder la base, puis recommencer avec --replace.",
            )


@contextmanager
def _target(where: Path | str) -> Iterator[Engine]:
    with _disposed(sqlite_engine(where) if isinstance(where, Path) else engine_for(where)) as engine:
        try:
            upgrade(engine)
        except DatabaseError:
            raise Unavailable.because(
                "database-unusable", "La base à remplacer n'est pas lisible.", "L'écarter, puis recommencer."
            ) from None
        yield engine


@contextmanager
def _disposed(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()
