"""Whether a code is valid where it is asked about, and what is wrong with it or its label (terminology.md §5.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from api.fhir import parameters as p
from api.fhir.code_issue import (
    RETIRED,
    RETIRED_YET_VALID,
    UNKNOWN_CODE,
    UNKNOWN_SYSTEM,
    WRONG_LABEL,
    WRONG_VERSION,
    CodeIssue,
    Fault,
    write_code_issues,
)
from api.fhir.json import serialise
from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.operations.asking import Asked
from api.operations.codes import CODE, CODING, CONCEPT, EXAMPLE, ONE_OF, why_not_held
from api.operations.table import display_language, ignored, used
from api.operations.terms import Codes
from api.terminology.concept import Concept
from kernel.findings import Severity

_DISPLAY = "display"

TOLD = (
    used(CODE, Kind.CODE, "Code à vérifier", example=EXAMPLE),
    used("version", Kind.STRING, "Version du système de codes"),
    used(_DISPLAY, Kind.STRING, "Libellé à comparer à ceux du code"),
    used(CODING, Kind.CODING, "Code à vérifier, avec son système"),
    used(CONCEPT, Kind.CONCEPT, "Concept dont un code au moins doit être valide"),
    used("date", Kind.INSTANT, "Jour dont on demande l'état ; aujourd'hui ou après"),
    ignored("abstract", Kind.BOOLEAN, "aucun code abstrait n'est tenu"),
    display_language(),
)
"""What both `$validate-code` are told of a code, beside where it should be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one code: `concept` is what was found under it, `fault` and `message` what is wrong with it."""

    sent: SentCoding
    valid: bool
    concept: Concept | None = None
    fault: Fault | None = None
    message: str = ""


def codings_asked(asked: Asked, system: str | None) -> tuple[SentCoding, ...]:
    """The codings to judge: that of `code` in `system`, of `coding`, or those of `codeableConcept`.

    Their paths start at the code, Coding or CodeableConcept, as `issues` tells them. Refuses what is no `code` or `uri`
    of FHIR: it could not be told back.
    """
    way = asked.one_way(*ONE_OF)
    codings = _codings(asked, way, system)
    for sent in codings:
        if sent.code.split() != sent.code.split(" ") or len(sent.system.split()) != 1:
            raise asked.wrong(way, "Un code ou son système a des espaces de trop.", "Les retirer.")
    return codings


def _codings(asked: Asked, way: str, system: str | None) -> tuple[SentCoding, ...]:
    display = asked.text(_DISPLAY)
    if way == CODE:
        return (SentCoding(system or "", asked.given.required(CODE), display or ""),)
    if display is not None:
        raise asked.wrong(_DISPLAY, "display accompagne code.", f"Mettre le libellé dans {way}.")
    coding, concept = asked.given.coding(CODING), asked.given.concept(CONCEPT)
    if coding is not None:
        return (replace(coding, path="Coding"),)
    codings = concept.codings if concept else ()
    return tuple(replace(one, path=f"CodeableConcept.coding[{place}]") for place, one in enumerate(codings))


def judge(held: Codes, sent: SentCoding, concept: Concept | None, *, retired_is_valid: bool) -> Verdict:
    """What is said of a code; `concept` is what was found under it, None when nothing was."""
    if concept is None:
        system = held.code_systems.by_url(sent.system)
        fragment = system is not None and system.fragment
        return Verdict(sent, False, None, UNKNOWN_CODE, why_not_held(sent.system, sent.code, fragment=fragment))
    if sent.version and sent.version not in (held.version(concept.system), held.release.name):
        message = (
            f"La version {sent.version} de {sent.system} n'est pas celle qui répond : {held.version(concept.system)}."
        )
        return Verdict(sent, False, concept, WRONG_VERSION, message)
    if concept.inactive and not retired_is_valid:
        return Verdict(sent, False, concept, RETIRED, _retirement(held, concept))
    if sent.display and not held.is_name(concept, sent.display):
        message = f"« {sent.display[:200]} » n'est pas un libellé du code {concept.code} : {_label(concept)}."
        return Verdict(sent, False, concept, WRONG_LABEL, message)
    if concept.inactive:
        return Verdict(sent, True, concept, RETIRED_YET_VALID, _retirement(held, concept))
    return Verdict(sent, True, concept)


def of_all(held: Codes, verdicts: Sequence[Verdict]) -> bytes:
    """The Parameters about the codings of one concept: one valid is enough, what is wrong with others is said."""
    shown = next((verdict for verdict in verdicts if verdict.valid), verdicts[0])
    concept = shown.concept
    system = concept.system if concept else shown.sent.system
    unknown = dict.fromkeys(verdict.sent.system for verdict in verdicts if verdict.fault is UNKNOWN_SYSTEM)
    told = p.write_parameters(
        [
            p.boolean("result", shown.valid),
            p.string("message", " ".join(dict.fromkeys(verdict.message for verdict in verdicts if verdict.message))),
            p.string("display", _label(concept) if concept else None),
            p.code("code", shown.sent.code),
            p.uri("system", system),
            p.string("version", held.version(system) if held.code_systems.by_url(system) else None),
            p.boolean("inactive", True) if concept and concept.inactive else None,
            *(p.canonical("x-caused-by-unknown-system", url) for url in unknown),
            p.resource("issues", write_code_issues(_issues(verdicts, valid=shown.valid))),
        ]
    )
    return serialise(told)


def _issues(verdicts: Sequence[Verdict], *, valid: bool) -> Iterator[CodeIssue]:
    """What is wrong with each code: it refuses the whole unless another is valid."""
    for verdict in verdicts:
        if verdict.fault is not None:
            severity = Severity.INFORMATION if valid else Severity.ERROR
            severity = Severity.WARNING if verdict.valid else severity
            yield CodeIssue(verdict.fault, severity, verdict.message, verdict.sent.path)


def _label(concept: Concept) -> str:
    return concept.display or concept.code


def _retirement(held: Codes, concept: Concept) -> str:
    since = held.retired_since(concept.code)
    return f"{concept.code} : code retiré" + (f" depuis le {since:%d/%m/%Y}." if since else ".")
