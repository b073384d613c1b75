"""Parameters: what an operation takes, read after a table, and what it answers (interface.md §1, §3).

Reading finds every fault of a body at once and raises one `Invalid`. Where an operation has one resource
parameter, that resource may be the body itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from api.fhir.datatypes import present, write_day, write_instant
from api.fhir.element import Element, Report
from api.fhir.identity import read_ins
from api.fhir.json import JsonObject
from api.fhir.sent_coding import SentCoding, SentConcept, read_sent_coding, read_sent_concept
from kernel.errors import Invalid
from kernel.findings import Finding
from kernel.ins import Ins


class Kind(StrEnum):
    """What a parameter holds; the value is the name of its element."""

    STRING = "valueString"
    URI = "valueUri"
    CANONICAL = "valueCanonical"
    CODE = "valueCode"
    BOOLEAN = "valueBoolean"
    INTEGER = "valueInteger"
    POSITIVE = "valuePositiveInt"
    DATE = "valueDate"
    INSTANT = "valueDateTime"
    INS = "valueIdentifier"
    CODING = "valueCoding"
    CONCEPT = "valueCodeableConcept"
    RESOURCE = "resource"
    PARTS = "part"


_MOST_NUMBER = 2**31 - 1  # FHIR R4, datatype integer


@dataclass(frozen=True, slots=True)
class Rule:
    """One parameter of an operation; `most` None = any number. `codes` closes a list, `resource` names a type.

    `also` are other elements clients write the same text in; `day_will_do` takes a date where an instant may stand;
    `typed`: of a text typed by a person and sent in an address, control characters are dropped, and none may be left.
    Numbers go from `low` to `high`. A text is one of `words`, or matches `pattern`, where there are any: who reads it
    judges it in its own words. `about` says in French what it is for, `example` is a value that works.
    """

    name: str
    kind: Kind
    least: int = 0
    most: int | None = 1
    codes: tuple[str, ...] = ()
    resource: str = ""
    parts: tuple["Rule", ...] = ()
    longest: int = 1000
    also: tuple[Kind, ...] = ()
    day_will_do: bool = False
    typed: bool = False
    low: int | None = None
    high: int | None = None
    words: tuple[str, ...] = ()
    pattern: str = ""
    about: str = ""
    example: str = ""

    @property
    def lowest(self) -> int:
        """The least number that is taken."""
        return self.low if self.low is not None else 1 if self.kind is Kind.POSITIVE else -_MOST_NUMBER

    @property
    def highest(self) -> int:
        """The greatest number that is taken."""
        return _MOST_NUMBER if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource in a parameter, and where it stands in what was sent."""

    value: JsonObject
    path: str


Value = str | bool | int | date | datetime | Ins | Resource | SentCoding | SentConcept


