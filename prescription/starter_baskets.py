"""The baskets that ship with the starter catalogue, as baskets anyone may copy lines from, and nobody changes."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, time

from prescription.basket import Basket, BasketConditions, BasketContent, BasketOwner, OwnerKind
from prescription.line import CodedExam, CodeKind, Line
from terminology.basket import BasketOutline
from terminology.catalogue import Catalogue
from terminology.request_code import CodeStatus, RequestCode

EVERYONE = BasketOwner(OwnerKind.SPECIALTY, "*")
"""The owner of what ships: every specialty, and no maintainer."""


def starter_baskets(outlines: Iterable[BasketOutline], catalogue: Catalogue) -> tuple[Basket, ...]:
    """Each with the exams that the release holds; one of which it holds nothing is left out."""
    since = datetime.combine(catalogue.release.published, time(), UTC)
    found = ((outline, [exam for exam in map(catalogue.get, outline.codes) if exam]) for outline in outlines)
    return tuple(
        Basket(
            outline.id,
            BasketContent(
                outline.name,
                EVERYONE,
                tuple(map(_line, exams)),
                BasketConditions(text=outline.conditions),
                outline.source,
            ),
            1,
            since,
            "",
        )
        for outline, exams in found
        if exams
    )


def _line(exam: RequestCode) -> Line:
    kind = CodeKind.WAITING if exam.status is CodeStatus.WAITING else CodeKind.LOINC
    line_id = uuid.uuid5(uuid.NAMESPACE_OID, exam.code).urn
    return Line(line_id, CodedExam(kind, exam.code, exam.display))
