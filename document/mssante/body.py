"""What a mail says to who opens it: nothing that its subject does not say already, and what must be seen to."""

from collections.abc import Iterator

from document.mssante.names import birth_date, family_name, given_name
from document.xdm.package import PACKAGE
from kernel.french_time import in_france
from prescription.documents.departure import Channel
from prescription.documents.ports import Mail
from prescription.identity.status import permissions
from prescription.rules.people import UNQUALIFIED_IDENTITY

FOLLOW_UP = (
    "Ce document est présent dans le dossier médical partagé (DMP), où il est invisible pour le patient. Merci d'en "
    "assurer le suivi : informer le patient, puis rendre le document visible."
)
CHECK_IDENTITY = f"{UNQUALIFIED_IDENTITY} Vérifier l'identité avant de rattacher ce document à un dossier."
_REPLACES = (
    "Ce message annule et remplace celui qui vous a été adressé auparavant : ne plus se servir de l'ordonnance qu'il "
    "contenait."
)
_TO_PATIENT = "Présentez l'ordonnance imprimée (PDF) au laboratoire de votre choix."


def body(mail: Mail, pdf: str) -> str:
    """The text; `pdf` is the name of the attached order."""
    return "\n\n".join(_paragraphs(mail, pdf)) + "\n"


def _paragraphs(mail: Mail, pdf: str) -> Iterator[str]:
    said, patient = mail.metadata, mail.metadata.patient
    to_patient = mail.channel is Channel.PATIENT_MAIL
    yield "Bonjour,"
    if mail.follows:
        yield _REPLACES
    day, author = in_france(said.created)[:10], said.author.practitioner.full_name
    if to_patient:
        yield f"Voici votre ordonnance de biologie médicale, établie le {day} par {author}."
    else:
        born = f", date de naissance {birth_date(patient)}" if patient.birth_date else ""
        yield (
            f"Voici l'ordonnance de biologie médicale établie le {day} par {author} pour "
            f"{family_name(patient)} {given_name(patient)}{born}."
        )
    if not to_patient and not permissions(patient).matricule:
        yield CHECK_IDENTITY
    if not to_patient and mail.hidden_from_patient:
        yield FOLLOW_UP
    yield f"Pièces jointes :\n- {pdf} : l'ordonnance imprimée ;\n- {PACKAGE} : la même ordonnance, pour un logiciel."
    if to_patient:
        yield _TO_PATIENT
