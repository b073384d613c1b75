"""The life of a catalogue's versions: draft, check, publication, withdrawal (`lcsd.md` §6).

A publication is one transaction: the version becomes what is published, those before it end, the changes of mappings
are written, and what each subscriber is to receive is queued with its exact bytes. Nothing of it happens before the
whole catalogue has passed the checks.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hl7v2.codec import encode_message
from kernel.clock import Clock
from kernel.errors import Conflict, Invalid, NotFound
from kernel.findings import Finding, most_severe_first
from lcsd.exchange_file import build_file
from lcsd.master_files import MasterFile
from lcsd.messages.control import Emission, Processing, Receiver
from lcsd.publication import build_empty, build_messages
from lcsd.rules.scope import Scope
from lcsd.rules.source import check_removals, check_value_set
from terminology.catalogue import Catalogue
from terminology.lab_catalogue import LabCatalogue
from terminology.publishing.delivery import Channel, Delivery, DeliveryState, Subscriber
from terminology.publishing.ports import PublishingStore
from terminology.publishing.version import (
    CatalogueDiff,
    CatalogueVersion,
    VersionState,
    diff_catalogues,
    mapping_changes,
)

_REMOVALS = "W09"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Works on the catalogue of one laboratory; `author` is who is written beside what is done."""

    store: PublishingStore
    finess: str
    author: str
    clock: Clock
    value_set: Catalogue | None = None

    def draft(self) -> CatalogueVersion | None:
        """The version that can still change; None when there is none."""
        return next((v for v in self.store.versions(self.finess) if v.state.is_open), None)

    def current(self) -> CatalogueVersion | None:
        """The version published last."""
        return next((v for v in self.store.versions(self.finess) if v.state is VersionState.PUBLISHED), None)

    def save(self, catalogue: LabCatalogue, note: str = "", revision: int | None = None) -> CatalogueVersion:
        """Keeps a catalogue as the draft, its number being the next one whatever it says.

        `revision` is that of the draft read, 0 for the first; None takes the place of whatever is there. `Invalid`
        (`other-laboratory`) for another FINESS, `Conflict` (`version-changed`).
        """
        if catalogue.laboratory.finess != self.finess:
            raise Invalid.because(
                "other-laboratory",
                "Le catalogue est celui d'un autre FINESS.",
                "Le déposer sous le sien.",
                "laboratory",
            )
        held = self.store.versions(self.finess)
        open_one = next((v for v in held if v.state.is_open), None)
        number = open_one.number if open_one else max((v.number for v in held), default=0) + 1
        was = open_one.revision if open_one else 0
        version = CatalogueVersion(
            self.finess,
            number,
            VersionState.DRAFT,
            self.author,
            open_one.created if open_one else self.clock.now(),
            catalogue.effective_from,
            "",
            note,
        )
        return self.store.save_draft(version, replace(catalogue, version=number), was if revision is None else revision)

    def check(self) -> tuple[Finding, ...]:
        """Every finding on the draft, errors first; one without error becomes `checked`."""
        version, catalogue = self._open()
        findings = self._findings(catalogue, self._published())
        if not any(f.severity == "error" for f in findings) and version.state is VersionState.DRAFT:
            self.store.save_draft(replace(version, state=VersionState.CHECKED), catalogue, version.revision)
        return findings

    def publish(
        self, *, confirm_removals: bool = False, revision: int | None = None
    ) -> tuple[CatalogueVersion, tuple[Finding, ...]]:
        """Publishes the draft, the one at `revision` unless None; the version and its warnings.

        `Invalid` with every finding when an error refuses it, `Conflict` (`removals-to-confirm`) when more than a
        fifth of the exams would go and nobody said that it is meant or (`version-changed`) when the draft is at another
        revision, `NotFound` (`no-draft`).
        """
        version, catalogue = self._open()
        if revision not in (None, version.revision):
            raise Conflict.because("version-changed", "Le brouillon a changé.", "Le relire, puis recommencer.")
        previous = self._published()
        findings = self._findings(catalogue, previous)
        if any(f.severity == "error" for f in findings):
            raise Invalid(findings)
        removals = [f for f in findings if f.code == _REMOVALS]
        if removals and not confirm_removals:
            raise Conflict.because("removals-to-confirm", removals[0].message, "Confirmer que c'est voulu.", _REMOVALS)
        return self._publish(version, catalogue, previous, VersionState.SUPERSEDED), findings

    def withdraw(self, note: str = "", *, abandon_draft: bool = False) -> CatalogueVersion:
        """Publishes the content of the version before the current one, as a new number in force now.

        `NotFound` (`nothing-before`) when there is none, `Conflict` (`draft-open`) when a draft holds the next number
        and may not be abandoned.
        """
        held = self.store.versions(self.finess)
        current = self.current()
        before = [v for v in held if v.state is VersionState.SUPERSEDED and current and v.number < current.number]
        if current is None or not before:
            raise NotFound.because("nothing-before", "Aucune version antérieure à remettre.", "Publier une version.")
        if self.draft() and not abandon_draft:
            raise Conflict.because(
                "draft-open", "Un brouillon est ouvert.", "Le publier d'abord, ou dire qu'il est abandonné."
            )
        content = self._catalogue(before[-1].number)
        now = self.clock.now().replace(microsecond=0)
        saved = self.save(replace(content, effective_from=now), note or f"Retrait de la version {current.number}")
        return self._publish(
            saved, self._catalogue(saved.number), self._catalogue(current.number), VersionState.WITHDRAWN
        )

    def diff(self, number: int) -> CatalogueDiff:
        """What a version changes from the one published before it; `NotFound` (`unknown-version`)."""
        earlier = [v for v in self.store.versions(self.finess) if v.published and v.number < number]
        return diff_catalogues(self._catalogue(earlier[-1].number) if earlier else None, self._catalogue(number))

    def subscribe(self, subscriber: Subscriber) -> None:
        """Adds or changes a subscriber, and queues the current version for one that has never been sent it."""
        check_subscriber(subscriber)
        self.store.save_subscriber(self.finess, subscriber)
        current = self.current()
        if current:
            catalogue = self._catalogue(current.number)
            self.store.queue(tuple(build_deliveries(catalogue, subscriber, self.clock.now())))

    def subscriber(self, name: str) -> Subscriber:
        """One subscriber; `NotFound` (`unknown-subscriber`)."""
        found = next((held for held in self.store.subscribers(self.finess) if held.name == name), None)
        if found is None:
            raise _unknown(name)
        return found

    def unsubscribe(self, name: str) -> None:
        """Ends a subscription, what waited for it not being sent; `NotFound` (`unknown-subscriber`)."""
        if not self.store.delete_subscriber(self.finess, name):
            raise _unknown(name)

    def behind(self) -> tuple[str, ...]:
        """The subscribers that have not acknowledged all of the current version."""
        current = self.current()
        if current is None:
            return ()
        theirs: dict[str, set[DeliveryState]] = {s.name: set() for s in self.store.subscribers(self.finess)}
        for one in self.store.deliveries(self.finess):
            if one.version == current.number and one.subscriber in theirs:
                theirs[one.subscriber].add(one.state)
        return tuple(name for name, found in theirs.items() if found != {DeliveryState.ACKNOWLEDGED})

    def resend(self, name: str) -> int:
        """Sends again, same bytes, what of the current version `name` refused or failed to receive; how many.

        `NotFound` (`unknown-subscriber`).
        """
        self.subscriber(name)
        current, now = self.current(), self.clock.now()
        again = (DeliveryState.REFUSED, DeliveryState.FAILED)
        return sum(
            self.store.settle(one, replace(one, state=DeliveryState.QUEUED, attempts=0, due=now, detail=""))
            for one in self.store.deliveries(self.finess)
            if one.subscriber == name and current and one.version == current.number and one.state in again
        )

    def _open(self) -> tuple[CatalogueVersion, LabCatalogue]:
        version = self.draft()
        if version is None:
            raise NotFound.because("no-draft", "Aucun brouillon à publier.", "Déposer d'abord un catalogue.")
        return version, self._catalogue(version.number)

    def _published(self) -> LabCatalogue | None:
        current = self.current()
        return self._catalogue(current.number) if current else None

    def _catalogue(self, number: int) -> LabCatalogue:
        found = self.store.catalogue(self.finess, number)
        if found is None:
            raise NotFound.because("unknown-version", f"Version inconnue : {number}.", "Voir la liste des versions.")
        return found

    def _findings(self, catalogue: LabCatalogue, previous: LabCatalogue | None) -> tuple[Finding, ...]:
        emission = Emission(catalogue, Receiver("DPI", self.finess), self.clock.now())
        scope = Scope()
        try:
            scope.findings.extend(build_file(emission)[3])
        except Invalid as refused:
            scope.findings.extend(refused.findings)
        if self.value_set is not None:
            check_value_set(scope, catalogue, self.value_set)
        if previous is not None:
            check_removals(scope, catalogue, previous)
        return most_severe_first(scope.findings)

    def _publish(
        self,
        version: CatalogueVersion,
        catalogue: LabCatalogue,
        previous: LabCatalogue | None,
        ending: VersionState,
    ) -> CatalogueVersion:
        now = self.clock.now()
        published = replace(version, state=VersionState.PUBLISHED, published=now)
        self.store.publish(
            published,
            _ended(self.store.versions(self.finess), published, ending, now),
            mapping_changes(previous, catalogue, self.author, now),
            [d for s in self.store.subscribers(self.finess) for d in build_deliveries(catalogue, s, now)],
        )
        return published


