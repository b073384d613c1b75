"""After the activation of a release: the mappings it puts in doubt go `a-revoir`, one row of history each (§7.4)."""

from datetime import datetime

from terminology.release import Release
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import ResultCode
from terminology.transcoding.decisions import put_in_doubt
from terminology.transcoding.history import Change
from terminology.transcoding.mapping import Mapping, MappingKind, MappingStatus
from terminology.transcoding.ports import TranscodingStore

_REVIEWED = frozenset({MappingStatus.PROPOSED, MappingStatus.VALIDATED})


def review_after(release: Release, store: TranscodingStore, author: str, at: datetime) -> dict[str, tuple[Change, ...]]:
    """What `release`, opened with its retired codes, puts in doubt, by FINESS; already written when it returns.

    A second call for the same release finds nothing: what is `a-revoir` stays so until a person decides.
    """
    verdicts = _Verdicts(release)
    done: dict[str, tuple[Change, ...]] = {}
    for laboratory in store.laboratories():
        doubted = ((m, verdicts.doubt(m)) for m in store.mappings(laboratory.finess) if m.status in _REVIEWED)
        changes = tuple(put_in_doubt(m, author, at, reason) for m, reason in doubted if reason)
        if changes:
            store.save(laboratory.finess, changes)
            done[laboratory.finess] = changes
    return done


class _Verdicts:
    """Why a mapping must be looked at again, by its target."""

    def __init__(self, release: Release) -> None:
        self._name = release.name
        concepts: tuple[RequestCode | ResultCode, ...] = (*release.requests, *release.results)
        self._in_force = {c.code for c in concepts if c.status is not CodeStatus.RETIRED}
        self._waiting = {c.code for c in concepts if c.status is CodeStatus.WAITING}
        loincs = [c for c in concepts if c.status is CodeStatus.ACTIVE]
        self._successors = {c.waiting_code: c.code for c in loincs if c.waiting_code}
        self._techniques = {technique.code for technique in release.lists.techniques}

    def doubt(self, mapping: Mapping) -> str:
        """The reason in French; empty when the release says nothing against it."""
        if mapping.target is None or not mapping.release:
            return ""
        code = mapping.target.code
        if mapping.key.kind is MappingKind.TECHNIQUE:
            gone = bool(self._techniques) and code not in self._techniques
            return f"Code de technique {code} retiré dans la version {self._name}" if gone else ""
        if code in self._successors and code not in self._waiting:
            return f"Code d'attente {code} remplacé par le LOINC {self._successors[code]} ({self._name})"
        return "" if code in self._in_force else f"Code {code} retiré dans la version {self._name}"
