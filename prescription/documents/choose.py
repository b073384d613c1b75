"""`$document-choice`: what the patient answers about Mon espace santé, recorded with who, when and how (§8)."""

from kernel.errors import Forbidden
from kernel.ins import Ins
from prescription.caller import Role
from prescription.documents.choices import Act, Answer, Choice, Manner
from prescription.usecases.access import Access


def choose(access: Access, patient: Ins, act: Act, answer: Answer, how: Manner) -> Choice:
    """Records one choice. A patient chooses for themselves (`Forbidden`, `not-yourself`); a professional records what
    the patient said. An opposition stops what still waits: it is asked again when something is to leave."""
    access.check_role()
    itself = access.caller.role is Role.PATIENT
    if itself and access.caller.id != patient.matricule:
        raise Forbidden.because("not-yourself", "Un patient ne choisit que pour lui-même.", "Donner son matricule.")
    by = "" if itself else access.caller.id
    choice = Choice(act, answer, how, access.now, access.caller.role, by, access.caller.finess)
    access.unit.choices.record(patient, choice)
    access.trace(f"{act.value}-{answer.value}", None)
    return choice
