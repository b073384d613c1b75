"""What names an exam and R4 has no element for: on the exam to order, and on the definition of its result."""

from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.published import PublishedCatalogue
from terminology.lab_catalogue import LabExam


def write_exam_extensions(exam: LabExam, whole: PublishedCatalogue) -> list[JsonObject]:
    """Synonyms in their order, mnemonic, nature (HL7 table 0174), rank in the value set."""
    return [
        *whole.extensions("synonym", "String", exam.synonyms),
        *whole.extension("mnemonic", "String", exam.mnemonic),
        *whole.extension("nature", "Code", exam.nature.value),
        *whole.extension("rank", "String", exam.rank),
    ]
