"""Second stage: which sheet is which, by its name, and which ones are missing (terminology.md §1.1)."""

from collections.abc import Mapping, Sequence

from terminology.jdv.sheets import MANDATORY, SheetKind, kind_of
from terminology.readers.value_set.findings import Findings
from terminology.readers.value_set.source import RawSheet


def recognised(sheets: Sequence[RawSheet], lone_csv: bool, findings: Findings) -> Mapping[SheetKind, RawSheet]:
    """The sheets by what they hold.

    A missing mandatory one is E02. A lone CSV can only be sheet 1: the lists it does not bring are warned of, and what
    rows refer to is then taken from the rows.
    """
    found: dict[SheetKind, RawSheet] = {}
    for sheet in sheets:
        kind = kind_of(sheet.name)
        if kind is None:
            continue
        if kind in found:
            message = f"Les onglets « {found[kind].name} » et « {sheet.name} » sont tous deux « {kind} »."
            findings.of_file("E02", message, "N'en garder qu'un.", sheet.name)
        found.setdefault(kind, sheet)
    _tell_missing([kind for kind in MANDATORY if kind not in found], sheets, lone_csv, findings)
    return found


def _tell_missing(missing: Sequence[SheetKind], sheets: Sequence[RawSheet], lone_csv: bool, findings: Findings) -> None:
    if lone_csv and missing:
        findings.of_file(
            "W02",
            "Un CSV seul n'apporte que le premier onglet : chapitres, prélèvements, localisations, latéralités, "
            "techniques et renseignements cliniques n'ont pas été vérifiés ; leurs libellés viennent des lignes.",
            "Fournir le classeur .xlsx, ou un .zip de tous ses onglets en CSV.",
        )
        return
    held = ", ".join(sheet.name for sheet in sheets)[:500] or "aucun"
    for kind in missing:
        findings.of_file("E02", f"L'onglet « {kind} » manque.", f"Onglets présents : {held}.", kind.value)
