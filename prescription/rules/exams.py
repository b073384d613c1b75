"""Rules about the exams asked for: codes, labels, clinical information (prescription.md §1, interface.md §2)."""

from collections.abc import Iterator

from kernel import loinc
from kernel.findings import Finding
from prescription.clinical_information import missing_information
from prescription.line import CodedExam, CodeKind, Line
from prescription.prescription import Prescription
from prescription.rules.rule import RuleContext, error, information, line_path, warning
from terminology.request_code import CodeStatus, Obligation


def loinc_is_well_formed(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """A LOINC code has the right form and the right check digit."""
    for line in prescription.lines:
        if isinstance(line.exam, CodedExam) and line.exam.kind is CodeKind.LOINC and not loinc.valid(line.exam.code):
            yield error(
                "malformed-loinc",
                f"« {line.exam.code} » n'est pas un code LOINC : "
                + ("clé de contrôle incorrecte." if loinc.well_formed(line.exam.code) else "forme incorrecte."),
                "Chercher l'examen de nouveau, ou l'écrire en texte libre.",
                line_path(line, "exam"),
            )


def label_fits_the_code(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """A label that names only another exam is an error, since one of the two is wrong; of none, a warning."""
    for line in prescription.lines:
        exam = line.exam
        if not isinstance(exam, CodedExam):
            continue
        for text in dict.fromkeys(t for t in (exam.display, exam.as_seen) if t):
            named = context.catalogue.codes_named(text)
            if exam.code in named:
                continue
            if named:
                yield error(
                    "label-of-other-code",
                    f"Le libellé « {text} » est celui d'un autre examen que {exam.code} ({', '.join(sorted(named))}).",
                    "Corriger le code ou le libellé.",
                    line_path(line, "exam"),
                )
            elif context.catalogue.get(exam.code) is not None:
                yield warning(
                    "W-LABEL",
                    f"Le libellé « {text} » n'est pas connu pour {exam.code}.",
                    "Les deux libellés seront imprimés.",
                    line_path(line, "exam"),
                )


def code_is_in_the_release(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-CODE: a well-formed code the release does not hold. W-OLDCODE: one it has retired."""
    for line in prescription.lines:
        exam = line.exam
        if not isinstance(exam, CodedExam) or (exam.kind is CodeKind.LOINC and not loinc.valid(exam.code)):
            continue
        request = context.catalogue.get(exam.code)
        path = line_path(line, "exam")
        if request is None:
            yield warning(
                "W-CODE",
                f"Le code {exam.code} n'est pas dans le jeu de valeurs {context.catalogue.release.name}.",
                "Le laboratoire recevra le code et le libellé tels quels.",
                path,
            )
        elif request.status is CodeStatus.RETIRED:
            yield warning("W-OLDCODE", f"Le code {exam.code} est retiré.", "Choisir un examen en vigueur.", path)


def clinical_information_is_given(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-CLIN: what the exam asks for and the line does not say; « inconnu » is an answer (seed 002)."""
    for line in prescription.lines:
        request = context.request(line)
        if request is None:
            continue
        for obligation, found in ((Obligation.REQUIRED, warning), (Obligation.USEFUL, information)):
            for item in missing_information(line, request, prescription.patient.sex, obligation):
                yield found(
                    "W-CLIN",
                    f"{request.display} : renseignement clinique à préciser — {item.label}.",
                    "Le renseigner, ou répondre « inconnu » ; rien n'est bloqué.",
                    line_path(line),
                )


def specimen_is_usual(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-SPECIMEN: the prescriber chose another specimen than the value set gives."""
    for line in prescription.lines:
        request = context.request(line)
        usual = {specimen.code for specimen in request.specimens} if request else set()
        if usual and line.specimens and not usual & {specimen.code for specimen in line.specimens}:
            yield information(
                "W-SPECIMEN",
                "La nature du prélèvement n'est pas celle du jeu de valeurs.",
                "Vérifier la nature du prélèvement.",
                line_path(line, "specimens"),
            )


def exam_is_asked_once(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """W-REDUND: the same code on two lines."""
    seen: dict[str, Line] = {}
    for line in prescription.lines:
        if not isinstance(line.exam, CodedExam):
            continue
        if line.exam.code in seen:
            yield warning(
                "W-REDUND",
                f"L'examen {line.exam.code} est demandé deux fois.",
                "Retirer une des deux lignes si c'est une redite.",
                line_path(line, "exam"),
            )
        seen.setdefault(line.exam.code, line)
