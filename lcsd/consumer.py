"""The Code Set Consumer: takes the publications of laboratories, whole or not at all, and acknowledges (`lcsd.md` §7).

A message is judged before anything of it is kept in force: its sender first, then whether it came before, then its
content. What was accepted under a MSH-10 is remembered: the same bytes get the same answer, other bytes are rejected.
What was refused is kept for whoever asks why, and judged anew when it comes again, since what refused it may have been
ours.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hl7v2.batch import Batch, read_batch, read_message, write_batch
from hl7v2.codec import Segment, decode_segment, encode_message, header
from hl7v2.escapes import escape
from hl7v2.timestamps import read_ts, write_ts
from kernel.clock import Clock
from kernel.errors import CircuitbioError, Invalid
from kernel.findings import Finding, errors
from lcsd.checks import check_message, check_messages
from lcsd.groups import MessageLayout, layout
from lcsd.messages.mfk import Code, Verdict, build_mfk
from lcsd.received import Received
from lcsd.rules.scope import Scope
from terminology.receiving.arrival import Arrival, ReceivedMessage
from terminology.receiving.ports import ReceivingStore
from terminology.receiving.supplier import Supplier

_REJECTING = ("E02", "E03", "E04", "E06")
_log = logging.getLogger(__name__)


def new_control_id() -> str:
    """A MSH-10 of our own: twenty characters never given before."""
    return secrets.token_hex(10)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file: its findings, the arrival it became (None: refused), the answer as a file of MFK.

    `again`: it had been accepted before, nothing changed. `replies` is empty when no message of it could be answered.
    """

    findings: tuple[Finding, ...]
    arrival: Arrival | None
    replies: bytes
    again: bool = False


@dataclass(frozen=True, slots=True)
class Consumer:
    """Takes publications into the base. Safe to call from several threads."""

    store: ReceivingStore
    clock: Clock
    new_id: Callable[[], str] = field(default=new_control_id)

    def answer(self, data: bytes) -> bytes | None:
        """The MFK of a message that came alone; None when none can be given: no head to answer to, or not now.

        A sender without an answer sends again; one that is refused does not.
        """
        head = _head(data)
        if head is None:
            return None
        try:
            return self._answer(data, head)
        except CircuitbioError as error:  # the base is away, or another connection brought the same message
            _log.warning("a message could not be taken now (%s)", error.code)
            return None

    def take_file(self, data: bytes, name: str, findings: Sequence[Finding] = ()) -> FileReport:
        """Takes an exchange file whole, or not at all; `findings` are those of its envelope so far (hash, name)."""
        batch, found = read_batch(data)
        scope = Scope(findings=[*findings, *found])
        layouts = tuple(layout(message) for message in batch.messages)
        if not layouts:
            if not errors(scope.findings):
                scope.error("E07", "MSH", "Aucun message dans le fichier")
            return FileReport(tuple(scope.findings), None, b"")
        supplier = self._supplier(scope, layouts)
        known = [self._remembered(one) for one in layouts] if supplier else []
        if known and all(_same(old, message) for old, message in zip(known, batch.data, strict=True)):
            verdicts = [(one, Verdict(Code.ACCEPTED)) for one in layouts]
            return FileReport(tuple(scope.findings), None, self._batch(batch, name, verdicts), again=True)
        for one, old in zip(layouts, known, strict=False):
            _check_new(scope.of_message(one.title), old)
        check_messages(scope, batch.messages, {supplier.processing} if supplier else {"P", "T", "D"})
        return self._take(batch, name, layouts, scope)

    def _take(self, batch: Batch, name: str, layouts: Sequence[MessageLayout], scope: Scope) -> FileReport:
        verdict = _verdict(scope.findings)
        told = [(one, replace(verdict, findings=_of_message(verdict.findings, one))) for one in layouts]
        kept = [
            self._kept(one, data, each, self._reply(one, each))
            for (one, each), data in zip(told, batch.data, strict=True)
        ]
        arrival = None
        if verdict.code is Code.ACCEPTED:
            arrival = self.store.accept(kept, self.clock.now(), whole=True)
        elif verdict.code is Code.ERROR:
            self.store.refuse([message for message in kept if message.control_id])
        return FileReport(tuple(scope.findings), arrival, self._batch(batch, name, told))

    def _answer(self, data: bytes, head: Segment) -> bytes:
        message, found = read_message(data)
        one = layout(message or (head,))
        scope = Scope(findings=list(found))
        supplier = self._supplier(scope, (one,))
        if supplier is None or message is None:
            return self._reply(one, _verdict(scope.findings))
        old = self._remembered(one)
        if old is not None and _same(old, data):
            return old.reply
        _check_new(scope.of_message(one.title), old)
        check_message(scope, one, {supplier.processing}, Received(self.store).beside(supplier.finess, one.trigger))
        verdict = _verdict(scope.findings)
        reply = self._reply(one, verdict)
        kept = self._kept(one, data, verdict, reply)
        if verdict.code is Code.ACCEPTED:
            self.store.accept([kept], self.clock.now())
        elif verdict.code is Code.ERROR and kept.control_id:
            self.store.refuse([kept])
        return reply

    def _supplier(self, scope: Scope, layouts: Sequence[MessageLayout]) -> Supplier | None:
        """Who sends, when it is one that is known; the messages of a file come from one sender."""
        senders = {_sender(one) for one in layouts}
        application, finess = _sender(layouts[0])
        known = self.store.supplier(finess) if len(senders) == 1 else None
        if known is not None and known.application == application:
            return known
        here = scope.of_message(layouts[0].title)
        if len(senders) > 1:
            here.error("E01", "MSH(1)-4", "Le fichier mêle plusieurs expéditeurs", "Un fichier par laboratoire.")
        else:
            here.error("E03", "MSH(1)-4", "Expéditeur inconnu ici", "Le déclarer : circuitbio lcsd supplier set.")
        return None

    def _remembered(self, one: MessageLayout) -> ReceivedMessage | None:
        application, finess = _sender(one)
        return self.store.remembered(finess, application, _control_id(one))

    def _kept(self, one: MessageLayout, data: bytes, verdict: Verdict, reply: bytes) -> ReceivedMessage:
        application, finess = _sender(one)
        now = self.clock.now()
        found = errors(verdict.findings)
        return ReceivedMessage(
            finess,
            application,
            _control_id(one)[:20],
            one.trigger[:3],
            hashlib.sha256(data).hexdigest(),
            data,
            now,
            _effective(one) or now,
            verdict.code.value,
            reply,
            f"{found[0].code} {found[0].path} {found[0].message}" if found else "",
        )

    def _reply(self, one: MessageLayout, verdict: Verdict) -> bytes:
        return encode_message(build_mfk(one, verdict, self.new_id(), self.clock.now())).encode("utf-8")

    def _batch(self, batch: Batch, name: str, told: Sequence[tuple[MessageLayout, Verdict]]) -> bytes:
        """The file of MFK that answers a file: BHS-12 names the batch it answers (`lcsd.md` §6.1)."""
        now = self.clock.now()
        messages = [build_mfk(one, verdict, self.new_id(), now) for one, verdict in told]
        msh = messages[0][0]
        partners = {n: msh.raw(n) for n in range(3, 7)} | {7: write_ts(now)}
        answered = batch.batch_header.text(11) if batch.batch_header else ""
        head = header("BHS", {**partners, 11: escape(self.new_id()), 12: escape(answered)})
        return write_batch(header("FHS", {**partners, 9: escape(name)}), head, messages)


