"""The JSON of `GET /api/examens` (interface.md §5): one page of exams, each with the explanation of its match."""

from api.fhir.json import JsonObject, Written, serialise
from api.prepared import Prepared
from search.index import FacetCount, Match, Page, Suggestion
from terminology.coding import Coding
from terminology.request_code import CodeStatus, RequestCode

_prepared = Prepared()


def write_exam_page(page: Page) -> bytes:
    """The page, in the shape and order of interface.md §5; `notice` is the release's own, when it has one."""
    whole: JsonObject = {
        "query": page.query,
        "release": page.release.name,
        "engine": page.engine,
        "degraded": page.degraded,
        "total": page.total,
        "total_capped": page.total_capped,
        "offset": page.offset,
        "limit": page.limit,
        "hint": page.hint,
        "notice": page.release.notice or None,
        "facets": {
            "chapitre": _facet(page.facets.chapter),
            "prelevement": _facet(page.facets.specimen),
            "restreinte": _facet(page.facets.restricted),
        },
        "items": [_item(suggestion) for suggestion in page.items],
    }
    return serialise(whole)


def _facet(counts: tuple[FacetCount, ...]) -> list[JsonObject]:
    return [{"code": c.value.code, "display": c.value.display, "count": c.exams} for c in counts]


def write_coding(coding: Coding) -> JsonObject:
    """A code with its system and label."""
    return {"system": coding.system, "code": coding.code, "display": coding.display}


def write_match(match: Match) -> JsonObject:
    """Why an exam is there: the name or code that answered, and what to highlight in it."""
    return {
        "tier": match.tier,
        "field": match.field,
        "kind": match.kind,
        "value": match.value,
        "spans": match.spans,
    }


def _item(suggestion: Suggestion) -> Written:
    """The exam, which is always the same, then why it is there."""
    request = suggestion.request
    exam = _prepared.of(request, None, lambda: serialise(_exam(request))[:-1])
    why = serialise(write_match(suggestion.match))
    return Written(b'%b,"match":%b,"score":%b}' % (exam, why, str(suggestion.score).encode()))


def _exam(request: RequestCode) -> JsonObject:
    return {
        "code": request.code,
        "system": request.system,
        "display": request.display,
        "reference_label": request.reference_label,
        "order_class": request.order_class.value if request.order_class else None,
        "synonyms": [{"text": s.text, "kind": s.kind.value} for s in request.synonyms],
        "specimens": [write_coding(specimen) for specimen in request.specimens],
        "clinical_information": [
            {
                "code": expected.item.code,
                "label": expected.item.label,
                "type": expected.item.type.value,
                "obligation": expected.obligation.value,
                "sex": expected.item.sex,
            }
            for expected in request.clinical_information
        ],
        "nabm": request.nabm,
        "chapter": {"code": request.chapter.code, "display": request.chapter.display} if request.chapter else None,
        "restricted": request.restricted,
        "waiting": request.status is CodeStatus.WAITING,
        "retired_since": request.retired_since.isoformat() if request.retired_since else None,
    }
