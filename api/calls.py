"""One call as the routes see it: the services, the body, and the headers that matter (interface.md §1)."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.fhir.json import JsonObject, parse
from api.security import caller_of
from api.services import Services
from kernel.errors import Invalid
from prescription.caller import Caller
from prescription.ports import UnitOfWork
from prescription.usecases.access import Access, check_role

_JSON_TYPES = ("application/fhir+json", "application/json")
_ANYTHING = "*/*"
VERSION = r'(?:W/)?"([1-9][0-9]{0,8})"'
"""The form of an If-Match."""
_IF_MATCH = re.compile(VERSION, re.ASCII)
_UUID4_VERSION = 4


def services_of(request: Request) -> Services:
    """The services this application was made with."""
    services: Services = request.app.state.services
    return services


@dataclass(frozen=True, slots=True)
class Call:
    """The services, the body as bytes, and the request's headers."""

    services: Services
    body: bytes
    headers: Headers
    request: Request

    def caller(self) -> Caller:
        """Who calls; 401 when it cannot be told."""
        return caller_of(self.request, self.services.tokens)

    def admit(self, operation: str) -> None:
        """Who may not call is told so before what is wrong with the body: 401, 403."""
        check_role(self.caller(), operation)

    def access(self, unit: UnitOfWork, operation: str, now: datetime) -> Access:
        """This caller doing one operation in one transaction."""
        return Access(unit, self.caller(), operation, now, self.headers.get("user-agent", ""))

    def resource(self, *also_offered: str) -> JsonObject:
        """The body as a JSON object; 415 for another content type, 406 when neither JSON nor what is also offered
        is wanted in return."""
        self.accepts(*_JSON_TYPES, *also_offered)
        if self.media_type() not in _JSON_TYPES:
            raise HTTPException(415)
        return parse(self.body)

    def media_type(self) -> str:
        """What the body is said to be, in lower case and without parameters; empty when nothing is said."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def accepts(self, *media_types: str) -> str:
        """The first of `media_types` the Accept header takes; the first when there is none; 406 otherwise."""
        accept = self.headers.get("accept", _ANYTHING)
        if accept == _ANYTHING:
            return media_types[0]
        wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
        for offered in media_types:
            if {offered, offered.partition("/")[0] + "/*", _ANYTHING} & set(wanted):
                return offered
        raise HTTPException(406)

    def idempotency_key(self) -> str:
        """The Idempotency-Key, a UUID version 4, in lower case."""
        text = self.headers.get("idempotency-key")
        if text is None:
            raise Invalid.because(
                "idempotency-key-missing", "L'en-tête Idempotency-Key manque.", "Un UUID v4 nouveau par opération."
            )
        try:
            key = uuid.UUID(text.strip())
        except ValueError:
            key = None
        if key is None or key.version != _UUID4_VERSION:
            raise Invalid.because(
                "bad-parameter", "L'en-tête Idempotency-Key n'est pas un UUID v4.", "Tirer un UUID v4 au hasard."
            )
        return str(key)

    def expected_version(self) -> int:
        """The version of If-Match; an `Invalid` that becomes 428 when the header is absent."""
        text = self.headers.get("if-match")
        if text is None:
            raise Invalid.because(
                "if-match-missing", "L'en-tête If-Match manque.", "Y mettre l'ETag de la dernière lecture."
            )
        match = _IF_MATCH.fullmatch(text.strip())
        if match is None:
            raise Invalid.because("bad-parameter", "L'en-tête If-Match est mal formé.", 'Attendu : W/"<version>".')
        return int(match[1])


async def _call(request: Request) -> Call:
    return Call(services_of(request), await request.body(), request.headers, request)


CurrentCall = Annotated[Call, Depends(_call)]
