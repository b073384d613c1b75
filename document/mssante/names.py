"""The subject of a mail and the name of its PDF, as MSSanté asks (référentiel socle #2, ECO.2.1.3, 2.1.6)."""

import re
import unicodedata

from kernel.french_time import in_france
from prescription.documents.metadata import DocumentMetadata
from prescription.people import Patient

_MARK = "XDM/1.0/DDM+"
_REPLACES = "[Annule et remplace] "
_LONGEST_LABEL = 40
_LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE"})
# What separates the parts of the name of a file, what no file system takes, and what no header may hold.
_NOT_IN_A_FILE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029_/\\:*?"<>|]+')
_NOT_IN_A_SUBJECT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def subject(said: DocumentMetadata, correction: bool) -> str:
    """`XDM/1.0/DDM+<label> <NOM> <prenom> <JJ/MM/AAAA>`, the date being that of birth; a correction says so in front,
    where the receipts of a failed integration put their own mark."""
    patient = said.patient
    parts = (_label(said), family_name(patient), given_name(patient), birth_date(patient))
    whole = _MARK + " ".join(part for part in parts if part)
    return _NOT_IN_A_SUBJECT.sub(" ", (_REPLACES if correction else "") + whole)


def pdf_name(said: DocumentMetadata) -> str:
    """`<AAAAMMJJ>_<type>_<NOM>_<prenom>.pdf`, the date being that of the document."""
    day = in_france(said.created)
    parts = (day[6:10] + day[3:5] + day[:2], _label(said), family_name(said.patient), given_name(said.patient))
    return "_".join(_NOT_IN_A_FILE.sub(" ", part).strip() for part in parts if part) + ".pdf"


def family_name(patient: Patient) -> str:
    """The birth name in capitals, without accents."""
    decomposed = unicodedata.normalize("NFD", (patient.birth_family_name or "").upper().translate(_LIGATURES))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def given_name(patient: Patient) -> str:
    """The first birth given name."""
    return patient.first_birth_given_name or next(iter(patient.birth_given_names), "")


def birth_date(patient: Patient) -> str:
    """`JJ/MM/AAAA`, or what is known of it."""
    return "/".join(reversed(str(patient.birth_date).split("-"))) if patient.birth_date else ""


def _label(said: DocumentMetadata) -> str:
    return said.type_code.display[:_LONGEST_LABEL].rstrip()
