"""Processes that restore a backup and are killed while they do. They take the folder of the base and its backup."""

from pathlib import Path

from storage.backup import restore
from tests.storage.orders import fixed_peppers
from tests.storage.victims import fork_on_demand, say


def restore_in(folder: str) -> None:
    here = Path(folder)
    restore(here / "base.db", here / "sauvegarde", fixed_peppers(), here, replace=True)
    say("done")


if __name__ == "__main__":
    fork_on_demand(restore_in)
