"""The examples that ship with the software: three orders and the catalogue of a fictional laboratory."""

from pathlib import Path

from kernel.errors import NotFound

ORDERS = ("01-nfs.json", "02-prolactine.json", "03-bizone.json")
_LAB_CATALOGUE = "lab-catalogue/laboratoire-exemple.toml"


def order_files() -> list[Path]:
    """The example orders, in the order the demo plays them."""
    return [_folder() / name for name in ORDERS]


def lab_catalogue_file() -> Path:
    """The catalogue of the example laboratory."""
    return _folder() / _LAB_CATALOGUE


def _folder() -> Path:
    """`circuitbio/example_files` in an installed wheel, `examples` in a checkout."""
    here = Path(__file__).parent
    for folder in (here / "example_files", here.parent / "examples"):
        if folder.is_dir():
            return folder
    raise NotFound.because("no-examples", "Les exemples ne sont pas installés.", "Réinstaller le logiciel.")
