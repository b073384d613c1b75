"""The closed lists of the starter catalogue: chapters, specimens, items of clinical information."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terminology.coding import Coding
from terminology.readers.table import Faults, Row, read_table, unique
from terminology.request_code import AnswerType, ClinicalInformation

# Where the files name a system of our own, the canonical base stands as this word (terminology.md §5.1).
BASE = "{base}"
INFORMATION_SYSTEM = BASE + "/CodeSystem/renseignements-cliniques"

CODING_COLUMNS = ("code", "system", "label")
INFORMATION_COLUMNS = ("code", "label", "type", "unit", "choices", "help", "sex")


@dataclass(frozen=True, slots=True)
class Lists:
    """What a row of exams.csv may refer to, each by its code."""

    chapters: Mapping[str, Coding]
    specimens: Mapping[str, Coding]
    information: Mapping[str, ClinicalInformation]


def read_lists(texts: Mapping[str, str], faults: Faults, base: str) -> Lists:
    """The three lists from chapters.csv, specimens.csv and clinical_information.csv."""
    return Lists(
        chapters=_codings("chapters.csv", texts["chapters.csv"], faults, base),
        specimens=_codings("specimens.csv", texts["specimens.csv"], faults, base),
        information=_information(texts["clinical_information.csv"], faults, base),
    )


def _required(rows: Sequence[Row], columns: Sequence[str], faults: Faults) -> None:
    for row in rows:
        for column in columns:
            if not row[column]:
                faults.add(row, column, "E14", "valeur absente", "Donner une valeur.")


def _codings(file: str, text: str, faults: Faults, base: str) -> dict[str, Coding]:
    rows = read_table(file, text, CODING_COLUMNS, faults)
    _required(rows, ("system", "label"), faults)
    return {
        code: Coding(row["system"].replace(BASE, base), code, row["label"])
        for code, row in unique(rows, "code", faults).items()
    }


def _information(text: str, faults: Faults, base: str) -> dict[str, ClinicalInformation]:
    rows = read_table("clinical_information.csv", text, INFORMATION_COLUMNS, faults)
    _required(rows, ("label",), faults)
    items: dict[str, ClinicalInformation] = {}
    for code, row in unique(rows, "code", faults).items():
        answer = _answer_type(row, faults)
        if answer is not None:
            choices = _choices(row, answer, faults, base)
            sex = _sex(row, faults)
            items[code] = ClinicalInformation(
                code, row["label"], answer, choices, row["unit"] or None, row["help"], sex
            )
    return items


def _answer_type(row: Row, faults: Faults) -> AnswerType | None:
    if row["type"] not in list(AnswerType):
        faults.add(row, "type", "E14", f"type « {row['type']} » inconnu", f"Types : {', '.join(AnswerType)}.")
        return None
    answer = AnswerType(row["type"])
    if (answer is AnswerType.QUANTITY) != bool(row["unit"]):
        faults.add(
            row, "unit", "E14", "une unité va avec le type quantite, et lui seul", "Corriger le type ou l'unité."
        )
    return answer


def _choices(row: Row, answer: AnswerType, faults: Faults, base: str) -> tuple[Coding, ...]:
    pairs = [part.partition("=") for part in row.values("choices")]
    if (answer is AnswerType.CHOICE) != bool(pairs):
        faults.add(
            row, "choices", "E14", "des choix vont avec le type choix, et lui seul", "Corriger le type ou les choix."
        )
    codes = [code for code, _, _ in pairs]
    if any(not code or not label for code, _, label in pairs) or len(set(codes)) != len(codes):
        faults.add(row, "choices", "E14", "choix illisible ou en double", "Forme attendue : code=Libellé|code=Libellé.")
    system = INFORMATION_SYSTEM.replace(BASE, base)
    return tuple(Coding(system, code, label) for code, _, label in pairs)


def _sex(row: Row, faults: Faults) -> str | None:
    if row["sex"] not in ("", "female", "male"):
        faults.add(row, "sex", "E14", f"sexe « {row['sex']} » inconnu", "female, male, ou rien.")
    return row["sex"] or None
