"""The words of the narrative: labels, numbers, dates and rhythms as a French reader expects them."""

from datetime import date, datetime
from decimal import Decimal

from kernel.partial_date import PartialDate
from prescription.context import (
    AnswerValue,
    AskedUnknown,
    BooleanAnswer,
    ChoiceAnswer,
    DateAnswer,
    InstantAnswer,
    NumberAnswer,
    QuantityAnswer,
    TextAnswer,
)
from prescription.line import Instruction, PeriodUnit, Recurrence, RecurrenceKind, ResultReturn, ReturnWhen, Target
from prescription.people import (
    ContactPoint,
    HelperRole,
    IdentityAttribute,
    IdentityStatus,
    Organization,
    PractitionerRole,
)
from terminology.coding import Coding

YES, NO, UNKNOWN, SUNDRY = "oui", "non", "inconnu", "non précisé"

RECURRENCES = {
    RecurrenceKind.ITERATIVE: "Examen itératif",
    RecurrenceKind.RENEWABLE: "Examen renouvelable",
    None: "Examen répété",
}
_EVERY = {
    PeriodUnit.DAY: ("tous les", "jours"),
    PeriodUnit.WEEK: ("toutes les", "semaines"),
    PeriodUnit.MONTH: ("tous les", "mois"),
    PeriodUnit.YEAR: ("tous les", "ans"),
}
WHEN = {
    ReturnWhen.ALWAYS: "dans tous les cas",
    ReturnWhen.URGENT: "en urgence",
    ReturnWhen.PATHOLOGICAL: "si résultat pathologique",
    ReturnWhen.OUT_OF_HOURS: "hors heures ouvrées",
}
STATUS = {
    IdentityStatus.QUALIFIED: "Identité qualifiée",
    IdentityStatus.VALIDATED: "Identité validée",
    IdentityStatus.RETRIEVED: "Identité récupérée",
    IdentityStatus.PROVISIONAL: "Identité provisoire",
}
ATTRIBUTES = {
    IdentityAttribute.HOMONYM: "homonyme connu",
    IdentityAttribute.DOUBTFUL: "identité douteuse",
    IdentityAttribute.FICTIVE: "identité fictive",
}
ROLES = {
    HelperRole.LEGAL_REPRESENTATIVE: "Représentant légal",
    HelperRole.GUARDIAN: "Tuteur",
    HelperRole.TRUSTED_PERSON: "Personne de confiance",
    HelperRole.CARER: "Aidant",
    HelperRole.EMERGENCY_CONTACT: "Personne à prévenir en cas d'urgence",
}
_SYSTEMS = {"phone": "tél.", "sms": "SMS", "fax": "télécopie", "email": "courriel"}


def yes_or_no(flag: bool) -> str:
    """« oui » or « non »."""
    return YES if flag else NO


def day(value: date) -> str:
    """`11/01/2022`."""
    return f"{value:%d/%m/%Y}"


def instant(value: datetime) -> str:
    """`11/01/2022 10:15`, in the offset the instant carries."""
    return f"{value:%d/%m/%Y %H:%M}"


def partial(value: PartialDate) -> str:
    """`28/03/1979`, `03/1979` or `1979`."""
    return "/".join(reversed(str(value).split("-")))


def number(value: Decimal) -> str:
    """A decimal comma."""
    return f"{value:f}".replace(".", ",")


def coding(value: Coding) -> str:
    """The label of a code, the code when it has none."""
    return value.display or value.code


def instruction(value: Instruction) -> str:
    """The label of the code, the words, or both."""
    return " – ".join(dict.fromkeys(filter(None, (coding(value.coding) if value.coding else "", value.text))))


def target(value: Target) -> str:
    """`INR 2,0 à 3,0`, `≥ 2 mmol/L`."""
    low, high = (number(bound) if bound is not None else "" for bound in (value.low, value.high))
    range_ = f"{low} à {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
    return f"INR {range_}" if value.unit == "INR" else f"{range_} {value.unit}"


def recurrence(value: Recurrence) -> str:
    """`6 fois, toutes les 4 semaines, jusqu'au 11/07/2026`: what is known of them."""
    parts = [f"{value.count} fois"] if value.count else []
    if value.interval is not None and value.unit is not None:
        every, many = _EVERY[value.unit]
        parts.append(f"{every} {many}" if value.interval == 1 else f"{every} {number(value.interval)} {many}")
    if value.until:
        parts.append(f"jusqu'au {day(value.until)}")
    return ", ".join(parts) or SUNDRY


def answer(value: AnswerValue) -> str:
    """An answer to an item of clinical information."""
    match value:
        case DateAnswer(found):
            return partial(found)
        case InstantAnswer(found_at):
            return instant(found_at)
        case QuantityAnswer(quantity):
            return f"{number(quantity.value)} {quantity.unit or quantity.ucum or ''}".rstrip()
        case NumberAnswer():
            return number(value.number)
        case ChoiceAnswer(choice):
            return coding(choice)
        case BooleanAnswer(boolean):
            return yes_or_no(boolean)
        case TextAnswer(said):
            return said
        case AskedUnknown():
            return UNKNOWN


def contact(point: ContactPoint) -> str:
    """`tél. 01 23 45 67 89`."""
    return f"{_SYSTEMS.get(point.system, 'contact')} {point.value}"


def result_return(value: ResultReturn) -> str:
    """`tél. 0139001234, en urgence, dans les 60 minutes`."""
    parts = [contact(value.contact), WHEN[value.when]]
    parts += [f"dans les {value.within_minutes} minutes"] if value.within_minutes is not None else []
    return ", ".join(parts)


def professional(who: PractitionerRole | Organization) -> str:
    """A professional with his or her structure, or a structure, on one line."""
    if isinstance(who, Organization):
        return " – ".join(filter(None, (who.name, who.finess and f"FINESS {who.finess}"))) or SUNDRY
    person = who.practitioner
    parts = [person.full_name, person.rpps and f"RPPS {person.rpps}"]
    parts += [coding(specialty) for specialty in who.specialties]
    parts += [professional(who.organization)] if who.organization else []
    return " – ".join(filter(None, parts)) or SUNDRY
