"""The parameters of an operation asked by GET, read after the same table as those of a Parameters body.

A value must be one its type allows, written as FHIR R4 writes it; every fault is found at once. What has parts, a
Coding for one, is given by POST only (FHIR R4 operations.html).
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl

from api.fhir.element import Element, Report
from api.fhir.parameters import Given, Kind, Rule, Value
from kernel.errors import Invalid

_TEXTS = frozenset({Kind.STRING, Kind.URI, Kind.CANONICAL, Kind.CODE})
_NUMBERS = frozenset({Kind.INTEGER, Kind.POSITIVE})
_MOST_DIGITS = 10

Pairs = list[tuple[str, str]]


def query_pairs(query_string: bytes) -> Pairs:
    """The names and values of a query string, in order; `Invalid` when it is not UTF-8."""
    try:
        return parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        message, hint = "La requête n'est pas en UTF-8.", "Encoder les paramètres en UTF-8."
        raise Invalid.because("bad-parameter", message, hint) from None


def read_query(pairs: Pairs, table: Mapping[str, Rule]) -> Given:
    """The parameters in `pairs`; `Invalid` with every fault otherwise. A parameter stands at its own name."""
    report = Report()
    values: dict[str, list[Value | Given]] = {}
    for name, text in pairs:
        rule = table.get(name)
        if rule is None:
            hint = f"Paramètres connus : {', '.join(table)}."
            report.error("bad-parameter", f"Paramètre inconnu : {name[:60]}.", hint, name[:60])
        elif rule.most == 1 and name in values:
            report.error("bad-parameter", f"Le paramètre « {name} » est répété.", "Le donner une fois.", name)
        elif (value := _read(text, rule, report)) is not None:
            values.setdefault(name, []).append(value)
    if report.findings:
        raise Invalid(report.findings)
    return Given("", values, {name: [name] * len(held) for name, held in values.items()})


def _read(text: str, rule: Rule, report: Report) -> Value | None:
    if rule.kind in _TEXTS:
        return _text(text, rule, report)
    if rule.kind is Kind.BOOLEAN:
        return _boolean(text, rule, report)
    if rule.kind in _NUMBERS:
        return _number(text, rule, report)
    if rule.kind in (Kind.DATE, Kind.INSTANT):
        return _moment(text, rule, report)
    hint = "L'envoyer par POST, dans une ressource Parameters."
    report.error("bad-parameter", f"« {rule.name} » ne tient pas dans une adresse.", hint, rule.name)
    return None


def _text(text: str, rule: Rule, report: Report) -> str | None:
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    if rule.typed and not text.isprintable():
        text = "".join(c for c in text if unicodedata.category(c) != "Cc")
    text = text.strip()
    if len(text) > rule.longest:
        _wrong(rule, report, f"« {rule.name} » dépasse {rule.longest} caractères.")
    elif not text.isprintable() and any(unicodedata.category(c) == "Cc" for c in text):
        _wrong(rule, report, f"« {rule.name} » contient un caractère de contrôle.")
    elif not text and not rule.typed:
        _wrong(rule, report, f"« {rule.name} » est vide.")
    else:
        return text or None
    return None


def _boolean(text: str, rule: Rule, report: Report) -> bool | None:
    if text not in ("true", "false"):
        _wrong(rule, report, f"« {rule.name} » vaut true ou false.")
        return None
    return text == "true"


def _number(text: str, rule: Rule, report: Report) -> int | None:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        _wrong(rule, report, f"« {rule.name} » doit être un nombre entier.")
    elif not rule.lowest <= int(text) <= rule.highest:
        _wrong(rule, report, f"« {rule.name} » va de {rule.lowest} à {rule.highest}.")
    else:
        return int(text)
    return None


def _moment(text: str, rule: Rule, report: Report) -> date | None:
    element = Element({rule.name: text}, "", Report())
    found = element.day(rule.name) if rule.day_will_do or rule.kind is Kind.DATE else element.instant(rule.name)
    for finding in element.report.findings:
        report.error("bad-parameter", finding.message, finding.hint, rule.name)
    return found


def _wrong(rule: Rule, report: Report, message: str) -> None:
    report.error("bad-parameter", message, "Corriger la valeur.", rule.name)
