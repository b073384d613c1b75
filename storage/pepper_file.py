"""The 0600 file of the peppers: made once, read at each start and each second after, given a new pair by a rotation.

    {"current": KID, "peppers": [{"kid", "lookup", "seal"}, …], "next": {"kid": KID, "from": INSTANT}}

A new pair is read at once and seals nothing before its time, so that every process of the service holds it by then,
and no order is sealed that some of them cannot find.
"""

import base64
import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from kernel.clock import Clock, SystemClock
from kernel.errors import Conflict
from storage.peppers import Pepper, PepperRefused, Peppers, pepper_refused, read_secret

_SYSTEM_CLOCK = SystemClock()
Content = dict[str, object]


def load_or_create_peppers(path: Path, clock: Clock = _SYSTEM_CLOCK) -> Peppers:
    """The peppers of the file `path`, made at first use with mode 0600; two starting processes get the same ones."""
    if not path.exists():
        first = Pepper.generate()
        _create(path, _text(first.kid, [first]))
    return load_peppers(path, clock)


def load_peppers(path: Path, clock: Clock = _SYSTEM_CLOCK) -> Peppers:
    """The peppers of a file that is there; `PepperRefused` when it is damaged or open to others."""
    current, coming, pairs = _load(path, clock.now())
    return Peppers(current, tuple(pair for pair in pairs if pair not in (current, *coming)), coming)


def rotate_peppers(path: Path, delay: timedelta, clock: Clock = _SYSTEM_CLOCK) -> tuple[Pepper, datetime]:
    """Adds a new pair, which seals from now on plus `delay`; former ones stay, to open what they sealed.

    `Conflict` (`rotation-pending`) while the pair before has not come into use.
    """
    now = clock.now()
    current, coming, pairs = _load(path, now)
    if coming:
        raise Conflict.because(
            "rotation-pending",
            f"Le nouveau secret {coming[0].kid} n'est pas encore en service.",
            "Attendre qu'il le soit avant d'en ajouter un autre.",
        )
    new, start = Pepper.generate(), now + delay
    aside = _write_aside(path, _text(current.kid, [new, *pairs], new.kid, start))
    aside.replace(path)
    _make_durable(path.parent)
    return new, start


def _text(current: str, pairs: list[Pepper], following: str = "", start: datetime | None = None) -> str:
    content: Content = {
        "current": current,
        "peppers": [{"kid": p.kid, "lookup": _encoded(p.lookup), "seal": _encoded(p.seal)} for p in pairs],
    }
    if start is not None:
        content["next"] = {"kid": following, "from": start.isoformat()}
    return json.dumps(content, indent=1) + "\n"


def _encoded(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")


def _create(path: Path, text: str) -> None:
    """Writes aside, then links: the file appears whole under its name, and never replaces another's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = _write_aside(path, text)
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
    _make_durable(path.parent)


def _write_aside(path: Path, text: str) -> Path:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def _make_durable(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _load(path: Path, now: datetime) -> tuple[Pepper, tuple[Pepper, ...], list[Pepper]]:
    """The pair in use, the one still to come if there is one, and all pairs of the file."""
    with path.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            raise pepper_refused(
                f"Le fichier des poivres {path} est ouvert à d'autres que son propriétaire.", f"chmod 600 {path}"
            )
        content = file.read()
    try:
        return _read(content, now)
    except (ValueError, KeyError, TypeError, PepperRefused):
        raise pepper_refused(
            f"Le fichier des poivres {path} est abîmé ou incomplet.",
            "Remettre sa sauvegarde : sans elle, aucune ordonnance de cette base ne peut plus être ouverte.",
        ) from None


def _read(content: bytes, now: datetime) -> tuple[Pepper, tuple[Pepper, ...], list[Pepper]]:
    data = json.loads(content)
    pairs = [Pepper(pair["kid"], read_secret(pair["lookup"]), read_secret(pair["seal"])) for pair in data["peppers"]]
    if any(Pepper.named(pair.lookup, pair.seal).kid != pair.kid for pair in pairs):
        raise ValueError("a secret does not fit its kid")
    named = {pair.kid: pair for pair in pairs}
    current, following = named[data["current"]], data.get("next")
    if following is None:
        return current, (), pairs
    new = named[following["kid"]]
    return (new, (), pairs) if datetime.fromisoformat(following["from"]) <= now else (current, (new,), pairs)
