"""The four master files of LAB-51 (`lcsd.md` §1): which one an entry goes to, in which order they are sent."""

from enum import Enum

from terminology.lab_catalogue import LabExam, Nature


class MasterFile(Enum):
    """Code of MFI-1, its text, the trigger of its message, the rank in MSH-10, the OID of the IHE profile."""

    NUMERIC = ("OMA", "Observations numériques", "M08", 1, "1.3.6.1.4.12559.11.1.1.118")
    CATEGORICAL = ("OMB", "Observations catégorielles", "M09", 2, "1.3.6.1.4.12559.11.1.1.119")
    CALCULATED = ("OMD", "Observations calculées", "M11", 3, "1.3.6.1.4.12559.11.1.1.121")
    BATTERY = ("OMC", "Batteries", "M10", 4, "1.3.6.1.4.12559.11.1.1.120")

    def __init__(self, code: str, text: str, trigger: str, rank: int, profile: str) -> None:
        self.code = code
        self.text = text
        self.trigger = trigger
        self.rank = rank
        self.profile = profile

    @classmethod
    def of_trigger(cls, trigger: str) -> "MasterFile | None":
        """The master file of MSH-9.2, None when it is not one of LCSD."""
        return next((f for f in cls if f.trigger == trigger), None)


def master_file(exam: LabExam) -> MasterFile:
    """Where an entry goes: batteries by their members, then calculated ones, then by the type of the result."""
    if exam.members:
        return MasterFile.BATTERY
    if exam.nature is Nature.CALCULATED or exam.derivation_rule:
        return MasterFile.CALCULATED
    if exam.value_types and all(t.is_number for t in exam.value_types):
        return MasterFile.NUMERIC
    return MasterFile.CATEGORICAL
