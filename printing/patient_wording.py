"""The fixed sentences of the patient sheet, in French of level B1 (printing.md §10).

`CODED` explains the patient instructions MED-1160 to MED-1165 (prescription.md §1); it does not repeat their labels,
which come with the order.
"""

from printing.french import typeset as _fr

NAME = _fr("Fiche de consignes")
TITLE = _fr("Vos examens de biologie : fiche de consignes")
FOR = _fr("Pour : ")
SHOW_CODE = _fr("Montrez ce code au laboratoire de votre choix")
CODE_BY_HAND = _fr("Si le code ne peut pas être lu, le laboratoire saisit ces lettres et ces chiffres :")
NO_CODE = _fr("Cette fiche ne porte pas de code. Donnez votre ordonnance papier au laboratoire de votre choix.")
HOME_SAMPLING = _fr("Le prélèvement se fait chez vous.")
CANCELLED = _fr("ANNULÉE : cette ordonnance est annulée. N'utilisez pas cette fiche.")
DRAFT = _fr("PROJET : l'ordonnance n'est pas encore signée. N'utilisez pas cette fiche.")
SPECIMEN = _fr("SPÉCIMEN – NE PAS UTILISER")

EXAMS = _fr("Vos examens")
TICK = _fr("Cochez la case et notez la date quand l'examen est fait.")
DONE_ON = _fr("Fait le")
URGENT = _fr("URGENT : faites cet examen le plus vite possible.")
NOT_REIMBURSED = _fr("Cet examen n'est pas remboursé par l'Assurance maladie.")
FREE_PRICE = _fr("Le prix de cet examen est libre : demandez-le avant l'examen.")

BEFORE = _fr("Avant les examens")
NO_INSTRUCTION = _fr("Votre ordonnance ne donne pas de consigne particulière.")
CONDITION = _fr("Attention : ")
MEDICINES = _fr("N'arrêtez aucun médicament sans l'avis de votre médecin.")
ASK_LABORATORY = _fr(
    "Pour connaître toutes les consignes, demandez au laboratoire de votre choix ou lisez son site internet."
)
CODED = {
    "MED-1160": _fr("Venez à jeun, c'est-à-dire sans avoir mangé. Demandez au laboratoire depuis combien d'heures."),
    "MED-1161": _fr("Prenez rendez-vous avec le laboratoire avant de venir."),
    "MED-1162": _fr("Faites de préférence cet examen toujours dans le même laboratoire, pour comparer les résultats."),
    "MED-1163": _fr("Venez de préférence à jeun, ou loin d'un repas."),
    "MED-1164": _fr("Recueillez toutes vos urines pendant 24 heures. Demandez avant un flacon au laboratoire."),
    "MED-1165": _fr(
        "Le prélèvement se fait au laboratoire, dans les premiers jours de votre cycle. Demandez le jour exact au "
        "laboratoire."
    ),
}

BRING = _fr("À apporter")
PREPARE = _fr("À préparer")
TO_BRING = (
    _fr("votre ordonnance"),
    _fr("votre carte Vitale"),
    _fr("votre carte de mutuelle (complémentaire santé)"),
    _fr("cette fiche"),
)

WAYS = _fr("Comment donner votre ordonnance au laboratoire")
FOUR_WAYS = (
    _fr("Sur papier : montrez votre ordonnance, le laboratoire lit le code."),
    _fr("Par téléphone : ouvrez Mon espace santé sur votre téléphone et montrez le code de l'ordonnance."),
    _fr("Feuille perdue : imprimez de nouveau l'ordonnance depuis Mon espace santé."),
    _fr(
        "Par le dossier médical partagé (DMP) : le laboratoire retrouve l'ordonnance dans votre dossier, si vous êtes "
        "d'accord."
    ),
)
PAPER_ONLY = (_fr("Sur papier : donnez votre ordonnance au laboratoire."),)

QUESTION = _fr("Une question sur vos examens ?")
ASK_PRESCRIBER = _fr("Demandez à la personne qui a signé l'ordonnance : ")

PRIVACY = _fr("Vos données personnelles")
TO_COMPLETE = "[à compléter"
PRIVACY_TEXT = _fr(
    "Responsable du traitement : {controller}.\n"
    "But : prescrire vos examens et permettre au laboratoire de les faire.\n"
    "Base légale : [à compléter par la structure].\n"
    "Qui lit vos données : la personne qui a signé l'ordonnance, le laboratoire que vous choisissez, l'équipe qui vous "
    "soigne.\n"
    "Durée de conservation : [à compléter par la structure].\n"
    "Vos droits : lire vos données, les faire corriger, limiter leur usage, vous y opposer, vous plaindre à la CNIL.\n"
    "Contact : [à compléter par la structure]."
)
