"""Sets of exams as whole numbers, and the keys that lead to them: what makes a query cost the same whatever it finds.

An exam is its place in a list that never changes; a set of exams is the number with these bits set, so that `&`, `|`
and `bit_count` work on all of them at once.
"""

import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate, count, pairwise, repeat
from operator import or_
from typing import TypeAlias

Exams: TypeAlias = int
Sets: TypeAlias = tuple[Exams, ...]

_AFTER_ANY = "\U0010ffff"
_FEW = 8
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


class Entries:
    """What postings are made from: keys, numbered as they are met, and the exams that hold each, layer by layer."""

    def __init__(self, layers: int = 1) -> None:
        self.numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.layers = [(array("I"), array("I")) for _ in range(layers)]

    def add(self, place: int, keys: Collection[str], layer: int = 0) -> None:
        """An exam, which comes after the others, and the keys it holds, each once."""
        numbers, places = self.layers[layer]
        numbers.extend(map(self.numbers.__getitem__, keys))
        places.extend(repeat(place, len(keys)))


class Postings:
    """Keys, each with the exams that hold it, in one or several layers; found whole or by their beginning.

    An answer has one set a layer. Made once, never changed.
    """

    def __init__(self, entries: Entries, size: int) -> None:
        self._size = size
        self._keys = list(entries.numbers)
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        self._keys = [self._keys[number] for number in order]
        # The larger the sets, the fewer are made beforehand: they stay within a few tens of megabytes.
        self._many = max(_FEW, size * size >> _MANY_SHIFT)
        self._none: Sets = (0,) * len(entries.layers)
        self._layers = [_laid_out(order, *layer) for layer in entries.layers]
        common = {low for layer in self._layers for low in _longer_than(self._many, layer[1])}
        self._whole = {self._keys[low]: self._at(low) for low in common}
        self._begun: dict[str, Sets] = {}
        self._prepare("", 0, len(self._keys))

    def find(self, key: str) -> tuple[Sets, Sets]:
        """The exams that hold `key`, and those that hold a key that begins so, or is it."""
        keys = self._keys
        low = bisect_left(keys, key)
        if low == len(keys) or not keys[low].startswith(key):
            return self._none, self._none
        begun = self._begun.get(key)
        if begun is None:
            high = low + 1
            if high < len(keys) and keys[high].startswith(key):
                high = bisect_left(keys, key + _AFTER_ANY, high)
            begun = self._gathered(low, high)
            if high == low + 1 and keys[low] == key:
                return begun, begun
        return self._whole.get(key) or self._at(low) if keys[low] == key else self._none, begun

    def whole(self, key: str) -> Sets:
        """The exams that hold `key`."""
        keys = self._keys
        low = bisect_left(keys, key)
        if low == len(keys) or keys[low] != key:
            return self._none
        return self._whole.get(key) or self._at(low)

    def begun(self, beginning: str) -> Sets:
        """The exams that hold a key that begins so, or is it."""
        return self.find(beginning)[1]

    def _at(self, place: int) -> Sets:
        return self._gathered(place, place + 1)

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
        for _, starts in self._layers:
            if starts[high] - starts[low] > self._many:
                return True
        return False

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


def _laid_out(order: list[int], numbers: "array[int]", places: "array[int]") -> "tuple[array[int], array[int]]":
    """The exams of each key in this order of keys, one after the other, and where those of each start."""
    counts = Counter(numbers)
    starts = array("I", accumulate(map(counts.get, order, repeat(0)), initial=0))
    free = [0] * len(order)
    for number, start in zip(order, starts, strict=False):
        free[number] = start
    laid = array("I", bytes(places.itemsize * len(places)))
    for number, place in zip(numbers, places, strict=True):
        at = free[number]
        laid[at] = place
        free[number] = at + 1
    return laid, starts


def _longer_than(many: int, starts: "array[int]") -> Iterator[int]:
    """Where more than so many stand before the next start."""
    return (low for low, (start, end) in enumerate(pairwise(starts)) if end - start > many)


def _together(*found: Sets) -> Sets:
    """The exams of each layer in all of these."""
    return tuple(reduce(or_, layer) for layer in zip(*found, strict=True))
