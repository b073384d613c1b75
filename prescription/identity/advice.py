"""What a person is told of a recovery or a verification, in French, and what to try next (seed 003 §3.2)."""

from prescription.identity.recovery import Means, Outcome, Recovery
from prescription.identity.traits import discordant
from prescription.identity.verification import Verified

_BY_TRAITS = (
    "Vérifier le nom de naissance, le sexe et la date de naissance sur une pièce d'identité.",
    "Essayer un autre prénom de naissance.",
    "Interroger avec la carte Vitale ou l'application carte Vitale.",
)
_SEVERAL = ("Indiquer le lieu de naissance (code COG).", *_BY_TRAITS[1:])
_ORDER_GOES = "L'ordonnance peut partir avec le statut actuel de l'identité."
_RECOVERED: dict[Outcome, tuple[str, tuple[str, ...]]] = {
    Outcome.NONE: ("01 : aucune identité trouvée.", _BY_TRAITS),
    Outcome.SEVERAL: ("02 : plusieurs identités trouvées.", _SEVERAL),
    Outcome.UNAVAILABLE: ("Le téléservice INSi ne répond pas.", (_ORDER_GOES, "Réessayer plus tard.")),
    Outcome.NOT_NEEDED: ("L'identité vient déjà du téléservice INSi.", ()),
    Outcome.BLOCKED: ("Une identité douteuse ou fictive n'interroge pas le téléservice INSi.", (_ORDER_GOES,)),
    Outcome.INCOMPLETE: (
        "Il manque un trait pour interroger par saisie : nom de naissance, un prénom de naissance, sexe (F ou M), "
        "date de naissance complète.",
        ("Compléter l'identité, ou lire la carte Vitale.",),
    ),
}
_VERIFIED: dict[Verified, tuple[str, tuple[str, ...]]] = {
    Verified.NOT_DUE: ("L'identité n'est pas à vérifier aujourd'hui.", ()),
    Verified.CONFIRMED: ("L'identité est confirmée par le téléservice INSi.", ()),
    Verified.RENEWED: ("L'INS a changé : la nouvelle remplace l'ancienne.", ()),
    Verified.DOWNGRADED: (
        "L'identité n'est plus confirmée : le matricule est retiré et le statut abaissé.",
        ("Vérifier les traits sur une pièce d'identité, puis interroger de nouveau.",),
    ),
    Verified.UNAVAILABLE: ("Le téléservice INSi ne répond pas.", (_ORDER_GOES, "Vérifier plus tard.")),
}


def of_recovery(recovery: Recovery) -> tuple[str, tuple[str, ...]]:
    """What happened, and what to do, in the order to try it."""
    if recovery.outcome is Outcome.FOUND:
        if not discordant(recovery.compared):
            return "00 : une identité trouvée, tous les traits concordent.", ("Accepter en un geste.",)
        return (
            "00 : une identité trouvée, des traits diffèrent.",
            ("Comparer avec la pièce d'identité avant d'accepter.",),
        )
    message, advice = _RECOVERED[recovery.outcome]
    if recovery.means is not Means.TRAITS and recovery.outcome is Outcome.NONE:
        return message, ("Vérifier que la carte est celle du patient.", *_BY_TRAITS[:2])
    return message, advice


def of_verification(outcome: Verified) -> tuple[str, tuple[str, ...]]:
    """What happened, and what to do."""
    return _VERIFIED[outcome]


def of_scan(*, key_valid: bool, real: bool) -> str:
    """What a scanned datamatrix is worth."""
    if not key_valid:
        return "La clé du matricule est fausse : relire le datamatrix, ou interroger le téléservice INSi."
    if not real:
        return "Matricule de test ou de démonstration : ce n'est l'identité de personne."
    return "Un scan ne qualifie pas : vérifier l'identité sur une pièce, puis auprès du téléservice INSi."
