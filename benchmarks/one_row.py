"""The application of the product with one more route, which writes one row and answers: the floor of the orders.

The row has the bytes of an order's, in a table of its own; the route runs as those of the product do.
"""

import os
from secrets import token_bytes

import sqlalchemy
from fastapi import FastAPI
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, insert
from starlette.responses import Response

from api.calls import CurrentCall
from api.responses import fhir_bytes
from circuitbio.bootstrap import app as product
from storage.engine import engine_for, transaction

PATH = "/one-row"
ROW, ANSWER = "BENCHMARK_ROW_BYTES", "BENCHMARK_ANSWER_BYTES"
metadata = MetaData()
rows = Table(
    "benchmark_row",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("lookup", LargeBinary(32), unique=True),
    Column("content", LargeBinary),
)
_ADD = insert(rows)


def app() -> FastAPI:
    """For `uvicorn --factory`; the sizes come from the environment, as the settings do."""
    engine: sqlalchemy.Engine = engine_for(os.environ["CIRCUITBIO_DATABASE_URL"])
    metadata.create_all(engine)
    content, answer = bytes(int(os.environ[ROW])), b"x" * int(os.environ[ANSWER])
    made = product()

    @made.post(PATH)
    def one_row(call: CurrentCall) -> Response:
        with transaction(engine, writing=True) as connection:
            connection.execute(_ADD, {"lookup": token_bytes(32), "content": content[: len(call.body) + len(content)]})
            connection.commit()
        return fhir_bytes(answer)

    made.router.routes.insert(0, made.router.routes.pop())  # first, so that nothing is looked at before it
    return made
