"""The segments of an entry against the grammar of its message (`lcsd.md` §2; E07, E08)."""

from lcsd.groups import EntryGroup
from lcsd.messages.format import MessageFormat
from lcsd.rules.scope import Scope

KNOWN = frozenset(("OM1", "OM2", "OM3", "OM4", "OM5", "OM6"))


def check_grammar(scope: Scope, group: EntryGroup, message: MessageFormat) -> None:
    """Report every segment that is missing, repeated or out of place; foreign segments draw a warning."""
    parts = [p for p in group.parts if p.segment.name in KNOWN]
    for foreign in (p for p in group.parts if p.segment.name not in KNOWN):
        scope.warning("E07", foreign.at(), "Segment inconnu de LCSD, ignoré")
    if not parts or parts[0].segment.name != "OM1":
        scope.error("E07", group.mfe.at(), "OM1 doit suivre MFE", "Une entrée commence par MFE puis OM1.")
    names = [s.name for s in message.slots]
    counts = dict.fromkeys(["OM1", *names], 0)
    reached = -1
    for placed in parts:
        name = placed.segment.name
        if name not in counts:
            scope.error("E07", placed.at(), f"{name} n'a pas de place dans MFN^{message.file.trigger}")
            continue
        counts[name] += 1
        repeats = name != "OM1" and message.slots[names.index(name)].repeats
        place = -1 if name == "OM1" else names.index(name)
        if counts[name] > 1 and not repeats:
            scope.error("E07", placed.at(), f"Un seul {name} par entrée dans MFN^{message.file.trigger}")
        elif place < reached:
            scope.error("E07", placed.at(), f"{name} après {names[reached]}", f"Ordre : OM1 {' '.join(names)}.")
        reached = max(reached, place)
    for slot in message.slots:
        if counts[slot.name] and slot.needs and not counts[slot.needs]:
            first = next(p for p in parts if p.segment.name == slot.name)
            scope.error("E07", first.at(), f"{slot.name} sans {slot.needs}")
    if "OM5" in names and not counts["OM5"] and not group.is_placeholder:
        scope.error("E08", "OM5-2", "Une batterie nomme au moins un membre", "Ajouter OM5.")
