"""The pages nobody shows but every change is held to, beside those of the documentation (printing.md §14.2)."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from prescription.line import FreeTextExam, PeriodUnit, Recurrence, RecurrenceKind
from prescription.people import Practitioner
from prescription.prescription import Prescription
from printing.documents import Document
from printing.options import PrintOptions
from tests.printing.orders import PATIENT, REPRINTED_AT, ROUTINE, TWO_ZONE, UNQUALIFIED, line, long_order

FOLDER = Path(__file__).with_name("goldens")
_FINAL = PrintOptions()
_LONGEST = replace(
    PATIENT, birth_family_name="A" * 100, birth_given_names=("B" * 100,), first_birth_given_name="B" * 100
)
_FOREIGN = replace(
    UNQUALIFIED,
    birth_family_name="Łukasiewicz-Đorđević",
    birth_given_names=("Zoë", "Ağça"),
    first_birth_given_name="Zoë",
    birth_place_name="Þingvellir",
)
_FAR_AWAY = replace(ROUTINE.author, practitioner=Practitioner("Šafář", ("Jiří",), "Dr", rpps="10005688798"))
_INR = replace(TWO_ZONE.lines[1], recurrence=Recurrence(RecurrenceKind.ITERATIVE, Decimal(1), PeriodUnit.WEEK, count=8))
_LONG = replace(ROUTINE.lines[0], clinical_context="contexte répété " * 250)
_FREE = line(1, FreeTextExam("Bilan du service, voir courrier"))

CASES: dict[str, tuple[Document, Prescription, PrintOptions]] = {
    "forty-lines": (Document.ORDER, long_order(40), _FINAL),
    "longest-names": (Document.ORDER, replace(ROUTINE, patient=_LONGEST), _FINAL),
    "foreign-letters": (Document.ORDER, replace(ROUTINE, patient=_FOREIGN, author=_FAR_AWAY), _FINAL),
    "not-qualified": (Document.ORDER, replace(ROUTINE, patient=UNQUALIFIED), _FINAL),
    "free-text-only": (Document.ORDER, replace(ROUTINE, lines=(_FREE,)), _FINAL),
    "inr-series": (Document.ORDER, replace(TWO_ZONE, lines=(_INR,), helpers=()), _FINAL),
    "long-context": (Document.ORDER, replace(ROUTINE, lines=(_LONG,)), _FINAL),
    "both": (Document.BOTH, TWO_ZONE, PrintOptions(reprint=1, reprinted_at=REPRINTED_AT)),
}