@dataclass(slots=True)
class Given:
    """The values an operation was given. Asking for another kind than the table's is a mistake of ours: KeyError."""

    path: str
    _values: dict[str, list["Value | Given"]] = field(default_factory=dict)
    _places: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """A string, uri or code."""
        return next(iter(self.texts(name)), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """All strings, uris or codes of that name."""
        return tuple(v for v in self._values.get(name, ()) if isinstance(v, str))

    def required(self, name: str) -> str:
        """The text of a parameter whose table says 1..1."""
        return self.texts(name)[0]

    def boolean(self, name: str) -> bool:
        """A boolean; absent is false."""
        return any(v is True for v in self._values.get(name, ()))

    def integer(self, name: str) -> int | None:
        """A whole number."""
        found = (v for v in self._values.get(name, ()) if isinstance(v, int) and not isinstance(v, bool))
        return next(found, None)

    def day(self, name: str) -> date | None:
        """A whole day."""
        found = (v for v in self._values.get(name, ()) if isinstance(v, date) and not isinstance(v, datetime))
        return next(found, None)

    def instant(self, name: str) -> datetime | None:
        """A date with its time."""
        return next((v for v in self._values.get(name, ()) if isinstance(v, datetime)), None)

    def ins(self, name: str) -> Ins | None:
        """An INS."""
        return next((v for v in self._values.get(name, ()) if isinstance(v, Ins)), None)

    def coding(self, name: str) -> SentCoding | None:
        """A Coding."""
        return next((v for v in self._values.get(name, ()) if isinstance(v, SentCoding)), None)

    def concept(self, name: str) -> SentConcept | None:
        """A CodeableConcept."""
        return next((v for v in self._values.get(name, ()) if isinstance(v, SentConcept)), None)

    def has(self, name: str) -> bool:
        """Whether a value of that name was given."""
        return name in self._values

    def all_but(self, apart: str) -> tuple[tuple["str | Value | Given", ...], ...]:
        """All names with their values, apart from one: alike for calls that ask the same."""
        return tuple([(name, *values) for name, values in self._values.items() if name != apart])

    def resource(self, name: str) -> Resource | None:
        """A resource."""
        return next((v for v in self._values.get(name, ()) if isinstance(v, Resource)), None)

    def parts(self, name: str) -> tuple["Given", ...]:
        """The parameters with parts of that name, in order."""
        return tuple(v for v in self._values.get(name, ()) if isinstance(v, Given))

    def renamed(self, uris: Collection[str], rename: Callable[[str], str]) -> "Given":
        """The same, with each text of the parameters `uris` and each system of a coding under another name."""

        def change(name: str, value: "Value | Given") -> "Value | Given":
            if isinstance(value, str):
                return rename(value) if name in uris else value
            if isinstance(value, SentCoding):
                return replace(value, system=rename(value.system))
            if isinstance(value, SentConcept):
                return replace(value, codings=tuple(replace(c, system=rename(c.system)) for c in value.codings))
            return value

        values = {name: [change(name, value) for value in held] for name, held in self._values.items()}
        return Given(self.path, values, self._places)

    def locate(self, path: str) -> str:
        """FHIRPath of what a domain path is about: the parameter of that name, or the one that names its line.

        Empty when it is about nothing that was sent; FHIRPath comes back as it is.
        """
        if path.startswith("Parameters"):
            return path
        if path.startswith("line/"):
            return next(self._naming_line(path.split("/")[1]), "")
        return next(iter(self._places.get(path, ())), "")

    def _naming_line(self, line_id: str) -> Iterator[str]:
        for value, place in zip(self._values.get("line", ()), self._places.get("line", ()), strict=True):
            if value == line_id:
                yield place
        for values in self._values.values():
            for part in values:
                if isinstance(part, Given):
                    yield from part._naming_line(line_id)


def read_parameters(body: JsonObject, rules: Iterable[Rule]) -> Given:
    """The parameters in `body`; `Invalid` with every `bad-parameter` and `missing-parameter` otherwise."""
    table, report = tuple(rules), Report()
    resources = [rule for rule in table if rule.kind is Kind.RESOURCE]
    kind = body.get("resourceType")
    if kind == "Parameters":
        root = Element(body, "Parameters", report)
        given = _read_list(root, "parameter", table)
        root.close_resource()
    else:
        given = Given("Parameters")
        bare = resources[0] if len(resources) == 1 and kind == resources[0].resource else None
        if bare is None:
            _refuse_body(report, resources)
        else:
            given._values[bare.name] = [Resource(body, bare.resource)]
            _check_counts(given, table, report, "Parameters")
    if report.findings:
        raise Invalid([_as_parameter(finding) for finding in dict.fromkeys(report.findings)])
    return given


def _refuse_body(report: Report, resources: list[Rule]) -> None:
    expected = " ou ".join(["Parameters", *(rule.resource for rule in resources[:1])])
    code = "invalid-bundle" if any(rule.resource == "Bundle" for rule in resources) else "bad-parameter"
    report.error(code, "Le corps n'est pas la ressource attendue.", f"Attendu : {expected}.", "")


def _as_parameter(finding: Finding) -> Finding:
    """The structure of a Parameters body is a matter of parameters, not of the order."""
    own = finding.path.startswith("Parameters") and finding.code in ("invalid-bundle", "unsupported-element")
    return replace(finding, code="bad-parameter") if own else finding


def _read_list(holder: Element, name: str, table: tuple[Rule, ...]) -> Given:
    rules = {rule.name: rule for rule in table}
    given = Given(holder.path)
    present_names: set[str] = set()
    for parameter in holder.children(name) if holder.has(name) else ():
        found = parameter.text("name", required=True)
        if found is None:
            continue
        rule = rules.get(found)
        if rule is None:
            hint = f"Paramètres connus : {', '.join(rules)}."
            parameter.wrong("Paramètre inconnu de cette opération.", hint, "name", "bad-parameter")
            continue
        if rule.most == 1 and found in present_names:
            parameter.wrong(f"Le paramètre « {found} » est répété.", "Le donner une fois.", "name", "bad-parameter")
            continue
        present_names.add(found)
        value = _read_value(parameter, rule)
        parameter.close()
        if value is not None:
            given._values.setdefault(found, []).append(value)
            given._places.setdefault(found, []).append(parameter.at(_element_of(parameter, rule)))
    _check_counts(given, table, holder.report, holder.path, present_names)
    return given


def _check_counts(given: Given, table: tuple[Rule, ...], report: Report, path: str, names: Iterable[str] = ()) -> None:
    said = {*given._values, *names}
    for rule in table:
        if rule.least and rule.name not in said:
            report.error("missing-parameter", f"Le paramètre « {rule.name} » manque.", "L'ajouter.", path)
        elif rule.most is not None and len(given._values.get(rule.name, ())) > rule.most:
            message = f"Le paramètre « {rule.name} » est donné plus de {rule.most} fois."
            report.error("bad-parameter", message, "En donner moins.", path)


def _read_value(parameter: Element, rule: Rule) -> Value | Given | None:
    name = _element_of(parameter, rule)
    if not parameter.has(name):
        others = [key for key in parameter.value if key.startswith("value") or key in ("resource", "part")]
        parameter.read_past(*others)
        message = f"Le paramètre « {rule.name} » n'a pas la valeur attendue."
        parameter.wrong(message, f"Le donner dans « {name} ».", code="bad-parameter")
        return None
    match rule.kind:
        case Kind.STRING | Kind.URI | Kind.CANONICAL:
            return _short(parameter, parameter.text(name), rule)
        case Kind.CODE:
            return parameter.one_of(name, rule.codes) if rule.codes else parameter.text(name)
        case Kind.BOOLEAN:
            return parameter.boolean(name)
        case Kind.INTEGER | Kind.POSITIVE:
            return _read_number(parameter, rule)
        case Kind.DATE:
            return parameter.day(name)
        case Kind.INSTANT:
            return parameter.day(name) if rule.day_will_do else parameter.instant(name)
        case Kind.INS:
            identifier = parameter.child(name)
            return read_ins(identifier) if identifier else None
        case Kind.CODING:
            coding = parameter.child(name)
            return read_sent_coding(coding) if coding else None
        case Kind.CONCEPT:
            concept = parameter.child(name)
            return read_sent_concept(concept) if concept else None
        case Kind.RESOURCE:
            return _read_resource(parameter, rule)
        case Kind.PARTS:
            return _read_list(parameter, "part", rule.parts)


def _element_of(parameter: Element, rule: Rule) -> str:
    """The element that holds the value: the table's, unless it stands in another one that will do."""
    if rule.also and not parameter.has(rule.kind.value):
        return next((kind.value for kind in rule.also if parameter.has(kind.value)), rule.kind.value)
    return rule.kind.value


def _short(parameter: Element, text: str | None, rule: Rule) -> str | None:
    if text is not None and len(text) > rule.longest:
        message = f"« {rule.name} » dépasse {rule.longest} caractères."
        parameter.wrong(message, "Raccourcir le texte.", rule.kind.value, "bad-parameter")
        return None
    return text


def _read_number(parameter: Element, rule: Rule) -> int | None:
    number = parameter.integer(rule.kind.value)
    if number is not None and not rule.lowest <= number <= rule.highest:
        message = f"« {rule.name} » va de {rule.lowest} à {rule.highest}."
        parameter.wrong(message, "Corriger la valeur.", rule.kind.value)
        return None
    return number


def _read_resource(parameter: Element, rule: Rule) -> Resource | None:
    resource = parameter.child(rule.kind.value)
    if resource is None:
        return None
    if resource.value.get("resourceType") != rule.resource:
        code = "invalid-bundle" if rule.resource == "Bundle" else "bad-parameter"
        parameter.report.error(code, f"« {rule.name} » n'est pas un {rule.resource}.", "Corriger.", "")
        return None
    # Findings inside an order read the same whether it came bare or as a parameter (interface.md §1).
    path = rule.resource if rule.resource == "Bundle" else resource.path
    return Resource(resource.value, path)


def write_parameters(parameters: Iterable[JsonObject | None]) -> JsonObject:
    """A Parameters of what `string`, `resource`, `parts`… made; None is left out."""
    return present({"resourceType": "Parameters", "parameter": [p for p in parameters if p is not None]})


def string(name: str, value: str | None) -> JsonObject | None:
    """A valueString; None when there is nothing to say."""
    return {"name": name, "valueString": value} if value else None


def uri(name: str, value: str | None) -> JsonObject | None:
    """A valueUri."""
    return {"name": name, "valueUri": value} if value else None


def canonical(name: str, value: str) -> JsonObject:
    """A valueCanonical."""
    return {"name": name, "valueCanonical": value}


def code(name: str, value: str | None) -> JsonObject | None:
    """A valueCode."""
    return {"name": name, "valueCode": value} if value else None


def boolean(name: str, value: bool) -> JsonObject:
    """A valueBoolean."""
    return {"name": name, "valueBoolean": value}


def integer(name: str, value: int | None) -> JsonObject | None:
    """A valueInteger."""
    return None if value is None else {"name": name, "valueInteger": value}


def day(name: str, value: date | None) -> JsonObject | None:
    """A valueDate."""
    return None if value is None else {"name": name, "valueDate": write_day(value)}


def instant(name: str, value: datetime | None) -> JsonObject | None:
    """A valueInstant."""
    return None if value is None else {"name": name, "valueInstant": write_instant(value)}


def coding(name: str, system: str, code: str, display: str) -> JsonObject:
    """A valueCoding."""
    return {"name": name, "valueCoding": {"system": system, "code": code, "display": display}}


def resource(name: str, value: JsonObject | None) -> JsonObject | None:
    """A resource."""
    return None if value is None else {"name": name, "resource": value}


def parts(name: str, values: Iterable[JsonObject | None]) -> JsonObject:
    """A parameter made of parts."""
    return present({"name": name, "part": [value for value in values if value is not None]})
