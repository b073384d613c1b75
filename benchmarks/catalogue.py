"""A catalogue of any size, and queries on it that nobody has asked before: the starter exams, then invented ones.

Invented exams read like real ones: an analyte or a germ of made-up name, in one of the forms a French catalogue uses,
with the synonyms that go with it. The same size and seed always give the same catalogue.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count, islice

from kernel.loinc import SYSTEM, check_digit
from terminology.readers.starter import load_starter
from terminology.release import Release, ReleaseKind
from terminology.request_code import RequestCode, Synonym, SynonymKind

SEED = 20261125
_FIRST_INVENTED = 200_000  # beyond the LOINC numbers given out so far
_SYLLABLES = (
    "ba co dri fu gli ho ja ka lo me ni pro qui ra ste tri uro vi xa zy pha gna lec spi mor dal ten bru".split()
)
_ENDINGS = "ine ose ase yle ium one ate ide ère olol virus coque bacter ella".split()
_FORMS = (
    ("{x}", ("{x} sérique", "{x} sanguin", "Taux de {x}")),
    ("{x} urinaire", ("{x} dans les urines", "{x} U")),
    ("Anticorps anti-{x} IgG", ("Anti-{x} IgG", "Sérologie {x}", "Immunité {x}")),
    ("Anticorps anti-{x} IgM", ("Anti-{x} IgM", "Ac anti-{x} IgM")),
    ("{x}, recherche par PCR", ("PCR {x}", "ADN {x}")),
    ("{x}, IgE spécifiques", ("IgE {x}", "Allergie {x}", "RAST {x}")),
)


def made_release(size: int) -> Release:
    """A release of `size` exams in force, named `mesure-SIZE`."""
    chance = random.Random(SEED)
    starter = load_starter()
    invented = islice(_invented(chance, starter.requests), max(size - len(starter.requests), 0))
    return Release(f"mesure-{size}", 1, ReleaseKind.STARTER, date(2026, 1, 1), (*starter.requests[:size], *invented))


def new_queries(release: Release, number: int) -> list[str]:
    """`number` queries, no two alike: beginnings of names, words in another order, unfinished words, one typo."""
    chance = random.Random(SEED + 1)
    names = [name for exam in release.requests for name in (exam.display, *(synonym.text for synonym in exam.synonyms))]
    found: dict[str, None] = {}
    while len(found) < number:
        found[_asked(chance.choice(names), chance)] = None
    return list(found)


def _invented(chance: random.Random, models: tuple[RequestCode, ...]) -> Iterator[RequestCode]:
    numbers = count(_FIRST_INVENTED)
    while True:
        name = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) + chance.choice(_ENDINGS)
        for label, synonyms in chance.sample(_FORMS, k=chance.randint(2, len(_FORMS))):
            number = str(next(numbers))
            texts = [text.format(x=name.capitalize()) for text in synonyms]
            short = "".join(word[0] for word in label.format(x=name).split()).upper() + number[-3:]
            yield replace(
                chance.choice(models),
                code=f"{number}-{check_digit(number)}",
                system=SYSTEM,
                display=label.format(x=name.capitalize()),
                reference_label=None,
                synonyms=(Synonym(short, SynonymKind.ABBREVIATION), *(Synonym(t, SynonymKind.SYNONYM) for t in texts)),
                frequency=chance.choice((0, 0, 0, 1, 3)),
            )


def _asked(name: str, chance: random.Random) -> str:
    kind, words = chance.randrange(4), name.split()
    if kind == 0:
        return name[: chance.randint(min(3, len(name)), len(name))].strip()
    if kind == 1:
        chance.shuffle(words)
        return " ".join(words)
    if kind == 2:
        return " ".join(word[: chance.randint(3, max(3, len(word)))] for word in words[:3])
    place = chance.randrange(len(name))
    return name[:place] + chance.choice("aeiourstln") + name[place + 1 :]
