"""The fixed sentences of the sheet, in one place (printing.md §3 to §9).

The headings of the two-zone form follow the specification; they were not checked against the official form.
"""

from printing.french import typeset as _fr

TITLE = _fr("Ordonnance d'examens de biologie médicale")
CONTINUED = _fr("(suite)")
ALD_ZONE = _fr(
    "Prescriptions relatives au traitement de l'affection de longue durée reconnue (liste ou hors liste) "
    "(AFFECTION EXONÉRANTE)"
)
OTHER_ZONE = _fr("Prescriptions SANS RAPPORT avec l'affection de longue durée (MALADIES INTERCURRENTES)")
NOTHING = _fr("Néant")
RECALL = _fr("Rappel du dernier examen prescrit : ")
COUNT = _fr("Nombre d'examens prescrits : ")
CONTEXT = _fr("Contexte clinique")
RETURN = _fr("Retour des résultats")
SECURE_MESSAGING = _fr("Messagerie sécurisée de santé (MSSanté)")
PATIENT = _fr("Patient")
EPU_LABEL = _fr("E-prescription unifiée")
EPU_UNREADABLE = _fr("Si le QR code est illisible, saisir ce code")
NOT_SENT = _fr("Prescription non transmise à la base e-prescription")
DRAFT_NO_CODE = _fr("Projet : les codes sont imprimés après signature")
INS_LABEL = _fr("INS à scanner")
QUALIFIED = _fr("Identité qualifiée")
TEST_IDENTITY = _fr("Identité de test")
DEMONSTRATION_IDENTITY = _fr("Identité de test (démonstration)")
VALIDATED = _fr("Identité validée")
RETRIEVED = _fr("Identité récupérée")
PROVISIONAL = _fr("Identité provisoire")
TO_CHECK = _fr("Identité à vérifier")
HOMONYM = _fr("Homonyme connu")
URGENT = "URGENT"
HOME_SAMPLING = _fr("Prélèvement à domicile")
RENEWABLE = _fr("Examens renouvelables")
REPLACES = _fr("Remplace une ordonnance précédente")
TO_SPECIFY = _fr("À préciser : ")
UNKNOWN = _fr("inconnu")
SIGNATURE = _fr("Signature")
SIGN_ON_LAST = _fr("Suite page suivante – signature en dernière page")
SEALED = _fr("Signé électroniquement par {signer} le {day} à {time}")
CERTIFICATE = _fr("Certificat n° {serial}")
VERIFY = _fr("À vérifier dans la base e-prescription ou le DMP")
INSTRUCTIONS = _fr(
    "Pour connaître en détail les consignes à respecter pour vos prélèvements, rapprochez-vous de votre laboratoire "
    "de biologie médicale ou consultez son site internet."
)
PRIVACY = _fr(
    "Données traitées par {controller} pour votre prise en charge, lues par le laboratoire de votre choix. "
    "Vos droits : votre prescripteur."
)
WATERMARK_CANCELLED = "ANNULÉE"
WATERMARK_DRAFT = "PROJET"
WATERMARK_SPECIMEN = _fr("SPÉCIMEN – NE PAS UTILISER")
SUBJECT = TITLE
CREATOR = "Circuitbio"
