"""Observations inside the entry of a line: the simple observation (FR-Simple-Observation) and our own details.

A detail is a simple observation whose code is of our code system: what the order holds and the model has no place for.
Its words are in the narrative it points at, so that a reader that does not know the code loses nothing.
"""

import uuid
from collections.abc import Iterator

from document.systems import DETAILS, TEMPLATES
from document.values import reference_to, write_code
from document.xml import Child, Element, child, children, make, templates, value
from prescription.documents.codes import Code

LABELS = {
    "as-seen": "Libellé vu par le prescripteur",
    "clinical-context": "Contexte médical",
    "detail": "Précision",
    "note": "Note",
    "sampling-instruction": "Consigne au préleveur",
    "patient-instruction-text": "Consigne au patient",
    "result-return": "Retour du résultat",
    "within-minutes": "Délai en minutes",
    "occurrence-from": "À faire à partir du",
    "work-accident-detail": "Accident du travail ou maladie professionnelle",
    "coverage": "Prise en charge",
    "payor": "Payeur",
    "recurrence-kind": "Sorte de répétition",
    "interval": "Intervalle",
    "count": "Nombre de fois",
    "until": "Jusqu'au",
    "context": "Contexte clinique",
    "use-case": "Cas d'usage",
    "identity-status": "Statut de l'identité",
    "identity-attribute": "Attribut de l'identité",
    "relationship": "Lien avec le patient",
    "copy-specialty": "Spécialité du destinataire d'une copie",
    "rank": "Rang de la personne",
}


def identifier(parent: uuid.UUID, name: str) -> str:
    """The id of a part of `parent`, the same at each writing."""
    return str(uuid.uuid5(parent, name)).upper()


def observation(
    id_: str, code: Element, anchor: str, found: Element | None = None, *inside: Child, template: str | None = None
) -> Element:
    """A simple observation (IHE PCC 1.3.6.1.4.1.19376.1.5.3.1.4.13) that points at the narrative."""
    roots = TEMPLATES["observation"] + ((template,) if template else ())
    return make(
        "observation",
        templates(roots),
        make("id", root=id_),
        code,
        reference_to(anchor),
        make("statusCode", code="completed"),
        make("effectiveTime", nullFlavor="UNK"),
        found,
        *inside,
        classCode="OBS",
        moodCode="EVN",
    )


def component(inner: Element) -> Element:
    """An `entryRelationship` of type COMP."""
    return make("entryRelationship", inner, typeCode="COMP")


def detail_code(name: str, tag: str = "code", type_: str | None = None, display: str | None = None) -> Element:
    """A code of our own."""
    return write_code(tag, Code(name, DETAILS, display or LABELS[name]), type_=type_)


def detail(
    parent: uuid.UUID, name: str, anchor: str, found: Element | None = None, *inside: Child, rank: int = 1
) -> Element:
    """Our detail `name`, number `rank`, of what `parent` identifies."""
    return component(observation(identifier(parent, f"{name}/{rank}"), detail_code(name), anchor, found, *inside))


def observations(act: Element) -> Iterator[Element]:
    """The observations that are parts of an act or an observation."""
    return iter(children(act, "entryRelationship/observation"))


def details(act: Element, name: str) -> list[Element]:
    """Our details of this name, in their order."""
    return [each for each in observations(act) if own_code(child(each, "code")) == name]


def own_code(element: Element | None) -> str | None:
    """The code of ours an element holds; None for a code of anyone else."""
    if element is None or element.get("codeSystem") != DETAILS:
        return None
    return value(element, attribute="code")
