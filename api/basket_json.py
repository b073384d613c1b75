"""Baskets as they travel on `/api/paniers` (interface.md §4): read strictly, written so that what is read can be sent.

Lines are ServiceRequests without identifier, subject and requester; what this service writes beside (`id`, `version`,
`updated`, `editable`, `outcome`) is read past.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from api.fhir.datatypes import write_instant
from api.fhir.json import JsonObject, JsonValue
from api.fhir.operation_outcome import write_outcome
from api.fhir.order_bundle import read_line
from api.fhir.places import Places
from api.fhir.service_request import write_line_content
from api.json_body import bad_body, only
from kernel import finess, rpps
from kernel.errors import Invalid
from kernel.findings import Finding, errors
from prescription.basket import (
    Basket,
    BasketConditions,
    BasketContent,
    BasketOwner,
    OwnerKind,
    changes,
)
from prescription.line import Line
from prescription.people import Sex

NAME_LIMIT, TEXT_LIMIT, AGE_LIMIT, MOST_MAINTAINERS, MOST_READ = 100, 500, 130, 20, 200
READ_PAST = ("id", "version", "updated", "editable", "outcome")
_FIELDS = ("name", "owner", "maintainers", "conditions", "source", "lines")
_SPECIALTY = re.compile(r"[A-Z0-9_/]{2,32}", re.ASCII)
_OWNERS: Mapping[OwnerKind, Callable[[str], bool]] = {
    OwnerKind.PRACTITIONER: rpps.well_formed,
    OwnerKind.ORGANIZATION: finess.well_formed,
    OwnerKind.SPECIALTY: lambda code: _SPECIALTY.fullmatch(code) is not None,
}
SEXES = (Sex.FEMALE, Sex.MALE)


@dataclass(frozen=True, slots=True)
class ReadBasket:
    """What was sent, and where each of its lines stands in it."""

    content: BasketContent
    places: Mapping[str, Places] = field(repr=False)

    def locate(self, path: str) -> str:
        """The place, in what was sent, of a domain path."""
        for line_id, places in self.places.items():
            if path.startswith(f"line/{line_id}"):
                return places.locate(path)
        return path


def read_basket(body: JsonObject, base: str) -> ReadBasket:
    """A basket; `Invalid` with everything that is wrong with its form."""
    only(body, "", (*_FIELDS, *READ_PAST))
    lines, places = _read_lines(body, base)
    return ReadBasket(
        BasketContent(
            name=_text(body, "name", NAME_LIMIT, required=True),
            owner=_read_owner(body),
            lines=lines,
            conditions=_read_conditions(body),
            source=_text(body, "source", TEXT_LIMIT),
            maintainers=_read_maintainers(body),
        ),
        places,
    )


def write_basket(basket: Basket, base: str, findings: tuple[Finding, ...] = (), *, editable: bool = True) -> JsonObject:
    """The basket, and what there is to say about its lines (`outcome`, null when there is nothing)."""
    content, conditions = basket.content, basket.content.conditions
    where = {line.line_id: f"lines[{i}]" for i, line in enumerate(content.lines)}
    told = [finding.at(_placed(finding.path, where)) for finding in findings]
    return {
        "id": basket.id,
        "name": content.name,
        "version": basket.version,
        "owner": {content.owner.kind.value: content.owner.id},
        "maintainers": list(content.maintainers),
        "conditions": {
            "sex": conditions.sex.value if conditions.sex else None,
            "age_from": conditions.age_from,
            "age_to": conditions.age_to,
            "pregnancy": conditions.pregnancy,
            "text": conditions.text,
        },
        "source": content.source,
        "lines": [write_line_content(line, base) for line in content.lines],
        "updated": {"at": write_instant(basket.at), "by": basket.by} if basket.by else None,
        "editable": editable,
        "outcome": write_outcome(told, base) if told else None,
    }


def write_versions(versions: tuple[Basket, ...]) -> JsonObject:
    """Who changed what, the last version first."""
    before = (None, *(version.content for version in versions))
    return {
        "versions": [
            {
                "version": each.version,
                "at": write_instant(each.at),
                "by": each.by,
                "changes": [{"change": c.change.value, "what": c.what} for c in changes(old, each.content)],
            }
            for old, each in reversed(list(zip(before, versions, strict=False)))
        ]
    }


def _placed(path: str, where: Mapping[str, str]) -> str:
    return next((place for line_id, place in where.items() if path.startswith(f"line/{line_id}")), path)


def _read_lines(body: JsonObject, base: str) -> tuple[tuple[Line, ...], dict[str, Places]]:
    listed = body.get("lines")
    if not isinstance(listed, list) or len(listed) > MOST_READ:
        raise bad_body("lines", f"lines est une liste de ServiceRequest, {MOST_READ} au plus.")
    lines: list[Line] = []
    places: dict[str, Places] = {}
    findings: list[Finding] = []
    for number, resource in enumerate(listed):
        if not isinstance(resource, Mapping):
            raise bad_body(f"lines[{number}]", "Un ServiceRequest est attendu.")
        line_id = f"urn:uuid:{uuid.uuid4()}"
        read = read_line(dict(resource), line_id, base, f"lines[{number}]")
        lines.append(read.line)
        places[line_id] = read.places
        findings += read.findings
    if errors(findings):
        raise Invalid(findings)
    return tuple(lines), places


def _read_owner(body: JsonObject) -> BasketOwner:
    owner = body.get("owner")
    kinds = ", ".join(OwnerKind)
    if not isinstance(owner, Mapping) or len(owner) != 1 or next(iter(owner)) not in set(OwnerKind):
        raise bad_body("owner", f"owner porte une clé : {kinds}.")
    kind = OwnerKind(next(iter(owner)))
    number = owner[kind.value]
    if not isinstance(number, str) or not _OWNERS[kind](number):
        raise bad_body(f"owner.{kind.value}", f"{kind.value} est mal formé.", "RPPS, FINESS, ou code de spécialité.")
    return BasketOwner(kind, number)


def _read_conditions(body: JsonObject) -> BasketConditions:
    given = body.get("conditions")
    if given is None:
        return BasketConditions()
    if not isinstance(given, Mapping):
        raise bad_body("conditions", "conditions est un objet : sex, age_from, age_to, pregnancy, text.")
    conditions = dict(given)
    only(conditions, "conditions", ("sex", "age_from", "age_to", "pregnancy", "text"))
    sex, pregnancy = conditions.get("sex"), conditions.get("pregnancy")
    if sex is not None and sex not in SEXES:
        raise bad_body("conditions.sex", "sex vaut female ou male.")
    if pregnancy is not None and not isinstance(pregnancy, bool):
        raise bad_body("conditions.pregnancy", "pregnancy vaut true ou false.")
    low, high = _age(conditions, "age_from"), _age(conditions, "age_to")
    if low is not None and high is not None and low > high:
        raise bad_body("conditions.age_to", "age_to est inférieur à age_from.")
    return BasketConditions(
        Sex(str(sex)) if sex else None, low, high, pregnancy, _text(conditions, "text", TEXT_LIMIT, "conditions.")
    )


def _read_maintainers(body: JsonObject) -> tuple[str, ...]:
    listed = body.get("maintainers", [])
    if not isinstance(listed, list) or len(listed) > MOST_MAINTAINERS:
        raise bad_body("maintainers", f"maintainers liste {MOST_MAINTAINERS} RPPS au plus.")
    for number, each in enumerate(listed):
        if not isinstance(each, str) or not rpps.well_formed(each):
            raise bad_body(f"maintainers[{number}]", "Un RPPS a 11 chiffres.")
    return tuple(dict.fromkeys(str(each) for each in listed))


def _age(body: JsonObject, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= AGE_LIMIT:
        raise bad_body(f"conditions.{name}", f"{name} est un âge en années, de 0 à {AGE_LIMIT}.")
    return value


def _text(body: JsonObject, name: str, longest: int, path: str = "", *, required: bool = False) -> str:
    value: JsonValue = body.get(name)
    if value is None and not required:
        return ""
    good = isinstance(value, str) and len(value) <= longest and value.replace("\n", " ").isprintable()
    if not isinstance(value, str) or not good or (required and not value.strip()):
        raise bad_body(path + name, f"{name} est un texte de {longest} caractères au plus.")
    return value.strip()
