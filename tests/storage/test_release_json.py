"""The document of a release says everything of it but its revision, exactly, in one way."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.json_codec import NotOurs
from storage.release_json import read_release, write_release
from terminology.release import Release
from tests.storage.releases import new_release
from tests.storage.values import any_value


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(any_value(Release), st.integers(1, 9))
def test_any_release_comes_back_the_same_whatever_its_revision(release: Release, revision: int) -> None:
    written = write_release(release)
    back = read_release(written, revision)
    assert back == replace(release, revision=revision)
    assert write_release(back) == written


def test_a_factor_is_text_and_keeps_its_zeros() -> None:
    content = json.loads(write_release(new_release()))
    assert content["results"][0]["correspondence"]["factor"] == "5.5510"
    assert content["results"][0]["comparability"] == 1


def test_a_field_of_before_that_is_not_there_takes_its_default() -> None:
    content = json.loads(write_release(new_release()))
    del content["lists"], content["notes"]
    release = read_release(json.dumps(content).encode(), 1)
    assert release == replace(new_release(), lists=Release.__dataclass_fields__["lists"].default, notes=())


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content | {"a_field_of_the_future": 1},
        lambda content: content | {"requests": [content["requests"][0] | {"a_field_of_the_future": 1}]},
        lambda content: content | {"kind": "a-kind-of-the-future"},
        lambda content: content | {"results": [content["results"][0] | {"comparability": 3}]},
        lambda content: content | {"requests": [content["requests"][0] | {"extra": [["AC"]]}]},
        lambda content: {key: value for key, value in content.items() if key != "published"},
        lambda content: [content],
    ],
)
def test_what_this_version_did_not_write_is_refused(change: Callable[[dict[str, list[object]]], object]) -> None:
    content = json.loads(write_release(new_release()))
    with pytest.raises(NotOurs):
        read_release(json.dumps(change(content)).encode(), 1)
