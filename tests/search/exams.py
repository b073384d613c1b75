"""Small releases made by hand, for what the starter catalogue does not hold: waiting and retired codes, flags."""

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from terminology.coding import Coding
from terminology.release import Release, ReleaseKind
from terminology.request_code import CodeStatus, OrderClass, RequestCode, Synonym, SynonymKind

# What hostile or hasty typing is made of.
FRAGMENTS = st.sampled_from(["nfs", "anti-", "l'", "T4", "β", "œ", "CA 15-3", "vit", " d", "2842-3", "gly", "%", "à "])

SERUM = Coding("http://terminology.hl7.org/CodeSystem/v2-0487", "SER", "Sérum")
BLOOD = Coding("http://terminology.hl7.org/CodeSystem/v2-0487", "BLD", "Sang")
BIOCHEMISTRY = Coding("http://loinc.org", "18719-5", "Biochimie")
HAEMATOLOGY = Coding("http://loinc.org", "18723-7", "Hématologie")


def exam(
    code: str,
    label: str,
    *,
    short: Sequence[str] = (),
    other: Sequence[str] = (),
    status: CodeStatus = CodeStatus.ACTIVE,
    chapter: Coding | None = None,
    specimens: tuple[Coding, ...] = (),
    nabm: tuple[str, ...] = (),
    restricted: bool | None = None,
    frequency: int = 0,
    order_class: OrderClass | None = None,
    reference: str | None = None,
) -> RequestCode:
    synonyms = [Synonym(text, SynonymKind.ABBREVIATION) for text in short]
    synonyms += [Synonym(text, SynonymKind.SYNONYM) for text in other]
    return RequestCode(
        code=code,
        system="http://loinc.org",
        display=label,
        status=status,
        reference_label=reference,
        synonyms=tuple(synonyms),
        order_class=order_class,
        chapter=chapter,
        nabm=nabm,
        specimens=specimens,
        restricted=restricted,
        frequency=frequency,
    )


def release(*requests: RequestCode, label: str = "essai-1") -> Release:
    return Release(label, 1, ReleaseKind.STARTER, date(2025, 1, 1), requests)


def typeahead_of(*requests: RequestCode) -> Typeahead:
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(release(*requests))
    return typeahead


def found(typeahead: Typeahead, text: str) -> list[tuple[str, int]]:
    """The codes a query finds, with the tier of each."""
    return [(item.request.code, item.match.tier) for item in typeahead.suggest(text).items]
