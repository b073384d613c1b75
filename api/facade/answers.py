"""The headers of the terminology's answers: which form, which release, changed or not (terminology.md §5.3)."""

import zlib
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.calls import Call
from api.responses import FHIR_JSON
from terminology.release import Release

JSON_FORMATS = ("application/fhir+json", "application/json")
SHORT_FORMATS = ("json", "text/json")
_NOT_MODIFIED = 304


def offer_json(call: Call, wanted: str | None) -> None:
    """406 unless JSON is wanted; `_format` (here `wanted`) goes before Accept."""
    if wanted is None:
        call.accepts(*JSON_FORMATS)
    # A plus sign that was not escaped reaches us as a space.
    elif wanted.partition(";")[0].strip().replace(" ", "+").lower() not in (*JSON_FORMATS, *SHORT_FORMATS):
        raise HTTPException(406)


def answer(call: Call, body: bytes, release: Release, modified: datetime, n: int | None = None) -> Response:
    """200 with `body`, or 304 when the caller has it already.

    The weak ETag is `W/"<release>-<n>"`; `n` is a checksum of the body unless given, which it must be when the body
    holds the time of the answer.
    """
    return answer_tagged(call, body, f"{_quoted(release.name)}-{zlib.crc32(body) if n is None else n}", modified)


def answer_tagged(call: Call, body: bytes, name: str, modified: datetime) -> Response:
    """The same under the weak ETag `W/"<name>"`, of what is no part of a release."""
    tag = f'"{name}"'
    headers = {
        "ETag": f"W/{tag}",
        "Last-Modified": _http_date(modified),
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Language",
    }
    sent = call.headers.get("if-none-match")
    if sent is not None and call.request.method in ("GET", "HEAD") and _has_already(sent, tag):
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type=FHIR_JSON)


# Of the few releases that are served: told again with each answer.
@lru_cache(maxsize=64)
def _quoted(name: str) -> str:
    return quote(name, safe="+.-_~")


@lru_cache(maxsize=64)
def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def is_strict(call: Call) -> bool:
    """Whether the caller asked for `Prefer: handling=strict`."""
    preferences = call.headers.get("prefer", "").replace(";", ",").split(",")
    return "handling=strict" in {preference.replace(" ", "").lower() for preference in preferences}


def _has_already(sent: str, tag: str) -> bool:
    """Weak comparison (RFC 9110 §13.1.2)."""
    tags = {each.strip().removeprefix("W/") for each in sent.split(",")}
    return tag in tags or "*" in tags
