"""The application of the product with one more route that always answers the same bytes: the floor of a measurement."""

import os

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.responses import PLAIN_JSON
from circuitbio.bootstrap import app as product

PATH = "/constant"
SIZE = "BENCHMARK_CONSTANT_BYTES"


def app() -> FastAPI:
    """For `uvicorn --factory`; the size of the body comes from the environment, as the settings do."""
    body = b'{"constant":"' + b"x" * (int(os.environ[SIZE]) - 15) + b'"}'

    async def constant(_: Request) -> Response:
        return Response(body, media_type=PLAIN_JSON)

    made = product()
    made.router.routes.insert(0, Route(PATH, constant))  # first, so that nothing is looked at before it
    return made