def _head(data: bytes) -> Segment | None:
    """The MSH of what came, however its text is encoded; None without one."""
    line = data.lstrip(b"\r\n").split(b"\r", 1)[0].split(b"\n", 1)[0]
    try:
        found = decode_segment(line.decode("utf-8", "replace"))
    except Invalid:
        return None
    return found if found.name == "MSH" else None


def _same(old: ReceivedMessage | None, data: bytes) -> bool:
    """Whether these bytes were accepted before."""
    return old is not None and old.arrival > 0 and old.sha256 == hashlib.sha256(data).hexdigest()


def _check_new(scope: Scope, old: ReceivedMessage | None) -> None:
    if old is not None and old.arrival:
        scope.error(
            "E04", "MSH(1)-10", "Identifiant déjà employé pour un autre contenu", "Un identifiant par contenu envoyé."
        )


def _verdict(findings: Sequence[Finding]) -> Verdict:
    found = errors(findings)
    if not found:
        return Verdict(Code.ACCEPTED, tuple(findings))
    rejected = any(finding.code in _REJECTING for finding in found)
    first = sorted(found, key=lambda finding: finding.code not in _REJECTING)
    return Verdict(Code.REJECTED if rejected else Code.ERROR, tuple(first))


def _of_message(findings: Sequence[Finding], one: MessageLayout) -> tuple[Finding, ...]:
    """Those of one message of a file; without any, the first of the others, since the whole file is refused."""
    own = tuple(finding for finding in findings if finding.path.startswith(f"{one.title} "))
    if own or not findings:
        return own
    other = findings[0]
    return (replace(other, message=f"Fichier refusé : {other.message}", path=""),)


def _sender(one: MessageLayout) -> tuple[str, str]:
    """Application and FINESS; empty when they cannot be read."""
    msh = one.first("MSH")
    try:
        return (msh.segment.first(3).text(1), msh.segment.first(4).text(1)) if msh else ("", "")
    except Invalid:
        return "", ""


def _control_id(one: MessageLayout) -> str:
    msh = one.first("MSH")
    return msh.segment.raw(10) if msh else ""


def _effective(one: MessageLayout) -> datetime | None:
    msh, mfi = one.first("MSH"), one.first("MFI")
    if msh is None or mfi is None:
        return None
    sent = read_ts(msh.segment.raw(7))
    return read_ts(mfi.segment.raw(5), sent.tzinfo if sent else None)
