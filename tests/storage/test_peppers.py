"""The peppers are made once, for their owner only, and anything doubtful about them stops the start."""

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from storage.pepper_file import load_or_create_peppers
from storage.peppers import Pepper, PepperRefused, Peppers
from tests.storage.orders import fixed_peppers


def secret() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_the_file_is_made_once_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "donnees" / "poivres.json"
    first = load_or_create_peppers(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create_peppers(path) == first
    assert [file.name for file in path.parent.iterdir()] == ["poivres.json"]
    assert len(first.current.lookup) == len(first.current.seal) == 32


def test_processes_that_start_together_get_the_same_peppers(tmp_path: Path) -> None:
    path, together = tmp_path / "poivres.json", Barrier(8)

    def start(_: int) -> Peppers:
        together.wait(timeout=10)
        return load_or_create_peppers(path)

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(start, range(8)))
    assert len(found) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_open_to_others_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "poivres.json"
    load_or_create_peppers(path)
    path.chmod(mode)
    with pytest.raises(PepperRefused) as refusal:
        load_or_create_peppers(path)
    assert refusal.value.findings[0].hint == f"chmod 600 {path}"
    assert "\n" not in str(refusal.value)


def changed_in_file(content: dict[str, list[dict[str, str]]], member: str, value: str) -> str:
    content["peppers"][0][member] = value
    return json.dumps(content)


@pytest.mark.parametrize("damage", ["", "{}", "[]", "null", '{"current": "a", "peppers": []}', "\x00\xff"])
def test_a_damaged_file_is_refused_and_never_made_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "poivres.json"
    load_or_create_peppers(path)
    path.write_text(damage)
    with pytest.raises(PepperRefused, match="abîmé"):
        load_or_create_peppers(path)
    assert path.read_text() == damage


@pytest.mark.parametrize(
    ("member", "value"),
    [("lookup", "c2hvcnQ="), ("seal", "*"), ("seal", secret()), ("kid", "k0"), ("lookup", "A" * 44)],
    ids=["short", "no base 64", "another secret", "another kid", "not random"],
)
def test_a_file_whose_secrets_were_changed_is_refused(tmp_path: Path, member: str, value: str) -> None:
    path = tmp_path / "poivres.json"
    load_or_create_peppers(path)
    path.write_text(changed_in_file(json.loads(path.read_text()), member, value))
    with pytest.raises(PepperRefused, match="abîmé") as refusal:
        load_or_create_peppers(path)
    assert value not in str(refusal.value) or value == "*"


def test_settings_give_the_same_peppers_each_time() -> None:
    lookup, seal = secret(), secret()
    assert Peppers.given(lookup, seal) == Peppers.given(f" {lookup}\n", seal.rstrip("="))
    assert Peppers.given(lookup, seal).current.kid != Peppers.given(seal, lookup).current.kid


@pytest.mark.parametrize(
    ("lookup", "seal"),
    [("", ""), ("mot de passe", secret()), ("c2hvcnQ=", secret()), ("A" * 64, secret()), (secret(), "é" * 44)],
    ids=["none", "a sentence", "short", "not random", "no base 64"],
)
def test_settings_that_are_no_secrets_are_refused(lookup: str, seal: str) -> None:
    with pytest.raises(PepperRefused):
        Peppers.given(lookup, seal)


def test_the_two_secrets_may_not_be_the_same() -> None:
    same = secret()
    with pytest.raises(PepperRefused, match="identiques"):
        Peppers.given(same, same)


def test_a_secret_never_shows_itself() -> None:
    peppers = Peppers(fixed_peppers().current, (Pepper.generate(),))
    shown = f"{peppers!r} {peppers} {peppers.current!r}"
    assert all(f"{pair.lookup!r}" not in shown and f"{pair.seal!r}" not in shown for pair in peppers.all)
    assert peppers.current.kid in shown
