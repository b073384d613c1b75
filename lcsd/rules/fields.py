"""Each field against its rule: presence, repetitions, length, type, table, characters (E07 to E11, E20)."""

import re
from datetime import UTC

from hl7v2.codec import HEADERS, Composite
from hl7v2.escapes import characters, control_characters, unescape
from hl7v2.timestamps import read_ts
from kernel.errors import Invalid
from lcsd.field_rules import CODED_TABLES, COMPONENT_LENGTHS, MANY, RULES, TABLES, FieldRule, Use
from lcsd.groups import Placed
from lcsd.rules.scope import Scope

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_NULL = '""'
_REQUIRED = {
    ("OM4", 3): "Description du récipient obligatoire",
    ("OM1", 8): "Au moins un libellé ou synonyme obligatoire",
    ("OM5", 2): "Une batterie nomme au moins un membre",
}


def check_segment(scope: Scope, placed: Placed) -> bool:
    """Report every fault of the fields of a segment; False when one cannot even be unescaped."""
    segment = placed.segment
    rules = RULES.get(segment.name)
    if rules is None:
        return True
    readable = True
    for number, rule in rules.items():
        readable = _check_field(scope, placed, number, rule) and readable
    for number in range(1, len(segment.fields) + 1):
        if number not in rules and segment.raw(number):
            scope.warning("E07", placed.at(number), "Champ que LCSD n'emploie pas, ignoré")
    return readable


def _check_field(scope: Scope, placed: Placed, number: int, rule: FieldRule) -> bool:
    segment = placed.segment
    raw = segment.raw(number)
    if segment.name in HEADERS and number <= 2:
        return True
    if not raw.strip("^~& "):
        if rule.use is Use.REQUIRED:
            told = _REQUIRED.get((segment.name, number), "Champ obligatoire absent")
            scope.error("E08", placed.at(number), told, "Renseigner ce champ.")
        return True
    if rule.use is Use.NEVER:
        scope.warning("E07", placed.at(number), "Champ qui ne doit pas être émis, ignoré")
        return True
    if not _check_characters(scope, placed, number, rule):
        return False
    repetitions = segment.repetitions(number)
    if rule.repeats != MANY and len(repetitions) > rule.repeats:
        scope.error("E07", placed.at(number), f"{len(repetitions)} répétitions, {rule.repeats} au plus")
    for place, repetition in enumerate(repetitions, 1):
        where = place if len(repetitions) > 1 else 0
        _check_length(scope, placed.at(number, 0, where), repetition, rule)
        _check_type(scope, placed.at(number, 0, where), repetition, rule)
    return True


def _check_characters(scope: Scope, placed: Placed, number: int, rule: FieldRule) -> bool:
    raw = placed.segment.raw(number)
    try:
        text = unescape(raw, placed.segment.delimiters)
    except Invalid as error:
        scope.error("E20", placed.at(number), error.findings[0].message.rstrip("."), error.findings[0].hint)
        return False
    allowed = {"\n"} if rule.type == "TX" else set()
    wrong = (control_characters(text) - allowed) | control_characters(raw)
    if wrong:
        shown = ", ".join(f"U+{ord(c):04X}" for c in sorted(wrong))
        scope.error("E20", placed.at(number), f"Caractère de commande {shown}", "Retirer ce caractère du texte.")
    if text == _NULL:
        scope.error("E09", placed.at(number), 'Valeur nulle explicite ("") dans un remplacement complet')
    return not wrong


def _check_length(scope: Scope, place: str, repetition: Composite, rule: FieldRule) -> None:
    total = characters(repetition.raw)
    if rule.length and total > rule.length:
        scope.error("E11", place, f"{total} caractères, {rule.length} au plus", "Raccourcir le texte.")
    for n, limit in enumerate(COMPONENT_LENGTHS.get(rule.type, ()), 1):
        size = characters(repetition.raw_component(n))
        if size > limit:
            scope.error("E11", f"{place}.{n}", f"{size} caractères, {limit} au plus", "Raccourcir le texte.")


def _check_type(scope: Scope, place: str, repetition: Composite, rule: FieldRule) -> None:
    text = repetition.text()
    if rule.type in ("NM", "CQ") and _NUMBER.fullmatch(text.strip()) is None:
        scope.error("E09", place, f"Nombre attendu, « {text[:20]} » trouvé", "Écrire le nombre avec un point décimal.")
    elif rule.type == "RFR":
        _check_ranges(scope, place, repetition)
    elif rule.type == "TS" and read_ts(text, UTC) is None:
        scope.error("E09", place, f"Date illisible : « {text[:30]} »", "Attendu : AAAAMMJJHHMMSS+ZZZZ.")
    elif rule.table in CODED_TABLES:
        if text and repetition.text(3) == CODED_TABLES[rule.table] and text not in TABLES[rule.table]:
            scope.error("E10", place, f"« {text[:20]} » absent de la table {rule.table}")
    elif rule.table and text not in TABLES[rule.table]:
        known = ", ".join(sorted(TABLES[rule.table]))
        scope.error("E10", place, f"« {text[:20]} » absent de la table {rule.table}", f"Valeurs : {known}.")


def _check_ranges(scope: Scope, place: str, repetition: Composite) -> None:
    if not repetition.raw_component(1).strip("&"):
        scope.error("E08", f"{place}.1", "Intervalle sans borne", "Donner au moins une borne ou retirer l'intervalle.")
    for component in (1, 3, 4):
        for raw in repetition.subcomponents(component):
            if raw and _NUMBER.fullmatch(raw) is None:
                scope.error("E09", f"{place}.{component}", f"Borne illisible : « {raw[:20]} »")
