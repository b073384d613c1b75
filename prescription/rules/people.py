"""Rules about the author and the patient (prescription.md §1, §9)."""

from collections.abc import Iterator

from kernel import rpps
from kernel.calendar import years_between
from kernel.findings import Finding
from prescription.identity.cog import PATTERN as COG
from prescription.identity.cog import UNKNOWN_CODE, UNKNOWN_NAME
from prescription.identity.spelling import begins
from prescription.identity.status import FORCED_PROVISIONAL, FROM_INSI, LEGAL_ATTRIBUTES, permissions
from prescription.people import AnonymousPatient, HelperRole, IdentityAttribute, IdentityStatus, Patient, Sex
from prescription.prescription import Prescription
from prescription.rules.rule import RuleContext, error, information, warning

_ADULT = 18

UNQUALIFIED_IDENTITY = "L'identité du patient n'est pas qualifiée : ni matricule ni datamatrix INS sur l'ordonnance."
"""What W-IDENT says of it, on a page as in a mail."""


def has_an_author(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """RPPS and name are mandatory to sign; a wrong key only warns, since the directory decides."""
    author = prescription.author.practitioner
    if not author.rpps or not rpps.well_formed(author.rpps):
        yield error("no-author", "Le prescripteur n'a pas de numéro RPPS.", "Attendu : 11 chiffres.", "author.rpps")
    elif not rpps.key_valid(author.rpps):
        yield warning(
            "W-AUTHOR", "La clé du numéro RPPS du prescripteur est incorrecte.", "Vérifier le numéro.", "author.rpps"
        )
    if not author.family:
        yield error("no-author", "Le prescripteur n'a pas de nom.", "Indiquer son nom.", "author.name")


def names_the_patient(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """A full order says who the patient is and when he or she was born; a partial date is a date."""
    patient = prescription.patient
    if isinstance(patient, AnonymousPatient):
        return
    if not patient.birth_family_name and not patient.used_family_name:
        yield error("no-patient-name", "Le patient n'a pas de nom.", "Indiquer le nom de naissance.", "patient.name")
    if patient.birth_date is None:
        yield error(
            "no-birth-date",
            "La date de naissance du patient manque.",
            "Une date partielle (année, ou année et mois) suffit.",
            "patient.birth_date",
        )


def identity_is_coherent(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """RNIV: a doubtful or fictive identity is provisional and has no matricule; production takes no fictive one."""
    patient = prescription.patient
    if isinstance(patient, AnonymousPatient):
        return
    forced = patient.attributes & FORCED_PROVISIONAL
    if forced and (patient.status is not IdentityStatus.PROVISIONAL or patient.ins is not None):
        yield error(
            "malformed-ins",
            "Une identité douteuse ou fictive est provisoire et ne porte pas de matricule.",
            "Retirer le matricule et le statut, ou l'attribut.",
            "patient",
        )
    if patient.attributes not in LEGAL_ATTRIBUTES:
        yield error(
            "malformed-ins",
            "Seuls les attributs « douteuse » et « homonyme » se combinent.",
            "Garder un seul attribut.",
            "patient",
        )
    if not permissions(patient, production=context.production).epu:
        yield error(
            "fictive-identity",
            "Une identité fictive ou de test ne sort pas du logiciel en production.",
            "Utiliser l'identité réelle du patient.",
            "patient",
        )


def identity_is_sure(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """W-IDENT: what the status of the identity implies for those who will read the order."""
    patient = prescription.patient
    if isinstance(patient, Patient):
        if patient.status is not IdentityStatus.QUALIFIED:
            yield information(
                "W-IDENT",
                UNQUALIFIED_IDENTITY,
                "Qualifier l'identité quand c'est possible.",
                "patient",
            )
        if patient.status in FROM_INSI and patient.ins is None:
            yield warning(
                "W-IDENT",
                "Le statut de l'identité dit qu'elle vient d'INSi, et le matricule manque.",
                "Interroger INSi de nouveau, ou corriger le statut.",
                "patient",
            )
        first, listed = patient.first_birth_given_name, " ".join(patient.birth_given_names)
        if first and listed and not begins(first, listed):
            yield warning(
                "W-IDENT",
                "Le premier prénom de naissance ne commence pas la liste des prénoms de naissance.",
                "Vérifier les prénoms.",
                "patient.name",
            )
        if patient.birth_place_code and not COG.fullmatch(patient.birth_place_code):
            yield warning(
                "W-IDENT",
                "Le code du lieu de naissance n'a pas la forme d'un code officiel géographique.",
                f"Cinq caractères ; lieu inconnu : {UNKNOWN_CODE} et « {UNKNOWN_NAME} ».",
                "patient",
            )
        if IdentityAttribute.HOMONYM in patient.attributes:
            yield warning("W-IDENT", "Le patient a un homonyme.", "Vérifier l'identité.", "patient")
    if patient.sex is Sex.UNKNOWN:
        yield warning("W-IDENT", "Le sexe du patient n'est pas connu.", "L'indiquer si possible.", "patient.sex")


def minor_has_a_representative(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-REP: a minor without a legal representative or guardian on the order."""
    patient = prescription.patient
    if isinstance(patient, AnonymousPatient) or patient.birth_date is None:
        return
    representatives = {HelperRole.LEGAL_REPRESENTATIVE, HelperRole.GUARDIAN}
    if years_between(patient.birth_date.earliest, context.today) >= _ADULT:
        return
    if not any(helper.role in representatives for helper in prescription.helpers):
        yield warning("W-REP", "Patient mineur sans représentant légal.", "Indiquer un représentant légal.", "patient")
