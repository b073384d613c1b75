"""The checks of a publication (`lcsd.md` §9): every fault of every message, located, in one list.

The same checks judge what we are about to send and what we receive. Codes E refuse, codes W do not; a code E may
come as a warning when the specification says so (FINESS key, fields not to be sent). A path reads
`MFN^M08 OM4(1)-3`: message, segment and its occurrence in it, field, then component and repetition if needed.
"""

from collections.abc import Container, Sequence

from hl7v2.codec import Message
from kernel.errors import Invalid
from lcsd.groups import EntryGroup, MessageLayout, layout
from lcsd.master_files import MasterFile
from lcsd.messages import FORMATS
from lcsd.rules.entry import check_entry
from lcsd.rules.fields import check_segment
from lcsd.rules.grammar import check_grammar
from lcsd.rules.headers import check_head
from lcsd.rules.references import ReadGroup, check_messages_differ, check_references
from lcsd.rules.scope import Scope


def check_messages(scope: Scope, messages: Sequence[Message], processing: Container[str]) -> tuple[MessageLayout, ...]:
    """Report every fault of the messages of one exchange; `processing` holds the values of MSH-11 accepted here."""
    layouts = tuple(layout(m) for m in messages)
    readable = [read for one in layouts for read in _check_entries(scope, one, processing)]
    check_messages_differ(scope, layouts)
    check_references(readable)
    return layouts


def check_message(
    scope: Scope, one: MessageLayout, processing: Container[str], beside: Sequence[MessageLayout]
) -> None:
    """Report every fault of a message that comes alone; `beside` are those that hold the other master files."""
    known = {group.key.identity for other in beside for group in other.groups}
    check_references(_check_entries(scope, one, processing), known)


def _check_entries(scope: Scope, one: MessageLayout, processing: Container[str]) -> list[ReadGroup]:
    here = scope.of_message(one.title)
    file = MasterFile.of_trigger(one.trigger)
    if not check_head(here, one, processing) or file is None:
        return []
    found = (_check_group(here, group, sequence, file) for sequence, group in enumerate(one.groups, 1))
    return [read for read in found if read]


def _check_group(scope: Scope, group: EntryGroup, sequence: int, file: MasterFile) -> ReadGroup | None:
    here = scope.of_entry(_name(group))
    check_grammar(here, group, FORMATS[file])
    if not all([check_segment(here, p) for p in (group.mfe, *group.parts)]):
        return None
    check_entry(here, group, sequence, file)
    return ReadGroup(here, group, group.key)


def _name(group: EntryGroup) -> str:
    """The local code of an entry, its number when the key cannot be read."""
    try:
        return group.key.local_code or group.mfe.segment.raw(2)
    except Invalid:
        return group.mfe.segment.raw(2)
