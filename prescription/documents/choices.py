"""What the patient has chosen about Mon espace santé, and what follows from it (cda-ep-bio.md §8; seed 003 §3.4.1).

A choice is recorded with who, when and how; it holds for the whole care team until it is changed. Why a patient is
opposed is neither asked nor kept.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prescription.caller import Role


class Act(StrEnum):
    """What is chosen about: feeding the record (*alimentation*), or reading it (*consultation*)."""

    FEED = "feed"
    CONSULT = "consult"


class Answer(StrEnum):
    """What the patient said; `unanswered` takes back what was said before."""

    AGREED = "agreed"
    OPPOSED = "opposed"
    UNANSWERED = "unanswered"


class Manner(StrEnum):
    """How it was said."""

    ORAL = "oral"
    WRITTEN = "written"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of one patient. `by` is the RPPS of who recorded it, empty for the patient; `finess` the site."""

    act: Act
    answer: Answer
    how: Manner
    at: datetime
    role: Role
    by: str = ""
    finess: str = ""


def allows(act: Act, choice: Choice | None) -> bool:
    """Whether the act is allowed: feeding unless opposed, consulting only when agreed."""
    answer = Answer.UNANSWERED if choice is None else choice.answer
    return answer is not Answer.OPPOSED if act is Act.FEED else answer is Answer.AGREED
