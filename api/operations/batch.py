"""`POST /fhir`: several questions to the terminology in one Bundle, each answered on its own (FHIR R4 http.html#batch).

An entry is a read, a search or an operation of the façade, asked of this application in this process, exactly as if
it had come alone. What concerns orders is not asked here.
"""

import re
from asyncio import sleep
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Scope

from api.calls import Call, services_of
from api.facade.answers import JSON_FORMATS
from api.fhir.datatypes import present
from api.fhir.element import Element, Report
from api.fhir.json import JsonObject, Written, serialise
from api.fhir.operation_outcome import write_error
from api.openapi.batch import described_batch
from api.openapi.described import described
from api.problems import status_of
from api.responses import fhir_bytes
from kernel.errors import CircuitbioError, Invalid, Unsupported

MOST_ENTRIES = 100
MOST_BYTES = 16 * 1024 * 1024
"""How much a batch may answer: the entries beyond are told that it costs too much."""
_BATCH, _TRANSACTION = "batch", "transaction"
_TYPES = (
    "CodeSystem|ValueSet|ConceptMap|Questionnaire|ActivityDefinition|PlanDefinition|ObservationDefinition"
    "|SpecimenDefinition"
)
_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_ID, _OPERATION = r"[A-Za-z0-9.\-]{1,64}", r"\$[a-z\-]+"
_READ = re.compile(rf"metadata|(?:{_TYPES})(?:/{_ID})?(?:/{_OPERATION})?", re.ASCII)
_POSTED = re.compile(rf"(?:{_TYPES})(?:/{_ID})?/{_OPERATION}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One question; `path` is its FHIRPath in the Bundle."""

    method: str
    url: str
    body: JsonObject | None
    if_none_match: str
    path: str


@dataclass(slots=True)
class _Answer:
    """What the application answered to one entry."""

    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@described(post=described_batch(MOST_ENTRIES))
async def batch(request: Request) -> Response:
    """The answers, in the order of the questions; 200 whatever they say."""
    call = Call(services_of(request), await request.body(), request.headers, request)
    base = call.services.config.base
    answers: list[JsonObject] = []
    left = MOST_BYTES
    for entry in _entries(call):
        answer = await _answer(request, entry, base) if left > 0 else _refused(_too_much(entry), base)
        left -= len(answer.body)
        answers.append(_write(answer))
        await sleep(0)  # the other calls have their turn
    return fhir_bytes(serialise(present({"resourceType": "Bundle", "type": "batch-response", "entry": answers})))


def _entries(call: Call) -> list[_Entry]:
    """The questions of a batch; `Invalid` with every fault of its form, `Unsupported` for another kind of Bundle."""
    body = call.resource(*JSON_FORMATS)
    report = Report()
    root = Element(body, "Bundle", report)
    if body.get("resourceType") != "Bundle":
        raise Invalid.because("wrong-resource", "Le corps n'est pas un Bundle.", "Envoyer un Bundle de type batch.")
    kind = root.text("type", required=True)
    if kind == _TRANSACTION:
        message = "Une transaction n'est pas traitée : cette terminologie ne fait que se lire."
        raise Unsupported.because("not-supported", message, "Envoyer un Bundle de type batch.", "Bundle.type")
    if kind not in (None, _BATCH):
        raise Invalid.because("bad-value", "Bundle.type vaut batch.", "Corriger le type.", "Bundle.type")
    entries = [_read(element) for element in (root.children("entry") if root.has("entry") else ())]
    root.close_resource()
    if report.findings:
        raise Invalid(report.findings)
    if len(entries) > MOST_ENTRIES:
        message = f"Un lot tient {MOST_ENTRIES} questions au plus, non {len(entries)}."
        raise Invalid.because("too-costly", message, "Le couper en plusieurs.", "Bundle.entry")
    return [entry for entry in entries if entry is not None]


def _read(element: Element) -> _Entry | None:
    element.read_past("fullUrl", "resource")
    resource = element.child("resource") if element.has("resource") else None
    request = element.child("request", required=True)
    element.close()
    if request is None:
        return None
    method, url = request.text("method", required=True), request.text("url", required=True)
    if_none_match = request.text("ifNoneMatch") or ""
    request.close()
    if method == "GET" and resource is not None:
        element.wrong("Un GET n'a pas de corps.", "Le retirer, ou envoyer un POST.", "resource")
    body = dict(resource.value) if resource else None
    return _Entry(method or "", url or "", body, if_none_match, request.path)


async def _answer(request: Request, entry: _Entry, base: str) -> _Answer:
    try:
        scope = _scope(request, entry)
    except CircuitbioError as refused:
        return _refused(refused, base)
    return await _asked(request, scope, serialise(entry.body) if entry.body is not None else b"")


def _scope(request: Request, entry: _Entry) -> Scope:
    """The call that the entry stands for; refuses what is not a question to the terminology."""
    raw, _, query = entry.url.partition("?")
    path = unquote(raw)
    if entry.method not in ("GET", "POST"):
        message = f"La méthode {entry.method[:20]} n'est pas admise : cette terminologie ne fait que se lire."
        raise Unsupported.because(
            "method-not-allowed", message, "GET, ou POST d'une opération.", f"{entry.path}.method"
        )
    if (_READ if entry.method == "GET" else _POSTED).fullmatch(path) is None:
        message = "Un lot ne porte que des lectures et des opérations de la terminologie."
        hint = "Url relative, par exemple CodeSystem/$lookup?system=…&code=…"
        raise Unsupported.because("not-supported", message, hint, f"{entry.path}.url")
    headers = {"accept": JSON_FORMATS[0], "content-type": JSON_FORMATS[0], "if-none-match": entry.if_none_match}
    headers["x-request-id"] = request.headers.get("x-request-id", "")
    kept = ("type", "asgi", "http_version", "scheme", "server", "client", "root_path")
    return {
        **{name: request.scope[name] for name in kept if name in request.scope},
        "method": entry.method,
        "path": f"/fhir/{path}",
        "raw_path": quote(f"/fhir/{raw}", safe=_ASCII).encode(),
        "query_string": quote(query, safe=_ASCII).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value],
    }


async def _asked(request: Request, scope: Scope, body: bytes) -> _Answer:
    """The application's own answer."""
    answer = _Answer()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        else:
            answer.body += message.get("body", b"")

    await request.app(scope, receive, send)
    return answer


def _refused(error: CircuitbioError, base: str) -> _Answer:
    return _Answer(status_of(error), {}, serialise(write_error(error, base)))


def _too_much(entry: _Entry) -> Invalid:
    message = f"Les réponses de ce lot dépassent {MOST_BYTES // 1024 // 1024} Mio."
    return Invalid.because("too-costly", message, "Le couper en plusieurs.", entry.path)


def _write(answer: _Answer) -> JsonObject:
    said = answer.status >= HTTPStatus.BAD_REQUEST
    body = Written(answer.body) if answer.body else None
    modified = answer.headers.get("last-modified")
    response = present(
        {
            "status": f"{answer.status} {HTTPStatus(answer.status).phrase}",
            "etag": answer.headers.get("etag"),
            "lastModified": parsedate_to_datetime(modified).isoformat() if modified else None,
            "outcome": body if said else None,
        }
    )
    return present({"resource": None if said else body, "response": response})


ROUTES = [Route(path, batch, methods=["POST"]) for path in ("/fhir", "/fhir/")]
