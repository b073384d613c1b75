"""The catalogue LCSD publishes bears what was validated and nothing else (terminology.md §7.5, lcsd.md §4)."""

from dataclasses import replace

from circuitbio.examples import lab_catalogue_file
from kernel.clock import FixedClock
from lcsd.exchange_file import build_file
from lcsd.messages.control import Emission, Receiver
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, LOINC, NABM, TECHNIQUE
from terminology.lab_catalogue_toml import load_lab_catalogue
from terminology.transcoding.coded import coded_catalogue
from terminology.transcoding.mapping import Mapping, MappingKey, MappingKind, MappingStatus
from tests.terminology.transcoding.bench import LAB, NOW, WAITING_SYSTEM

SODIUM = Coding(LOINC, "2951-2", "Sodium [Moles/Volume] Sérum/Plasma ; Numérique")
ACT = Coding(NABM, "1609", "Ionogramme")


def catalogue(*exams: LabExam) -> LabCatalogue:
    return LabCatalogue(LAB, 1, NOW, exams)


def mapping(target: Coding | None, status: MappingStatus = MappingStatus.VALIDATED, code: str = "NA") -> Mapping:
    return Mapping(MappingKey(code), status, "RPPS", NOW, target)


def coded(exam: LabExam, *mappings: Mapping) -> LabExam:
    return coded_catalogue(catalogue(exam), mappings).exams[0]


def test_a_validated_loinc_is_the_code_of_the_exam() -> None:
    assert coded(LabExam("NA", "Sodium"), mapping(SODIUM)).loinc == SODIUM


def test_what_is_proposed_or_in_doubt_is_not_published_even_where_the_catalogue_said_so() -> None:
    said = LabExam("NA", "Sodium", loinc=SODIUM)
    for status in (MappingStatus.PROPOSED, MappingStatus.TO_REVIEW, MappingStatus.REFUSED):
        assert coded(said, mapping(SODIUM, status)).loinc is None
    assert coded(said).loinc == SODIUM, "nothing was decided here"


def test_a_waiting_code_stands_beside_the_acts_and_never_as_the_code() -> None:
    waiting = Coding(WAITING_SYSTEM, "ATT-001", "Zorgline")
    exam = coded(LabExam("NA", "Zorgline", nabm=(ACT,)), mapping(waiting))
    assert (exam.loinc, exam.nabm) == (None, (ACT, waiting))


def test_a_code_kept_local_adds_nothing() -> None:
    exam = LabExam("NA", "Sodium", nabm=(ACT,))
    assert coded(exam, mapping(Coding(LOCAL_SYSTEM, "NA", "Sodium"))) == exam


def test_techniques_and_answers_take_their_validated_codes() -> None:
    local, negative = Coding(LOCAL_SYSTEM, "T1", "maison"), Coding(LOCAL_SYSTEM, "N", "Négatif")
    national, coded_negative = Coding(TECHNIQUE, "DEG", "Glucose oxydase"), Coding("urn:answers", "1", "Négatif")
    exam = LabExam("NA", "Sodium", techniques=(local,), normal_answers=(negative,))
    mappings = [
        Mapping(MappingKey("NA", MappingKind.TECHNIQUE, "T1"), MappingStatus.VALIDATED, "RPPS", NOW, national),
        Mapping(MappingKey("NA", MappingKind.QUALITATIVE, "N"), MappingStatus.VALIDATED, "RPPS", NOW, coded_negative),
    ]
    found = coded(exam, *mappings)
    assert (found.techniques, found.normal_answers) == ((national,), (coded_negative,))


def test_of_two_exams_with_one_loinc_the_first_keeps_the_preferred_key() -> None:
    exams = (LabExam("NA", "Sodium"), LabExam("NAU", "Sodium urgent"))
    found = coded_catalogue(catalogue(*exams), [mapping(SODIUM), mapping(SODIUM, code="NAU")]).exams
    assert [e.loinc_preferred for e in found] == [True, False]


def test_the_example_laboratory_coded_by_the_assistant_passes_the_checks_of_lcsd() -> None:
    source = load_lab_catalogue(lab_catalogue_file())
    bare = replace(source, exams=tuple(replace(e, loinc=None) for e in source.exams))
    mappings = [mapping(e.loinc, code=e.local_code) for e in source.exams if e.loinc]
    published = coded_catalogue(bare, mappings)
    assert published == source
    emission = Emission(published, Receiver("DPI", "750000002"), FixedClock(NOW).now())
    assert build_file(emission)[1].startswith(b"FHS|")
