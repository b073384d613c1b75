"""Entries against one another, over all the messages: keys are unique, what is named exists, nothing turns in circles.

E01 duplicate master file, E04 duplicate MSH-10, E12 duplicate keys, E14 references (`lcsd.md` §9).
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from lcsd.coding_systems import read_ce
from lcsd.groups import EntryGroup, MessageLayout
from lcsd.rules.scope import Scope
from lcsd.segments.keys import EntryKey, Identity, identity_of

REFERENCES = (("OM5", 2, "membre"), ("OM1", 31, "renseignement clinique"), ("OM1", 34, "examen réflexe"))


@dataclass(frozen=True, slots=True)
class ReadGroup:
    """A group whose fields can be read, its key, and where to report on it."""

    scope: Scope
    group: EntryGroup
    key: EntryKey


def check_messages_differ(scope: Scope, layouts: Sequence[MessageLayout]) -> None:
    """No master file and no control id may come twice in one exchange."""
    files: set[str] = set()
    ids: set[str] = set()
    for layout in layouts:
        here = scope.of_message(layout.title)
        msh, mfi = layout.first("MSH"), layout.first("MFI")
        file = mfi.segment.first(1).raw_component(1) if mfi else ""
        control_id = msh.segment.raw(10) if msh else ""
        if file and file in files:
            here.error(
                "E01", "MFI(1)-1", f"Fichier maître {file[:10]} en double", "Un seul message par fichier maître."
            )
        if control_id and control_id in ids:
            here.error("E04", "MSH(1)-10", f"Identifiant de message {control_id[:20]} en double")
        files.add(file)
        ids.add(control_id)


def check_references(groups: Sequence[ReadGroup], beside: Container[Identity] | None = None) -> None:
    """Report duplicate keys, names of nothing, nested batteries that may not be, and cycles.

    `beside` are the keys that other messages brought, when these come one by one: what an exam names may then be in a
    message still to come, which is a warning; the members of a battery come before it.
    """
    known = _check_unique(groups)
    for read in groups:
        for place, what, identity in _named(read.group):
            if beside is not None and identity in beside:
                continue
            if identity not in known and beside is not None and what != "membre":
                read.scope.warning("E14", place, f"Le {what} « {identity[0][:20]} » n'est pas encore reçu")
            elif identity not in known:
                read.scope.error(
                    "E14",
                    place,
                    f"Le {what} « {identity[0][:20]} » n'existe pas dans la publication",
                    "Publier cette entrée ou retirer la référence.",
                )
            elif what == "membre" and known[identity].group.first("OM5") and not _is_superset(read.group):
                read.scope.error(
                    "E14",
                    place,
                    f"La batterie « {identity[0][:20]} » est membre d'une batterie simple",
                    "Une batterie de batteries porte OM1-18 S.",
                )
    _check_cycles(groups, known)


def _check_unique(groups: Sequence[ReadGroup]) -> dict[Identity, ReadGroup]:
    known: dict[Identity, ReadGroup] = {}
    local: set[str] = set()
    mfe: set[tuple[str, str]] = set()
    for read in groups:
        om1 = read.group.first("OM1")
        place = om1.at(2) if om1 else read.group.mfe.at(4)
        if read.key.identity in known:
            told = f"Clé « {read.key.identity[0][:20]} » en double"
            read.scope.error("E12", place, told, "Mettre le code local en premier pour l'examen non préféré.")
        elif read.key.local_code in local:
            read.scope.error("E12", place, f"Code local « {read.key.local_code[:20]} » en double")
        number = (read.scope.title, read.group.mfe.segment.raw(2))
        if number in mfe:
            read.scope.error("E12", read.group.mfe.at(2), f"Numéro d'entrée « {number[1][:20]} » en double")
        known.setdefault(read.key.identity, read)
        local.add(read.key.local_code)
        mfe.add(number)
    return known


def _named(group: EntryGroup) -> Iterator[tuple[str, str, Identity]]:
    for name, field, what in REFERENCES:
        placed = group.first(name)
        repetitions = placed.segment.repetitions(field) if placed else ()
        for place, repetition in enumerate(repetitions, 1):
            code = read_ce(repetition)
            if placed is not None and code is not None:
                yield placed.at(field, 0, place if len(repetitions) > 1 else 0), what, identity_of(code)


def _is_superset(group: EntryGroup) -> bool:
    om1 = group.first("OM1")
    return om1 is not None and om1.segment.raw(18) == "S"


def _check_cycles(groups: Sequence[ReadGroup], known: dict[Identity, ReadGroup]) -> None:
    """A battery that holds itself, through its members, is reported once, where the circle closes."""
    members = {r.key.identity: [i for _, what, i in _named(r.group) if what == "membre"] for r in groups}
    finished: set[Identity] = set()
    for start in members:
        path: dict[Identity, Iterator[Identity]] = {start: iter(members[start])}
        while path:
            current = next(reversed(path))
            following = next((m for m in path[current] if m not in finished), None)
            if following is None:
                finished.add(current)
                del path[current]
            elif following in path:
                read = known[current]
                om5 = read.group.first("OM5")
                place = om5.at(2) if om5 else "OM5-2"
                read.scope.error("E14", place, f"La batterie se contient elle-même par « {following[0][:20]} »")
            else:
                path[following] = iter(members.get(following, ()))
