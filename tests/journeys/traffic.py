"""Mixed traffic on orders, and what each order must be whatever happened to the service meanwhile.

One story a client: create, claim, report line by line, cancel what is left. What was answered is remembered; so is the
one call that was not, which may have been done or not, and which is called again with its own key.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from tests.api.service import LABORATORY, PRESCRIBER, Json, example, parameters, value

Answered = Callable[[], None]


@dataclass
class Sent:
    """One call as it was sent, and its answer."""

    path: str
    body: Json
    headers: dict[str, str]
    answer: httpx2.Response | None = None

    def send(self, http: httpx2.Client) -> httpx2.Response:
        self.answer = http.post(self.path, json=self.body, headers=self.headers)
        return self.answer


@dataclass
class Story:
    """One order: the calls about it, in order. The last one may have no answer."""

    calls: list[Sent] = field(default_factory=list)

    @property
    def code(self) -> str | None:
        first = self.calls[0].answer if self.calls else None
        return value(first, "code") if first is not None and first.status_code == 200 else None

    @property
    def version(self) -> int:
        """The last version that was answered."""
        done = [call.answer for call in self.calls if call.answer is not None and call.answer.status_code == 200]
        return max((value(answer, "version") for answer in done), default=0)

    def call(self, http: httpx2.Client, operation: str, caller: str, body: Json) -> httpx2.Response:
        headers = {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4())}
        if self.version:
            headers["If-Match"] = f'W/"{self.version}"'
        self.calls.append(Sent(f"/fhir/$epu-{operation}", body, headers))
        return self.calls[-1].send(http)


def play(http: httpx2.Client, answered: Answered, stories: list[Story]) -> None:
    """Stories, one after the other, until the service no longer answers."""
    try:
        while True:
            stories.append(Story())
            play_one(http, answered, stories[-1])
    except httpx2.HTTPError:
        return


def play_one(http: httpx2.Client, answered: Answered, story: Story) -> None:
    order = example(3)
    made = story.call(http, "create", PRESCRIBER, order)
    answered()
    if made.status_code != 200:  # the base was away
        return
    code = value(made, "code")
    first, second = [p["part"][0]["valueUri"] for p in made.json()["parameter"] if p["name"] == "line"][:2]
    for operation, caller, more in (
        ("claim", LABORATORY, ()),
        ("report", LABORATORY, (_done(first),)),
        ("report", LABORATORY, (_done(second),)),
        ("release", LABORATORY, ()),
        ("cancel", PRESCRIBER, ()),
    ):
        if story.call(http, operation, caller, parameters(code, *more)).status_code != 200:
            return
        answered()


def _done(line: str) -> Json:
    performed = {"name": "performed", "valueDateTime": "2026-11-26T08:00:00+01:00"}
    return {
        "name": "report",
        "part": [{"name": "line", "valueUri": line}, {"name": "result", "valueCode": "done"}, performed],
    }


def check(http: httpx2.Client, stories: list[Story]) -> int:
    """That every answered change is there, whole, and nothing else; how many orders were looked at."""
    looked = 0
    for story in stories:
        if not story.calls:
            continue
        last, version = story.calls[-1], story.version
        if story.code is not None:
            now = value(_read(http, story.code), "version")
            unanswered = last.answer is None or last.answer.status_code >= 500
            assert now in ((version, version + 1) if unanswered else (version,)), (now, version)
        if last.answer is None:
            again = last.send(http)
            assert again.status_code == 200, again.text
            assert value(again, "version") == version + 1
        elif last.answer.status_code == 200:
            first = last.answer.content
            assert last.send(http).content == first
        looked += story.code is not None
    return looked


def _read(http: httpx2.Client, code: str) -> httpx2.Response:
    read = http.post(
        "/fhir/$epu-retrieve", json=parameters(code), headers={"Authorization": f"Bearer dev:{LABORATORY}"}
    )
    assert read.status_code == 200, read.text
    kinds = [entry["resource"]["resourceType"] for entry in value(read, "order")["entry"]]
    assert kinds.count("ServiceRequest") == 5
    return read
