"""Whether a code is valid where it is asked about, and what is wrong with it or its label (terminology.md §5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.fhir import parameters as p
from api.fhir.json import serialise
from api.fhir.sent_coding import SentCoding
from api.operations.asking import Asked
from api.operations.codes import CODE, CODING, CONCEPT, why_not_held
from api.operations.terms import Terms
from api.terminology.concept import Concept

_DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one code: `display` is its right label, empty when the code is not known."""

    valid: bool
    message: str = ""
    display: str = ""


def codings_asked(asked: Asked, system: str | None) -> tuple[SentCoding, ...]:
    """The codings to judge: that of `code` in `system`, of `coding`, or those of `codeableConcept`."""
    way = asked.one_way(CODE, CODING, CONCEPT)
    display = asked.text(_DISPLAY)
    if way == CODE:
        return (SentCoding(system or "", asked.given.required(CODE), display or "", path=asked.place(CODE)),)
    if display is not None:
        raise asked.wrong(_DISPLAY, "display accompagne code.", f"Mettre le libellé dans {way}.")
    coding, concept = asked.given.coding(CODING), asked.given.concept(CONCEPT)
    return (coding,) if coding else concept.codings if concept else ()


def judge(held: Terms, sent: SentCoding, concept: Concept | None, *, retired_is_valid: bool) -> Verdict:
    """What is said of a code; `concept` is what was found under it, None when nothing was."""
    if concept is None:
        return Verdict(False, why_not_held(sent.system, sent.code))
    display = concept.display or concept.code
    if sent.version and sent.version not in (held.version(concept.system), held.release.name):
        message = (
            f"La version {sent.version} de {sent.system} n'est pas celle qui répond : {held.version(concept.system)}."
        )
        return Verdict(False, message, display)
    if concept.inactive and not retired_is_valid:
        return Verdict(False, _retirement(held, concept), display)
    if sent.display and not held.is_name(concept, sent.display):
        message = f"« {sent.display[:200]} » n'est pas un libellé du code {concept.code} : {display}."
        return Verdict(False, message, display)
    return Verdict(True, _retirement(held, concept) if concept.inactive else "", display)


def of_all(verdicts: Sequence[Verdict]) -> bytes:
    """The Parameters about the codings of one concept: one valid is enough, what is wrong with others is said."""
    shown = next((verdict for verdict in verdicts if verdict.valid), verdicts[0])
    message = " ".join(dict.fromkeys(verdict.message for verdict in verdicts if verdict.message))
    return serialise(
        p.write_parameters(
            [p.boolean("result", shown.valid), p.string("message", message), p.string("display", shown.display)]
        )
    )


def _retirement(held: Terms, concept: Concept) -> str:
    since = held.retired_since(concept.code)
    return f"{concept.code} : code retiré" + (f" depuis le {since:%d/%m/%Y}." if since else ".")
