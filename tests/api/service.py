"""A service for the tests of this room: the real application on a base of its own, called as a client would."""

import json
import tempfile
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from circuitbio.bootstrap import application
from circuitbio.database import open_database
from circuitbio.examples import order_files
from circuitbio.pepper_source import database_file
from circuitbio.settings import Settings
from kernel.canonical import DEFAULT_BASE

PRESCRIBER = "prescriber:10005688798:"
LABORATORY = "laboratory::750000010"
OTHER_LABORATORY = "laboratory::750000028"
BIOLOGIST = "biologist:89900000001:750000010"
SAMPLER = "sampler:89900000002:"

Json = dict[str, Any]


@cache
def new_base() -> dict[str, bytes]:
    """The files of a base as its first start makes them, which takes as long as all the rest of that start."""
    with tempfile.TemporaryDirectory() as folder:
        open_database(Settings(data=Path(folder))).close()
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


def put_base(data: Path) -> None:
    """Puts a base that was made before in a folder, whose service then starts for the second time."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in new_base().items():
        (data / name).touch(0o600)
        (data / name).write_bytes(content)


def example(number: int) -> Json:
    """One of the example orders, counted from 1."""
    order: Json = json.loads(order_files()[number - 1].read_text("utf-8"))
    return order


class Service:
    """The application in this process, with a client; use it as a context manager."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.data = data
        self.settings = Settings(**{"data": data, "epu_accept_full": True, **settings})

    def __enter__(self) -> "Service":
        usual = self.settings.database_url is None and self.settings.canonical_base == DEFAULT_BASE
        if usual and not database_file(self.settings).exists():
            put_base(self.data)
        self.client = TestClient(application(self.settings), raise_server_exceptions=False)
        self.client.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.client.__exit__(None, None, None)

    def post(
        self, path: str, body: Any, caller: str | None = None, version: int | None = None, **headers: str
    ) -> httpx2.Response:
        """A POST of JSON; a caller brings a token and a fresh Idempotency-Key unless one is given."""
        sent = {"Content-Type": "application/fhir+json"}
        if caller is not None:
            sent |= {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            sent["If-Match"] = f'W/"{version}"'
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, content=content, headers={k: v for k, v in sent.items() if v})

    def create(self, order: Json | None = None, **headers: str) -> httpx2.Response:
        """$epu-create by the prescriber of the examples."""
        return self.post("/fhir/$epu-create", example(1) if order is None else order, PRESCRIBER, **headers)

    def retrieve(self, code: str, caller: str = LABORATORY, *more: Json) -> httpx2.Response:
        """$epu-retrieve."""
        return self.post("/fhir/$epu-retrieve", parameters(code, *more), caller)


def parameters(code: str, *more: Json) -> Json:
    """A Parameters body with the code and more."""
    return {"resourceType": "Parameters", "parameter": [{"name": "code", "valueString": code}, *more]}


def value(answer: httpx2.Response, name: str) -> Any:
    """The value of a parameter of an answer, None when it has none."""
    for parameter in answer.json()["parameter"]:
        if parameter["name"] == name:
            return next(content for key, content in parameter.items() if key != "name")
    return None


def lines(answer: httpx2.Response, name: str = "line") -> list[dict[str, Any]]:
    """The parts of each `line` of an answer, or of each parameter of that name, by name."""
    return [
        {part["name"]: next(v for k, v in part.items() if k != "name") for part in parameter["part"]}
        for parameter in answer.json()["parameter"]
        if parameter["name"] == name
    ]


def issues(answer: httpx2.Response) -> list[tuple[str, str]]:
    """(severity, code) of each issue of an outcome: our code where there is one, FHIR's otherwise."""
    outcome = answer.json()
    if outcome["resourceType"] == "Parameters":
        outcome = value(answer, "outcome") or {"issue": []}
    found = []
    for issue in outcome["issue"]:
        coding = issue["details"].get("coding")
        found.append((issue["severity"], coding[0]["code"] if coding else issue["code"]))
    return found
