"""What the patient is to do before the exams: the order's own instructions, then the catalogue's, each said once."""

from dataclasses import dataclass

from prescription.labels import request_of
from prescription.line import Instruction, Line
from prescription.prescription import Prescription
from printing import patient_wording as wording
from printing.french import typeset
from printing.line_block import instruction
from terminology.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence, and the numbers of the exams it is for."""

    text: str
    exams: tuple[int, ...]


def advice_of(prescription: Prescription, catalogue: Catalogue) -> tuple[str, ...]:
    """The sentences in the order of the exams; a sentence that is not for every exam names those it is for."""
    found: dict[str, Advice] = {}
    for position, line in enumerate(prescription.lines, start=1):
        for text in _texts(line, catalogue):
            key = " ".join(text.casefold().split())
            known = found.get(key, Advice(text, ()))
            found[key] = Advice(known.text, tuple(dict.fromkeys((*known.exams, position))))
    return tuple(_sentence(advice, len(prescription.lines)) for advice in found.values())


def _texts(line: Line, catalogue: Catalogue) -> list[str]:
    texts = [_in_plain_words(given) for given in line.patient_instructions]
    texts += [line.patient_instruction_text or ""]
    texts += [wording.CONDITION + condition.text for condition in line.preconditions]
    request = request_of(line, catalogue)
    texts += request.patient_instructions if request else ()
    return [text for text in texts if text]


def _in_plain_words(given: Instruction) -> str:
    """The label and the words that were given, then what the code means."""
    plain = wording.CODED.get(given.coding.code, "") if given.coding else ""
    said = instruction(given) if not plain or (given.coding and given.coding.display) else given.text
    return ". ".join(part for part in (said.rstrip(". "), plain) if part)


def _sentence(advice: Advice, total: int) -> str:
    if len(advice.exams) == total:
        return advice.text
    *others, last = map(str, advice.exams)
    exams = f"les examens {', '.join(others)} et {last}" if others else f"l'examen {last}"
    return typeset(f"Pour {exams} : ") + advice.text
