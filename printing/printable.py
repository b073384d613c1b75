"""Before anything is drawn: every character of every text of the order can be printed, or is named with its field."""

from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from prescription.texts import texts
from printing.faces import unprintable_in


class UnprintableCharacter(Invalid):
    """A text holds a character the fonts of the sheet do not draw."""


def check_printable(value: object, path: str) -> None:
    """Raises `UnprintableCharacter` with one finding per character and field below `value`, a tree of dataclasses."""
    findings = [
        Finding(
            Severity.ERROR,
            "unprintable-character",
            f"Le caractère U+{ord(character):04X} ne peut pas être imprimé.",
            "Le remplacer dans ce champ.",
            field,
        )
        for field, text in texts(value, path)
        for character in unprintable_in(text)
    ]
    if findings:
        raise UnprintableCharacter(findings)
