"""Copying the lines of a basket into an order that is being written (prescription.md §2.1).

Copies: what the basket becomes later changes nothing in the order. Nothing is refused for not fitting the patient.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from kernel.calendar import years_between
from kernel.errors import Conflict
from kernel.findings import Finding
from prescription.basket import Basket, BasketConditions, exam_key, exam_name
from prescription.people import AnonymousPatient, Patient, Sex
from prescription.prescription import Prescription
from prescription.rules.rule import information

_SEX = {Sex.FEMALE: "une femme", Sex.MALE: "un homme"}


@dataclass(frozen=True, slots=True)
class Inserted:
    """The order with the lines it lacked, the ids of these, and what is to be said."""

    prescription: Prescription
    line_ids: tuple[str, ...]
    findings: tuple[Finding, ...]


def insert(basket: Basket, prescription: Prescription, today: date) -> Inserted:
    """The lines of `basket` at the end of the order, each under an id of its own; an exam already there is not added.

    `Conflict` (`line-closed`) for a signed order, whose lines no longer change.
    """
    if prescription.signed:
        raise Conflict.because(
            "line-closed", "L'ordonnance est signée : ses lignes ne changent plus.", "En écrire une nouvelle."
        )
    there = {exam_key(line.exam) for line in prescription.lines}
    lines, findings = [], list(_unfit(basket.content.conditions, prescription.patient, today))
    for line in basket.content.lines:
        if exam_key(line.exam) in there:
            findings.append(
                information(
                    "W-REDUND",
                    f"« {exam_name(line.exam)} » est déjà demandé : la ligne du panier n'a pas été ajoutée.",
                    "Rien à faire, ou modifier la ligne qui est là.",
                    "",
                )
            )
            continue
        there.add(exam_key(line.exam))
        lines.append(replace(line, line_id=f"urn:uuid:{uuid.uuid4()}"))
    order = replace(prescription, lines=(*prescription.lines, *lines))
    return Inserted(order, tuple(line.line_id for line in lines), tuple(findings))


def _unfit(conditions: BasketConditions, patient: Patient | AnonymousPatient, today: date) -> Iterator[Finding]:
    wanted = (
        [_SEX.get(conditions.sex, "")] if conditions.sex and patient.sex not in (conditions.sex, Sex.UNKNOWN) else []
    )
    age = _age(patient, today)
    low, high = conditions.age_from, conditions.age_to
    if age is not None and ((low is not None and age < low) or (high is not None and age > high)):
        wanted.append(_ages(low, high))
    if conditions.pregnancy:
        wanted.append("une grossesse")
    if wanted:
        yield information(
            "W-BASKET",
            f"Ce panier est prévu pour {', '.join(wanted)}.",
            "Vérifier qu'il convient ; rien n'est bloqué.",
            "",
        )


def _age(patient: Patient | AnonymousPatient, today: date) -> int | None:
    if isinstance(patient, AnonymousPatient):
        return None if patient.age is None else patient.age if patient.age_unit == "a" else patient.age // 12
    return years_between(patient.birth_date.earliest, today) if patient.birth_date else None


def _ages(low: int | None, high: int | None) -> str:
    if low is None:
        return f"un âge de {high} ans au plus"
    return f"un âge d'au moins {low} ans" if high is None else f"un âge de {low} à {high} ans"
