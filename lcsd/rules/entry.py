"""What an entry says, field against field (E09, E10, E13, E16 to E19, W01, W03, W04)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from hl7v2.codec import Composite
from kernel import loinc
from lcsd.groups import EntryGroup, Placed
from lcsd.master_files import MasterFile
from lcsd.rules.headers import check_finess
from lcsd.rules.scope import Scope
from lcsd.segments.om4 import read_transport
from lcsd.segments.values import read_interval, read_number
from lcsd.ucum import ucum_fault

_NABM = re.compile(r"[0-9]{4}", re.ASCII)
_HOURS = re.compile(r"Délai max : (-?[0-9]+(?:[.,][0-9]+)?) h")


def check_entry(scope: Scope, group: EntryGroup, sequence: int, file: MasterFile) -> None:
    """Report every fault of a group whose fields can be read; `sequence` is its place in the message."""
    om1 = group.first("OM1")
    if om1 is None:
        return
    _check_mfe(scope, group, om1)
    _check_sequence(scope, group, sequence)
    _check_key(scope, group, om1)
    _check_codes(scope, om1)
    _check_durations(scope, om1)
    _check_measure(scope, group, om1, file)
    for om4 in group.named("OM4"):
        _check_container(scope, om4)
    _check_orderable(scope, group, om1)


def _check_mfe(scope: Scope, group: EntryGroup, om1: Placed) -> None:
    mfe = group.mfe.segment
    if mfe.raw(1) and mfe.raw(1) != "MAD":
        scope.error("E10", group.mfe.at(1), f"« {mfe.raw(1)[:5]} » dans un remplacement complet", "Attendu : MAD.")
    if mfe.raw(5) and mfe.raw(5) != "CE":
        scope.error("E10", group.mfe.at(5), f"Type de clé « {mfe.raw(5)[:5]} »", "Attendu : CE.")
    if mfe.raw(4) and om1.segment.raw(2) and mfe.raw(4) != om1.segment.raw(2):
        scope.error("E13", group.mfe.at(4), "MFE-4 diffère de OM1-2", "Recopier OM1-2 à l'identique.")


def _check_sequence(scope: Scope, group: EntryGroup, sequence: int) -> None:
    for placed in group.parts:
        number = placed.segment.raw(1)
        if placed.segment.name.startswith("OM") and number and number != str(sequence):
            scope.warning("E07", placed.at(1), f"Numéro d'ordre {number[:6]}, {sequence} attendu")


def _check_key(scope: Scope, group: EntryGroup, om1: Placed) -> None:
    key = group.key
    if not key.local_code:
        scope.error("E08", om1.at(2, 1), "Code de l'examen absent", "Renseigner le code local ou le code LOINC.")
    if not key.label:
        scope.error("E08", om1.at(2, 2), "Libellé de l'examen absent", "Renseigner le libellé local.")


def _check_codes(scope: Scope, om1: Placed) -> None:
    for number in (2, 19, 31, 34):
        for repetition, component, code, system in _coded(om1, number):
            if system == "LN" and not loinc.valid(code):
                scope.error(
                    "E16",
                    om1.at(number, component, repetition),
                    f"Code LOINC invalide : « {code[:12]} »",
                    "Clé fausse.",
                )
    for repetition, component, code, system in _coded(om1, 7):
        if system == "NABM" and _NABM.fullmatch(code) is None:
            place = om1.at(7, component, repetition)
            scope.error("E16", place, f"Code NABM invalide : « {code[:12]} »", "Quatre chiffres, zéros compris.")
    for number in (5, 27):
        for repetition, component, code, system in _coded(om1, number):
            if system == "99FINESS":
                check_finess(scope, om1.at(number, component, repetition), code)


def _coded(placed: Placed, number: int) -> Iterator[tuple[int, int, str, str]]:
    """Repetition (0 when alone), component, code and system of the two codes of each CE."""
    repetitions = placed.segment.repetitions(number)
    for place, field in enumerate(repetitions, 1):
        for component in (1, 4):
            code, system = field.text(component), field.text(component + 2)
            if code or system:
                yield place if len(repetitions) > 1 else 0, component, code, system


def _check_durations(scope: Scope, om1: Placed) -> None:
    for number, what in ((23, "Délai de rendu"), (24, "Durée d'analyse")):
        value = read_number(om1.segment.text(number))
        if value is not None and value <= 0:
            scope.error("E19", om1.at(number), f"{what} nul ou négatif", "Indiquer des minutes.")


def _check_measure(scope: Scope, group: EntryGroup, om1: Placed, file: MasterFile) -> None:
    om2 = group.first("OM2")
    numeric = "NM" in om1.segment.raw(3).split("~") and file in (MasterFile.NUMERIC, MasterFile.CALCULATED)
    if numeric and (om2 is None or not om2.segment.raw(2)):
        place = om2.at(2) if om2 else "OM2-2"
        scope.error("E08", place, "Unité obligatoire pour un résultat numérique", "« 1 » pour un nombre sans unité.")
    if om2 is None:
        return
    for number in (2, 4):
        _check_unit(scope, om2.at(number), om2.segment.first(number))
    factor = read_number(om2.segment.text(5))
    if factor is not None and factor <= 0:
        scope.error("E19", om2.at(5), "Facteur de conversion nul ou négatif")
    for number in (6, 7):
        ranges = om2.segment.repetitions(number)
        for repetition, field in enumerate(ranges, 1):
            for component in (1, 3, 4):
                bounds = read_interval(field, component)
                if bounds.low is not None and bounds.high is not None and bounds.low > bounds.high:
                    where = om2.at(number, component, repetition if len(ranges) > 1 else 0)
                    scope.error("E19", where, "Borne basse supérieure à la borne haute", "Vérifier l'intervalle.")


def _check_unit(scope: Scope, place: str, field: Composite, component: int = 0) -> None:
    code = field.text(component, 1) if component else field.text(1)
    system = field.text(component, 3) if component else field.text(3)
    if not code:
        return
    if system != "UCUM":
        scope.warning("E17", place, f"Unité « {code[:20]} » sans le système UCUM")
    elif fault := ucum_fault(code):
        scope.error("E17", place, f"Unité « {code[:20]} » : {fault}", "Employer un code UCUM.")


def _check_container(scope: Scope, om4: Placed) -> None:
    segment = om4.segment
    _check_unit(scope, om4.at(5), segment.first(5))
    volumes = {4: read_number(segment.text(4)), **{n: read_number(segment.first(n).text(1)) for n in (10, 11)}}
    for number, value in volumes.items():
        if value is not None and value < 0:
            scope.error("E19", om4.at(number), "Volume négatif")
    for number in (10, 11, 14):
        _check_unit(scope, om4.at(number, 2), segment.first(number), 2)
    retention = read_number(segment.first(14).text(1))
    hours = read_transport(segment.text(9)).max_delay_hours
    written = _HOURS.search(segment.text(9))
    if retention is not None and retention <= 0:
        scope.error("E19", om4.at(14), "Durée de conservation nulle ou négative")
    if (hours is not None and hours <= 0) or (written and Decimal(written[1].replace(",", ".")) <= 0):
        scope.error("E19", om4.at(9), "Délai de transport nul ou négatif")


def _check_orderable(scope: Scope, group: EntryGroup, om1: Placed) -> None:
    segment = om1.segment
    orderable = segment.raw(12) != "N"
    if orderable and segment.raw(4) == "Y" and not group.named("OM4"):
        scope.error("E18", om1.at(4), "Examen prescriptible sans prélèvement décrit", "Ajouter un récipient (OM4).")
    if group.key.loinc is None and (orderable or segment.raw(18) != "S"):
        scope.warning("W01", om1.at(2), "Pas de code LOINC")
    if orderable and not segment.raw(7):
        scope.warning("W03", om1.at(7), "Pas de code NABM")
    if orderable and len(segment.repetitions(8)) < 2:
        scope.warning("W04", om1.at(8), "Aucun synonyme en dehors du libellé")
