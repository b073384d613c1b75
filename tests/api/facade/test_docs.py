"""The commands of docs/api do what the pages say: each is run as it is written."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from tests.api.service import Service

PAGES = [Path(__file__).parents[3] / "docs" / "api" / f"{name}.md" for name in ("read", "search", "metadata")]
COMMANDS = [
    (page.stem, command)
    for page in PAGES
    for command in re.findall(r"```sh\n(curl .*?)```", page.read_text("utf-8"), re.S)
]


@pytest.mark.parametrize("command", [command for _, command in COMMANDS])
def test_a_command_of_the_pages_works(starter: Service, command: str) -> None:
    words = shlex.split(command.replace("$base", "http://testserver"))
    headers, form, url = {}, {}, ""
    for option, word in pairwise(words):
        name, _, value = word.partition("=" if option == "--data-urlencode" else ": ")
        if option == "-H":
            headers[name] = value
        elif option == "--data-urlencode":
            form[name] = value
        elif word.startswith("http://testserver/"):
            url = word
    answer = starter.client.post(url, data=form, headers=headers) if form else starter.client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json().get("total", 1) > 0


def test_every_page_shows_a_command() -> None:
    assert {page for page, _ in COMMANDS} == {"read", "search", "metadata"}
