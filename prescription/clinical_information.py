"""What an exam asks for and a line does not say (*renseignements cliniques*); an incentive, never a block."""

from prescription.line import Line
from prescription.people import Sex
from terminology.request_code import ClinicalInformation, Obligation, RequestCode


def missing_information(
    line: Line, request: RequestCode, sex: Sex, obligation: Obligation
) -> tuple[ClinicalInformation, ...]:
    """Items of that obligation without an answer; « inconnu » is one. A man is not asked for his last menses."""
    other = {Sex.FEMALE: "male", Sex.MALE: "female"}.get(sex)
    return tuple(
        expected.item
        for expected in request.clinical_information
        if expected.obligation is obligation
        and expected.item.code not in line.answered
        and (expected.item.sex is None or expected.item.sex != other)
    )
