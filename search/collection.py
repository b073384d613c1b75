"""A set of exams, and what leads to them: words, names, codes, and what they are filtered and counted by.

Made once for an edition and never changed. The engine that works in memory retrieves with it, and the ranker places
with it what any engine retrieved.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import pairwise
from typing import TypeVar

from search.documents import GROUPS, Document, MatchField, group_of, named_texts, spell
from search.postings import Entries, Exams, Postings, exams_at

_Key = TypeVar("_Key", bound=Hashable)


class Collection:
    """Exams in their usual order, the place of each being its bit in every set.

    `words` leads to the exams with a word in any name, and to those with it in their label; `names` to those with a
    compact name, one layer a group; `token_sets` to those with a name of these tokens; `followed` to those with a word
    that another follows, the first letter of that other first; `codes` by code or act. `plain` are the words not
    joined. The last four give the exams of each value.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self.plain: set[str] = set()
        self.label_sizes = bytearray()
        words, names, token_sets, followed, codes = Entries(2), Entries(GROUPS), Entries(), Entries(), Entries()
        for place, document in enumerate(self.documents):
            own_words: list[str] = []
            own_sets: list[str] = []
            own_followed: list[str] = []
            own_names: list[list[str]] = [[] for _ in range(GROUPS)]
            for field, kind, text in named_texts(document.request):
                spelled = spell(text)
                own_words += spelled.words()
                own_sets += spelled.token_sets()
                for form in spelled.variants:
                    self.plain.update(form)
                    if len(form) > 1:
                        own_followed += _followed(form)
                if field is MatchField.LABEL:
                    words.add(place, set(own_words), 1)
                    self.label_sizes.append(min(spelled.size, 255))
                if field is not MatchField.REFERENCE:
                    own_names[group_of(field, kind)] += spelled.compacts()
            words.add(place, set(own_words))
            token_sets.add(place, set(own_sets))
            followed.add(place, set(own_followed))
            codes.add(place, document.codes)
            for group, named in enumerate(own_names):
                if named:
                    names.add(place, set(named), group)
        size = len(self.documents)
        self.words, self.names, self.token_sets, self.followed, self.codes = (
            Postings(entries, size) for entries in (words, names, token_sets, followed, codes)
        )
        requests = [document.request for document in self.documents]
        self.everything: Exams = (1 << size) - 1
        self.retired = exams_at((place for place, one in enumerate(self.documents) if one.retired), size)
        self.in_force = self.everything & ~self.retired
        self.waiting = exams_at((place for place, one in enumerate(self.documents) if one.waiting), size)
        self.chapters = _grouped(([request.chapter] if request.chapter else [] for request in requests), size)
        self.specimens = _grouped((request.specimens for request in requests), size)
        self.restricted = _grouped(([known] for known in (r.restricted for r in requests)), size)
        self.classes = _grouped(([request.order_class] for request in requests), size)


def _grouped(values: Iterable[Iterable[_Key]], size: int) -> dict[_Key, Exams]:
    """The exams of each value; `values` are those of each exam in turn."""
    places: defaultdict[_Key, list[int]] = defaultdict(list)
    for place, own in enumerate(values):
        for value in own:
            places[value].append(place)
    return {value: exams_at(own, size) for value, own in places.items()}


def _followed(form: tuple[str, ...]) -> list[str]:
    """For each word that another follows, the first letter of that other and the word."""
    return [following[0] + word for word, following in pairwise(form)]
