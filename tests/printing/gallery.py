"""The pages shown in docs/printing.md, one of each kind, made from the orders of the tests.

`python -m tests.printing.gallery` writes them again, and those of `goldens.py`; test_gallery.py holds both to what is
printed today.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from kernel.partial_date import PartialDate
from prescription.line import Flags, Instruction
from prescription.people import ContactPoint, Helper, HelperRole, IdentityAttribute, IdentityStatus
from prescription.prescription import Prescription
from printing.documents import Document, Form, render
from printing.options import PrintOptions
from terminology.coding import Coding
from tests.printing import goldens
from tests.printing.orders import CATALOGUE, PATIENT_CODES, PROLACTIN, REPRINTED_AT, ROUTINE, TWO_ZONE, UNQUALIFIED
from tests.printing.reading import Grey, pages

FOLDER = Path(__file__).parents[2] / "docs" / "printing"
_DPI = 96
_FINAL = PrintOptions()
_FASTING = Instruction(coding=Coding(PATIENT_CODES, "MED-1160", "À jeun"))
_CHILD = replace(
    UNQUALIFIED,
    birth_date=PartialDate(2014, 5, 2),
    status=IdentityStatus.PROVISIONAL,
    attributes=frozenset({IdentityAttribute.DOUBTFUL}),
    ins=None,
)
_PARENTS = tuple(
    Helper(name, (given,), HelperRole.LEGAL_REPRESENTATIVE, kin, (ContactPoint("phone", phone),))
    for name, given, kin, phone in (
        ("Martin", "Camille", "mère", "0612345678"),
        ("Durand", "Claude", "père", "0612345679"),
    )
)
_SHEET = replace(
    TWO_ZONE,
    lines=(replace(TWO_ZONE.lines[0], patient_instructions=(_FASTING,)), *TWO_ZONE.lines[1:]),
)

KINDS: dict[str, tuple[Document, Prescription, PrintOptions]] = {
    "ordonnance-nfs": (Document.ORDER, ROUTINE, _FINAL),
    "ordonnance-prolactine": (Document.ORDER, PROLACTIN, _FINAL),
    "ordonnance-urgente": (
        Document.ORDER,
        replace(ROUTINE, lines=(replace(TWO_ZONE.lines[1], flags=Flags()),), result_returns=TWO_ZONE.result_returns),
        _FINAL,
    ),
    "ordonnance-bizone": (Document.ORDER, TWO_ZONE, _FINAL),
    "ordonnance-bizone-zone-vide": (Document.ORDER, replace(TWO_ZONE, lines=TWO_ZONE.lines[:1]), _FINAL),
    "ordonnance-mineur": (Document.ORDER, replace(ROUTINE, patient=_CHILD, helpers=_PARENTS), _FINAL),
    "ordonnance-sans-code": (Document.ORDER, replace(ROUTINE, epu_code=None), _FINAL),
    "reimpression": (Document.ORDER, ROUTINE, PrintOptions(reprint=2, reprinted_at=REPRINTED_AT)),
    "projet": (Document.ORDER, replace(ROUTINE, signed=False, authored_on=None), PrintOptions(draft=True)),
    "annulee": (Document.ORDER, replace(ROUTINE, cancelled=True), PrintOptions(copy_for_record=True)),
    "specimen": (
        Document.ORDER,
        replace(ROUTINE, patient=replace(_CHILD, attributes=frozenset({IdentityAttribute.FICTIVE}))),
        _FINAL,
    ),
    "fiche-consignes": (Document.PATIENT_SHEET, _SHEET, _FINAL),
}


Kinds = Mapping[str, tuple[Document, Prescription, PrintOptions]]
SETS: tuple[tuple[Path, Kinds], ...] = ((FOLDER, KINDS), (goldens.FOLDER, goldens.CASES))


def pictures(kinds: Kinds) -> Iterator[tuple[str, Grey]]:
    """The name of each picture and its pixels: one a page, numbered from the second."""
    for name, (document, order, options) in kinds.items():
        for number, page in enumerate(pages(render(document, Form.PDF, order, CATALOGUE, options), _DPI), start=1):
            yield (name if number == 1 else f"{name}-{number}"), page


def read(folder: Path, name: str) -> Grey:
    """A picture as it was written."""
    with Image.open(folder / f"{name}.png") as picture:
        return np.asarray(picture.convert("L"))


def write(folder: Path, kinds: Kinds) -> None:
    """Writes every picture, and takes away those that are made no more."""
    made = set()
    for name, page in pictures(kinds):
        out = BytesIO()
        Image.fromarray(page).quantize(16).save(out, "PNG", optimize=True)
        (folder / f"{name}.png").write_bytes(out.getvalue())
        made.add(f"{name}.png")
    for left in {path.name for path in folder.glob("*.png")} - made:
        (folder / left).unlink()


if __name__ == "__main__":
    for folder, kinds in SETS:
        write(folder, kinds)
