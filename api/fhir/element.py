"""A cursor over one element of what was sent: takes what it is asked for, and reports all the rest.

Reading never raises. Every fault becomes a finding with a FHIRPath expression, every element nobody asked for
becomes `unsupported-element`: nothing a client writes is lost without a word (`interface.md` §2).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from api.fhir.json import JsonValue
from api.fhir.plain import is_plain
from kernel.findings import Finding, Severity
from kernel.partial_date import PartialDate

Member = TypeVar("Member", bound=str)

_READ_PAST = ("id", "meta", "text")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])",
    re.ASCII,
)
_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # Unicode category Cc, but tab and line ends
_OUTER = ("", " ")  # of what is printable, the space alone is stripped
_YEARS = range(1850, 2201)
_POSITIVE = range(1, 2**31)  # positiveInt; what may be less or more, the models know


@dataclass(slots=True)
class Report:
    """Findings so far, in the order they were met.

    `doubts` are the places nobody here can vouch for: what was read past, or trimmed, without its form being plain.
    """

    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def error(self, code: str, message: str, hint: str, path: str) -> None:
        """One more error at `path`."""
        self.findings.append(Finding(Severity.ERROR, code, message, hint, path))

    def vouches_for(self, path: str) -> bool:
        """Whether all that lies at `path` and below was read, and found right: no finding, no doubt."""
        told = (*(finding.path for finding in self.findings), *self.doubts)
        return not any(_within(place, path) or _within(path, place) for place in told)

    def has_near(self, path: str) -> bool:
        """Whether something was said at `path`, above it or below it."""
        return any(_within(path, f.path) or _within(f.path, path) for f in self.findings)


def _within(inner: str, outer: str) -> bool:
    return inner == outer or (inner.startswith(outer) and inner[len(outer)] in ".[")


@dataclass(slots=True)
class Element:
    """One JSON object of a FHIR resource, where it stands, and what was taken from it."""

    value: dict[str, JsonValue]
    path: str
    report: Report
    _taken: set[str | int] = field(default_factory=set)  # names of children, places of extensions

    def at(self, name: str) -> str:
        """FHIRPath of a child."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the child is there, without taking it."""
        return name in self.value

    def wrong(self, message: str, hint: str = "", name: str = "", code: str = "invalid-bundle") -> None:
        """Reports a fault of the child `name`, or of the element itself."""
        self.report.error(code, message, hint, self.at(name) if name else self.path)

    def doubt(self, name: str = "") -> None:
        """Nobody here can vouch for the child `name`, or the element itself."""
        self.report.doubts.append(self.at(name) if name else self.path)

    def read_past(self, *names: str) -> None:
        """Takes children that say nothing to the domain; one whose form is not plain leaves a doubt."""
        self._taken.update(names)
        for name in names:
            if name in self.value and not is_plain(name, self.value[name]):
                self.doubt(name)

    def raw(self, name: str) -> JsonValue:
        """Takes a child as it came; null is reported, and absent like absence."""
        value = self.value.get(name)
        if value is not None:
            self._taken.add(name)
        elif name in self.value:
            self._taken.add(name)
            self.wrong("Valeur nulle.", "Retirer l'élément, ou le remplir.", name)
        return value

    def text(self, name: str, required: bool = False) -> str | None:
        """A string, composed (NFC) and trimmed; control characters but tab and line ends are refused."""
        value = self.value.get(name)
        if type(value) is str and _is_clean(value):
            self._taken.add(name)
            return value
        value = self.raw(name)
        if value is None:
            if required and name not in self.value:
                self.wrong(f"« {name} » manque.", "Le renseigner.", name)
            return None
        return self._clean(value, name, self.at(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        if name not in self.value:
            return ()
        found = (self._clean(item, name, f"{self.at(name)}[{i}]") for i, item in enumerate(self._list(name)))
        return tuple(text for text in found if text)

    def _clean(self, value: JsonValue, name: str, path: str) -> str | None:
        if not isinstance(value, str):
            self.report.error("invalid-bundle", f"« {name} » doit être un texte.", "Écrire un texte.", path)
            return None
        if _is_clean(value):
            return value
        text = unicodedata.normalize("NFC", value).strip()
        if text != value:
            self.report.doubts.append(path)
        if _CONTROL.search(text):
            message = f"« {name} » contient un caractère de contrôle."
            self.report.error("bad-parameter", message, "Retirer les caractères invisibles.", path)
            return None
        if not text:
            self.report.error("invalid-bundle", f"« {name} » est vide.", "Le remplir ou le retirer.", path)
            return None
        return text

    def one_of(self, name: str, allowed: Collection[Member], required: bool = False) -> Member | None:
        """A code out of a closed list (a required binding)."""
        text = self.text(name, required)
        if text is None:
            return None
        for member in allowed:
            if member == text:
                return member
        self.wrong(f"Code inattendu pour « {name} ».", "Attendu : " + ", ".join(sorted(allowed)) + ".", name)
        return None

    def boolean(self, name: str) -> bool | None:
        """true or false."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(f"« {name} » doit être true ou false.", "Écrire true ou false, sans guillemets.", name)
        return None

    def integer(self, name: str) -> int | None:
        """A whole number."""
        value = self.raw(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            if value is not None and value not in _POSITIVE:
                self.doubt(name)
            return value
        self.wrong(f"« {name} » doit être un nombre entier.", "Écrire un entier, sans guillemets.", name)
        return None

    def decimal(self, name: str) -> Decimal | None:
        """A number, exact."""
        value = self.raw(name)
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        self.wrong(f"« {name} » doit être un nombre.", "Écrire un nombre, sans guillemets.", name)
        return None

    def partial_date(self, name: str) -> PartialDate | None:
        """A FHIR `date`, of which the day or the month may be unknown."""
        text = self.text(name)
        try:
            return None if text is None else PartialDate.parse(text)
        except ValueError:
            self.wrong(f"« {name} » n'est pas une date.", "Écrire AAAA, AAAA-MM ou AAAA-MM-JJ.", name)
            return None

    def day(self, name: str) -> date | None:
        """A whole day, out of a FHIR `date` or the date of a `dateTime`."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text) if len(text) == 10 else _instant(text).date()
        except ValueError:
            self.wrong(f"« {name} » n'est pas une date complète.", "Écrire AAAA-MM-JJ.", name)
            return None

    def instant(self, name: str, required: bool = False) -> datetime | None:
        """A date with its time and offset."""
        text = self.text(name, required)
        try:
            return None if text is None else _instant(text)
        except ValueError:
            hint = "Écrire par exemple 2026-11-20T09:30:00+01:00."
            self.wrong(f"« {name} » n'est pas une date avec heure et décalage.", hint, name)
            return None

    def child(self, name: str, required: bool = False) -> "Element | None":
        """A child that is an object."""
        value = self.value.get(name)
        if isinstance(value, dict):
            self._taken.add(name)
            return Element(value, self.at(name), self.report)
        if self.raw(name) is not None:
            self.wrong(f"« {name} » doit être un objet.", "Suivre la structure FHIR R4.", name)
        elif required and name not in self.value:
            self.wrong(f"« {name} » manque.", "Le renseigner.", name)
        return None

    def children(self, name: str) -> "list[Element]":
        """Children that are objects, out of a list."""
        if name not in self.value:
            return []
        found = []
        for index, value in enumerate(self._list(name)):
            path = f"{self.at(name)}[{index}]"
            if isinstance(value, dict):
                found.append(Element(value, path, self.report))
            else:
                self.report.error("invalid-bundle", f"« {name} » doit tenir des objets.", "Suivre FHIR R4.", path)
        return found

    def only(self, name: str, required: bool = False) -> "Element | None":
        """The one object of a list; a second one is reported."""
        found = self.children(name)
        for extra in found[1:]:
            extra.wrong(f"Un seul « {name} » est admis ici.", "Retirer les suivants.")
        if not found and required and name not in self.value:
            self.wrong(f"« {name} » manque.", "Le renseigner.", name)
        return found[0] if found else None

    def _list(self, name: str) -> list[JsonValue]:
        value = self.raw(name)
        if isinstance(value, list) and value:
            return value
        if value is not None:
            self.wrong(f"« {name} » doit être une liste non vide.", "Suivre la structure FHIR R4.", name)
        return []

    def extensions(self, url: str) -> "Iterator[Element]":
        """The extensions with this url; each is closed by whoever reads it."""
        extensions = self.value.get("extension")
        if not isinstance(extensions, list):
            return
        for index, value in enumerate(extensions):
            if isinstance(value, dict) and value.get("url") == url:
                self._taken.add(index)
                yield Element(value, f"{self.at('extension')}[{index}]", self.report, {"url"})

    def extension(self, url: str) -> "Element | None":
        """The one extension with this url; a second one is reported."""
        if "extension" not in self.value:
            return None
        found = list(self.extensions(url))
        for extra in found[1:]:
            extra.wrong("Cette extension ne peut figurer qu'une fois.", "Retirer les suivantes.")
        return found[0] if found else None

    def close(self, reads_past: Collection[str] = ("id",)) -> None:
        """Reports every child nobody took."""
        if "extension" in self.value:
            self._close_extensions()
        if self.value.keys() <= self._taken:
            return
        for name, value in self.value.items():
            if name in self._taken or name == "extension":
                continue
            if name in reads_past:
                if not is_plain(name, value):
                    self.doubt(name)
                continue
            shown = name if _NAME.fullmatch(name) else "?"
            self.wrong(
                f"Élément « {shown} » non pris en charge.",
                "Le retirer : il serait perdu.",
                shown.removeprefix("_") if shown != "?" else "",
                "unsupported-element",
            )

    def close_resource(self) -> None:
        """Closes a resource, whose `id`, `meta` and `text` are read past."""
        self._taken.add("resourceType")
        if "text" in self.value:  # a narrative
            self.doubt("text")
        self.close(_READ_PAST)

    def _close_extensions(self) -> None:
        for index, value in enumerate(self._list("extension")):
            if index in self._taken:
                continue
            path = f"{self.at('extension')}[{index}]"
            url = value.get("url") if isinstance(value, dict) else None
            if isinstance(url, str) and url:
                message = f"Extension « {url[:200]} » non prise en charge."
                self.report.error("unsupported-element", message, "La retirer : elle serait perdue.", path)
            else:
                self.report.error("invalid-bundle", "Extension sans url.", "Lui donner son url.", path)


def _is_clean(text: str) -> bool:
    """Whether a text stays as it is, told fast of nearly all: nothing invisible, composed, trimmed, not empty."""
    return (
        text.isprintable()
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
        and text[:1] not in _OUTER
        and text[-1:] not in _OUTER
    )


def _instant(text: str) -> datetime:
    if _INSTANT.fullmatch(text) is None:
        raise ValueError("not an instant")
    found = datetime.fromisoformat(text)
    if found.year not in _YEARS:
        raise ValueError("out of range")
    return found
