"""MSH and MFI of a message: event, version, use, partners, master file (E03, E05, E06, E15, E16, W08)."""

from collections.abc import Container

from hl7v2.timestamps import read_ts
from kernel import finess
from lcsd.groups import MessageLayout, Placed
from lcsd.master_files import MasterFile
from lcsd.rules.fields import check_segment
from lcsd.rules.grammar import KNOWN
from lcsd.rules.scope import Scope

VERSIONS = ("2.5", "2.5.1")
MAX_ENTRIES = 9999


def check_head(scope: Scope, layout: MessageLayout, processing: Container[str]) -> bool:
    """Report every fault of the head; False when the message cannot be read any further."""
    good = all([check_segment(scope, p) for p in layout.head])
    msh, mfi = layout.first("MSH"), layout.first("MFI")
    if [p.segment.name for p in layout.head if p.segment.name in ("MSH", "MFI")] != ["MSH", "MFI"]:
        scope.error("E07", "MFI(1)", "Attendu : MSH, puis un seul MFI, avant les entrées")
    for placed in layout.head:
        if placed.segment.name in KNOWN:
            scope.error("E07", placed.at(), f"{placed.segment.name} sans MFE", "Une entrée commence par MFE puis OM1.")
        elif placed.segment.name not in ("MSH", "SFT", "MFI"):
            scope.warning("E07", placed.at(), "Segment sans place dans l'en-tête, ignoré")
    if not good or msh is None or mfi is None:
        return False
    known = _check_event(scope, layout, msh, processing)
    _check_partners(scope, msh)
    _check_master_file(scope, layout, mfi)
    _check_dates(scope, msh, mfi)
    if not layout.groups:
        scope.error("E07", "MFE(1)", "Aucune entrée dans le message", "Un fichier maître vide ne s'envoie pas.")
    if len(layout.groups) > MAX_ENTRIES:
        scope.error("E15", "MFE", f"{len(layout.groups)} entrées, {MAX_ENTRIES} au plus par fichier maître")
    return known


def _check_event(scope: Scope, layout: MessageLayout, msh: Placed, processing: Container[str]) -> bool:
    event = msh.segment.first(9)
    file = MasterFile.of_trigger(layout.trigger)
    known = event.text(1) == "MFN" and file is not None
    if not known or event.text(3) != f"MFN_{layout.trigger}":
        scope.error("E03", msh.at(9), f"Message « {event.raw[:20]} » inconnu", "Attendu : MFN^M08^MFN_M08 (M09 à M11).")
    version = msh.segment.first(12).text(1)
    if version not in VERSIONS:
        scope.error("E03", msh.at(12), f"Version HL7 « {version[:10]} » refusée", "Attendu : 2.5 ou 2.5.1.")
    use = msh.segment.first(11).text(1)
    if use not in processing:
        scope.error("E03", msh.at(11), f"Usage « {use[:5]} » refusé ici", "P en production, T ou D en essai.")
    return known


def _check_partners(scope: Scope, msh: Placed) -> None:
    for number in (3, 4, 5, 6):
        field = msh.segment.first(number)
        if bool(field.text(2)) != bool(field.text(3)):
            scope.error("E09", msh.at(number), "HD-2 et HD-3 vont ensemble ou sont vides")
    check_finess(scope, msh.at(4), msh.segment.first(4).text(1))
    check_finess(scope, msh.at(6), msh.segment.first(6).text(1))


def check_finess(scope: Scope, place: str, number: str) -> None:
    """E16: nine characters; a wrong key is a warning."""
    if not finess.well_formed(number):
        scope.error("E16", place, f"Numéro FINESS mal formé : « {number[:20]} »", "Neuf caractères, clé comprise.")
    elif not finess.key_valid(number):
        scope.warning("E16", place, f"Clé du numéro FINESS {number} incorrecte", "Vérifier le numéro.")


def _check_master_file(scope: Scope, layout: MessageLayout, mfi: Placed) -> None:
    file = MasterFile.of_trigger(layout.trigger)
    named = mfi.segment.first(1).text(1)
    if file is not None and named and named != file.code:
        scope.error("E05", mfi.at(1), f"Fichier maître {named[:10]} dans un message {layout.trigger}", file.code)
    mode = mfi.segment.text(3)
    if mode and mode != "REP":
        scope.error("E06", mfi.at(3), f"Mode « {mode[:5]} » refusé", "Envoyer un remplacement complet (REP).")


def _check_dates(scope: Scope, msh: Placed, mfi: Placed) -> None:
    sent = read_ts(msh.segment.first(7).text())
    if sent is None and msh.segment.raw(7):
        scope.error("E09", msh.at(7), "Date d'émission sans décalage horaire", "Attendu : AAAAMMJJHHMMSS+ZZZZ.")
    effective = read_ts(mfi.segment.first(5).text(), sent.tzinfo if sent else None)
    if sent and effective and effective < sent:
        scope.warning("W08", mfi.at(5), "Date d'effet antérieure à l'émission")
