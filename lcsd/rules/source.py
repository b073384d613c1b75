"""What the wire cannot show of a catalogue (E07 to E09, E12), and what the value set says of it (W02, W05, W09)."""

from collections.abc import Iterator
from datetime import datetime

from lcsd.entries import reserved_codes
from lcsd.rules.scope import Scope
from terminology.catalogue import Catalogue
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.request_code import OrderClass

MAX_REMOVED_PERCENT = 20


def check_source(scope: Scope, catalogue: LabCatalogue) -> bool:
    """Report what prevents the messages from being built at all; False when they cannot be."""
    before = len(scope.findings)
    if not catalogue.exams:
        scope.error("E07", "", "Le catalogue ne contient aucun examen", "Un catalogue vide ne se publie pas.")
    if catalogue.version < 1:
        scope.error("E09", "", "Le numéro de version commence à 1")
    if not catalogue.laboratory.mnemonic:
        scope.error("E08", "MSH-10", "Le laboratoire n'a pas d'abrégé", "Il nomme les messages de la publication.")
    for exam in catalogue.exams:
        here = scope.of_entry(exam.local_code)
        if not exam.local_code:
            here.error("E08", "OM1-2.1", f"Un examen n'a pas de code local : « {exam.label[:40]} »")
        if not exam.label:
            here.error("E08", "OM1-2.5", "L'examen n'a pas de libellé")
        for instant in _instants(exam):
            if instant.tzinfo is None:
                here.error("E09", "", "Date sans décalage horaire")
    if catalogue.effective_from.tzinfo is None:
        scope.error("E09", "MFI-5", "Date d'effet sans décalage horaire")
    for exam in reserved_codes(catalogue.exams):
        scope.of_entry(exam.local_code).error(
            "E12", "OM1-2.1", "Code local réservé aux entrées que la publication ajoute", "Changer ce code."
        )
    return len(scope.findings) == before


def check_value_set(scope: Scope, catalogue: LabCatalogue, value_set: Catalogue) -> None:
    """Warnings from the value set Circuit de la biologie: W02 code not to be ordered, W05 information not asked."""
    for exam in catalogue.orderable:
        if exam.loinc is None:
            continue
        here = scope.of_entry(exam.local_code)
        request = value_set.get(exam.loinc.code)
        if request is None:
            here.warning("W02", "OM1-2", f"{exam.loinc.code} n'est pas une demande du jeu de valeurs chargé")
        elif request.order_class is OrderClass.OBSERVATION:
            here.warning("W02", "OM1-2", f"{exam.loinc.code} est un code de résultat, non de demande")
        elif request.required_information and not exam.required_information:
            asked = ", ".join(i.label for i in request.required_information)
            here.warning("W05", "OM1-31", f"Renseignement obligatoire non demandé : {asked}")


def check_removals(scope: Scope, catalogue: LabCatalogue, previous: LabCatalogue) -> None:
    """W09: more than a fifth of the entries of the previous version are gone."""
    kept = {e.local_code for e in catalogue.exams}
    removed = sum(e.local_code not in kept for e in previous.exams)
    if removed * 100 > MAX_REMOVED_PERCENT * len(previous.exams):
        scope.warning(
            "W09",
            "",
            f"{removed} examens sur {len(previous.exams)} disparaissent du catalogue",
            "Confirmer que c'est voulu avant d'envoyer.",
        )


def _instants(exam: LabExam) -> Iterator[datetime]:
    return (i for i in (exam.changed_at, exam.comparable_from, exam.effective_from) if i is not None)
