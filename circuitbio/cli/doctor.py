"""`circuitbio doctor`: what this machine lacks, what that costs, and how to get it."""

import ctypes.util
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.terminal import show_json, show_table
from circuitbio.pepper_source import database_file, pepper_file
from circuitbio.settings import Settings
from kernel.errors import CircuitbioError
from printing.ins_symbol import libdmtx_is_here
from terminology.release import ReleaseKind

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `needed` = the product does not work without it."""

    name: str
    ok: bool
    needed: bool
    found: str
    remedy: str = ""


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON.")] = False) -> int:
    """Shows every check; exit status 1 when something needed is missing."""
    checks = list(examine(Settings()))
    if as_json:
        show_json({"checks": [asdict(check) for check in checks], "ok": all(c.ok for c in checks if c.needed)})
    else:
        rows = ((_word(c), c.name, c.found, "" if c.ok else c.remedy) for c in checks)
        show_table("Cette machine", ("", "Quoi", "Trouvé", "Remède"), rows)
    return 0 if all(check.ok for check in checks if check.needed) else 1


def _word(check: Check) -> str:
    return "ok" if check.ok else "MANQUE" if check.needed else "absent"


def examine(settings: Settings) -> Iterator[Check]:
    """Looks at each thing the product or its tests use."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python 3.11 ou plus récent", sys.version_info >= (3, 11), True, version, "installer python3")
    yield _catalogue(settings)
    yield _data_folder(settings)
    peppers = pepper_file(settings)
    kept = peppers.exists() and not peppers.stat().st_mode & 0o077
    yield Check(
        "secrets de la base",
        kept or not peppers.exists(),
        True,
        str(peppers) if peppers.exists() else "seront créés au premier démarrage",
        f"chmod 600 {peppers}",
    )
    yield Check(
        "libdmtx (datamatrix INS)",
        libdmtx_is_here(),
        False,
        ctypes.util.find_library("dmtx") or "encodeur Python à la place",
        "apt-get install libdmtx0b",
    )
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    remedy = "apt-get install chromium-headless-shell"
    yield Check("Chromium (juges extérieurs des tests)", chromium is not None, False, chromium or "–", remedy)
    java = shutil.which("mvn")
    yield Check("Maven (juges extérieurs des tests)", java is not None, False, java or "–", "apt-get install maven")


def _catalogue(settings: Settings) -> Check:
    try:
        release = catalogue_at_hand(settings).release
    except CircuitbioError as error:
        return Check("catalogue", False, True, error.findings[0].message, error.findings[0].hint)
    kind = ", non officiel" if release.kind is ReleaseKind.STARTER else ""
    return Check("catalogue", True, True, f"{release.name}, {len(release.requests)} examens{kind}")


def _data_folder(settings: Settings) -> Check:
    folder = settings.data
    nearest = next((p for p in (folder, *folder.absolute().parents) if p.exists()), Path("/"))
    writable = nearest.is_dir() and os.access(nearest, os.W_OK)
    state = "base présente" if database_file(settings).exists() else "vide"
    return Check("dossier des données", writable, True, f"{folder} ({state})", "changer CIRCUITBIO_DATA")
