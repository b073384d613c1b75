"""Exams often asked for with those chosen: five at most, never chosen beforehand (prescription.md §2.5).

They come from baskets, which say what goes with what and on whose word: the prescriber's own, those shared with him
or her, and those that ship. Nothing else weighs: neither a laboratory, nor a price, nor what others clicked.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from prescription.basket import Basket
from prescription.line import CodedExam
from prescription.prescription import Prescription
from terminology.catalogue import Catalogue
from terminology.request_code import CodeStatus, RequestCode

MOST = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One exam, the baskets that put it beside those chosen, and the words of their source."""

    exam: RequestCode
    baskets: tuple[str, ...]
    source: str


def suggest(
    prescription: Prescription, baskets: Iterable[Basket], catalogue: Catalogue, dismissed: Collection[str] = ()
) -> tuple[Suggestion, ...]:
    """The exams that baskets put beside those of the order, the most often first; none that it has, none dismissed."""
    chosen = {line.exam.code for line in prescription.lines if isinstance(line.exam, CodedExam)}
    weight: Counter[str] = Counter()
    beside: dict[str, list[Basket]] = {}
    for basket in baskets:
        codes = basket.outline().codes
        shared = len(chosen.intersection(codes))
        if not shared:
            continue
        for code in dict.fromkeys(codes):
            if code not in chosen and code not in dismissed:
                weight[code] += shared
                beside.setdefault(code, []).append(basket)
    found = []
    for code, _ in sorted(weight.items(), key=lambda pair: (-pair[1], pair[0])):
        exam = catalogue.get(code)
        if exam is not None and exam.status is not CodeStatus.RETIRED:
            named = tuple(basket.content.name for basket in beside[code])
            found.append(Suggestion(exam, named, beside[code][0].content.source))
    return tuple(found[:MOST])
