"""The sheets of the workbook, and how each is recognised by its name (terminology.md §1.1)."""

from enum import StrEnum

from terminology.jdv.headers import key


class SheetKind(StrEnum):
    """What a sheet holds; the value is its name in the releases the sources describe."""

    SUMMARY = "Sommaire"
    VALUE_SET = "1.JDV_CircuitBio"
    CHAPTERS = "2 Chapitres LOINC"
    INFORMATION = "3 Renseignements cliniques"
    SPECIMENS = "4 Nature de prélèvement – SPM4"
    SITES = "5 Localisation – SPM8"
    LATERALITIES = "6 Latéralité – SPM9"
    TECHNIQUES = "7 Techniques"
    EXPERTS = "8 Experts"
    NOTES = "9 Notes de mise à jour"
    INDICATORS = "10 Indicateurs semestriels"


MANDATORY = (SheetKind.VALUE_SET, SheetKind.CHAPTERS, SheetKind.INFORMATION, SheetKind.SPECIMENS)

# Parts of a name, folded: numbers, dots and accents vary, and a zip archive may garble what is not ASCII.
_MARKS = {
    SheetKind.SUMMARY: ("sommaire",),
    SheetKind.VALUE_SET: ("circuitbio",),
    SheetKind.CHAPTERS: ("chapitre",),
    SheetKind.INFORMATION: ("renseignement",),
    SheetKind.SPECIMENS: ("spm4", "naturedeprel"),
    SheetKind.SITES: ("spm8", "localisation"),
    SheetKind.LATERALITIES: ("spm9", "lateralit"),
    SheetKind.TECHNIQUES: ("technique",),
    SheetKind.EXPERTS: ("expert",),
    SheetKind.NOTES: ("notes", "misea"),
    SheetKind.INDICATORS: ("indicateur",),
}


def kind_of(name: str) -> SheetKind | None:
    """What a sheet of this name holds; None for one the format does not know."""
    folded = key(name)
    return next((kind for kind, marks in _MARKS.items() if any(mark in folded for mark in marks)), None)
