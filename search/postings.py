"""Sets of exams as whole numbers, and the keys that lead to them: what makes a query cost the same whatever it finds.

An exam is its place in a list that never changes; a set of exams is the number with these bits set, so that `&`, `|`
and `bit_count` work on all of them at once.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate, chain
from operator import or_
from typing import TypeAlias

Exams: TypeAlias = int
Sets: TypeAlias = tuple[Exams, ...]

_AFTER_ANY = "\U0010ffff"
_FEW = 8
_NEAR = 5
_MANY_SHIFT = 22
_FILLED = re.compile(rb"[^\0]", re.DOTALL)
_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def exams_at(places: Iterable[int], size: int) -> Exams:
    """The set of the exams at these places, each below `size`."""
    marks = bytearray((size >> 3) + 1)
    for place in places:
        marks[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")


def places_of(exams: Exams) -> Iterator[int]:
    """The places of a set, in order."""
    if exams.bit_count() <= _FEW:
        while exams:
            first = exams & -exams
            yield first.bit_length() - 1
            exams ^= first
        return
    marks = exams.to_bytes((exams.bit_length() + 7) >> 3, "little")
    for filled in _FILLED.finditer(marks):
        start = filled.start()
        for bit in _BITS[marks[start]]:
            yield (start << 3) + bit


def first_of(exams: Exams, most: int) -> Exams:
    """The `most` first exams of a set."""
    if exams.bit_count() <= most:
        return exams
    last = next(place for rank, place in enumerate(places_of(exams), start=1) if rank == most)
    return exams & ((2 << last) - 1)


def begun_by(keys: Sequence[str], beginning: str, low: int = 0, high: int | None = None) -> tuple[int, int]:
    """From where to where, between `low` and `high`, sorted keys begin so."""
    low = bisect_left(keys, beginning, low, high)
    return low, bisect_left(keys, beginning + _AFTER_ANY, low, high)


class Postings:
    """Keys, each with the exams that hold it, in one or several layers; found whole or by their beginning.

    An answer has one set a layer. Made once, never changed.
    """

    def __init__(self, layers: Sequence[Mapping[str, Sequence[int]]], size: int) -> None:
        self._size = size
        self._keys = sorted(layers[0] if len(layers) == 1 else set().union(*layers))
        # The larger the sets, the fewer are made beforehand: they stay within a few tens of megabytes.
        self._many = max(_FEW, size * size >> _MANY_SHIFT)
        self._none: Sets = (0,) * len(layers)
        self._layers: list[tuple[array[int], array[int]]] = []
        common: set[int] = set()
        for layer in layers:
            held = [layer.get(key, ()) for key in self._keys]
            starts = array("I", accumulate(map(len, held), initial=0))
            self._layers.append((array("I", chain.from_iterable(held)), starts))
            common.update(place for place, own in enumerate(held) if len(own) > self._many)
        self._whole: dict[str, Sets] = {self._keys[place]: self._gathered(place, place + 1) for place in common}
        self._begun: dict[str, Sets] = {}
        # Keys that begin with the same few letters lie together: a key is looked for among them.
        self._near: dict[str, tuple[int, int]] = {}
        self._prepare("", 0, len(self._keys))

    def find(self, key: str) -> tuple[Sets, Sets]:
        """The exams that hold `key`, and those that hold a key that begins so, or is it."""
        low, high = self._among(key[:_NEAR])
        if len(key) > _NEAR:
            low, high = begun_by(self._keys, key, low, high)
        if low == high:
            return self._none, self._none
        begun = self._begun.get(key) or self._gathered(low, high)
        if self._keys[low] != key:
            return self._none, begun
        if low + 1 == high:
            return begun, begun
        return self._whole.get(key) or self._gathered(low, low + 1), begun

    def whole(self, key: str) -> Sets:
        """The exams that hold `key`."""
        low, high = self._among(key[:_NEAR])
        if len(key) > _NEAR:
            low = bisect_left(self._keys, key, low, high)
        if low == high or self._keys[low] != key:
            return self._none
        return self._whole.get(key) or self._gathered(low, low + 1)

    def begun(self, beginning: str) -> Sets:
        """The exams that hold a key that begins so, or is it."""
        return self.find(beginning)[1]

    def _among(self, beginning: str) -> tuple[int, int]:
        """Where the keys lie that begin so; found once when there are any, among those that begin a letter less."""
        near = self._near.get(beginning)
        if near is None:
            near = begun_by(self._keys, beginning, *self._among(beginning[:-1])) if beginning else (0, len(self._keys))
            if near[0] < near[1]:
                self._near[beginning] = near
        return near

    def _gathered(self, low: int, high: int) -> Sets:
        found = []
        for places, starts in self._layers:
            start, end = starts[low], starts[high]
            if start == end:
                found.append(0)
            elif end - start == 1:
                found.append(1 << places[start])
            else:
                found.append(self._set_of(places, start, end))
        return tuple(found)

    def _set_of(self, places: "array[int]", low: int, high: int) -> Exams:
        if high - low > _FEW:
            return exams_at(places[low:high], self._size)
        exams = 0
        for place in places[low:high]:
            exams |= 1 << place
        return exams

    def _is_many(self, low: int, high: int) -> bool:
        return any(starts[high] - starts[low] > self._many for _, starts in self._layers)

    def _prepare(self, beginning: str, low: int, high: int) -> Sets:
        """Makes the sets of every beginning, longer than `beginning`, that many exams hold; gives that of all of these.

        What a beginning leads to is what its longer ones lead to, and the few that lie between them.
        """
        length, gathered, all_of_them = len(beginning), low, self._none
        while low < high:
            key = self._keys[low]
            longer = key[: length + 1]
            end = low + 1 if len(key) == length else bisect_left(self._keys, longer + _AFTER_ANY, low, high)
            if len(key) > length and self._is_many(low, end):
                sets = self._begun[longer] = self._prepare(longer, low, end)
                all_of_them = _together(all_of_them, self._gathered(gathered, low), sets)
                gathered = end
            low = end
        return _together(all_of_them, self._gathered(gathered, high))


def _together(*found: Sets) -> Sets:
    """The exams of each layer in all of these."""
    return tuple(reduce(or_, layer) for layer in zip(*found, strict=True))