def build_deliveries(catalogue: LabCatalogue, subscriber: Subscriber, now: datetime) -> Sequence[Delivery]:
    """What a subscriber is to receive of a version: one file, or one message for each of the four master files.

    Over MLLP a master file without entry is emptied by a placeholder; `Invalid` when the messages are refused.
    """
    receiver = Receiver(subscriber.application, subscriber.finess)
    emission = Emission(
        catalogue, receiver, now, Processing(subscriber.processing), acknowledgements=subscriber.acknowledgements
    )
    if subscriber.channel is Channel.FILE:
        name, data, _, _ = build_file(emission)
        return [_delivery(emission, subscriber.name, 0, name, data)]
    built = {message[0].first(9).text(2): message for message in build_messages(Scope(), emission)}
    return [
        _delivery(emission, subscriber.name, file.rank, message[0].text(10), encode_message(message).encode("utf-8"))
        for file in MasterFile
        for message in [built.get(file.trigger) or build_empty(emission, file)]
    ]


def check_subscriber(subscriber: Subscriber) -> None:
    """`Invalid` (`subscriber`) when it could not be reached as it says, or only in clear text far away."""
    tls = (subscriber.ca, subscriber.certificate, subscriber.key)
    mllp = subscriber.channel is Channel.MLLP
    nearby = subscriber.host in ("localhost", "127.0.0.1", "::1")
    faults = (
        (not 1 <= len(subscriber.name) <= 40, "name", "Le nom a 1 à 40 caractères."),
        (not subscriber.application or len(subscriber.application) > 20, "application", "1 à 20 caractères."),
        (not subscriber.finess, "finess", "Le FINESS du destinataire manque."),
        (subscriber.processing not in set(Processing), "processing", "P, T ou D."),
        (not mllp and not subscriber.folder, "folder", "Le dossier de dépôt manque."),
        (mllp and not (subscriber.host and 0 < subscriber.port < 65536), "port", "Hôte et port manquent."),
        (mllp and any(tls) and not all(tls), "ca", "TLS demande autorité, certificat et clé ensemble."),
        (
            mllp and not any(tls) and not nearby and not subscriber.clear_text,
            "clear_text",
            "Sans TLS, seul l'hôte local est admis, sauf demande expresse.",
        ),
    )
    for wrong, path, message in faults:
        if wrong:
            raise Invalid.because("subscriber", message, "Corriger l'abonné.", path)


def _unknown(name: str) -> NotFound:
    return NotFound.because("unknown-subscriber", f"Abonné inconnu : {name[:40]}.", "Voir la liste des abonnés.")


def _ended(
    held: Sequence[CatalogueVersion], new: CatalogueVersion, ending: VersionState, now: datetime
) -> list[CatalogueVersion]:
    """The versions that a new one ends: the current one, and the end of those that one still to come had replaced."""
    ended = []
    for old in held:
        if old.published is None or old.number == new.number:
            continue
        state = ending if old.state is VersionState.PUBLISHED else old.state
        pending = old.effective_from > now
        in_force = not pending and (old.effective_to is None or old.effective_to > now)
        until = old.effective_from if pending else max(new.effective_from, now) if in_force else old.effective_to
        ended.append(replace(old, state=state, effective_to=until))
    return ended


def _delivery(emission: Emission, subscriber: str, rank: int, identifier: str, data: bytes) -> Delivery:
    catalogue, now = emission.catalogue, emission.instant
    return Delivery(
        catalogue.laboratory.finess,
        subscriber,
        catalogue.version,
        rank,
        identifier,
        data,
        hashlib.sha256(data).hexdigest(),
        DeliveryState.QUEUED,
        now,
        now,
    )
