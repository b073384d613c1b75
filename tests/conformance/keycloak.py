"""Keycloak, a real OpenID provider: started with the realm of `judges/keycloak`, asked for tokens, administered."""

import os
import re
import shutil
import signal
import subprocess
import threading
import zipfile
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import httpx2

from tests.conformance import java

PROGRAM = "keycloak"
REALM = java.POMS / PROGRAM / "realm.json"
PASSWORD = "essai"
ADMIN = "admin"
START_SECONDS = 240
_QUICK = "-XX:TieredStopAtLevel=1"
_LISTENING = re.compile(r"Listening on: (http://127\.0\.0\.1:\d+)")
_OPENID = "/realms/circuitbio/protocol/openid-connect"
_COMPONENTS = "/admin/realms/circuitbio/components"

Json = dict[str, Any]


class Keycloak:
    """One Keycloak on a free port, its base in memory; use it as a context manager. `JavaPartMissing` without Java."""

    def __enter__(self) -> "Keycloak":
        home = _home()
        self._process = subprocess.Popen(
            ["bash", home / "bin" / "kc.sh", "start-dev", "--import-realm", "--db", "dev-mem", *_ONLY_HERE],
            env=os.environ | _ENVIRONMENT | {"JAVA_HOME": str(java.java_home())},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._said: list[str] = []
        told: Queue[str] = Queue()
        threading.Thread(target=self._listen, args=(told,), daemon=True).start()
        try:
            self.url = told.get(timeout=START_SECONDS)
        except Empty:
            self.url = ""
        if not self.url:
            self.__exit__()
            raise RuntimeError("Keycloak did not start:\n" + "\n".join(self._said[-30:]))
        self.http = httpx2.Client(base_url=self.url, timeout=60)
        return self

    def __exit__(self, *error: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self.url:
            self.http.close()

    @property
    def settings(self) -> Json:
        """The settings of a service that trusts the signatures of this realm."""
        return {**self._trusted, "identity_jwks_url": f"{self.url}{_OPENID}/certs"}

    @property
    def asking_settings(self) -> Json:
        """The settings of a service that asks about each token, each time."""
        client = {"identity_client_id": "circuitbio", "identity_client_secret": "secret d'essai: 100 %"}
        url = f"{self.url}{_OPENID}/token/introspect"
        return {**self._trusted, **client, "identity_introspection_url": url, "identity_cache_seconds": 0}

    @property
    def _trusted(self) -> Json:
        return {"identity_issuer": f"{self.url}/realms/circuitbio", "identity_audience": "circuitbio"}

    def tokens(self, user: str, client: str = "logiciel") -> Json:
        """What Keycloak gives a user of the realm who signs in: `access_token`, `id_token`, `refresh_token`."""
        form = {"grant_type": "password", "client_id": client, "username": user, "password": PASSWORD}
        return self._posted(f"{_OPENID}/token", {**form, "scope": "openid"})

    def token(self, user: str, client: str = "logiciel") -> str:
        """An access token of that user."""
        return str(self.tokens(user, client)["access_token"])

    def revoke(self, token: str) -> None:
        """Revokes an access token (RFC 7009)."""
        self.http.post(f"{_OPENID}/revoke", data={"token": token, "client_id": "logiciel"}).raise_for_status()

    def rotate_keys(self) -> None:
        """Signs with a key made now, and withdraws the one before, as an operator does in the console."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN, "password": ADMIN}
        admin = {
            "Authorization": "Bearer " + self._posted("/realms/master/protocol/openid-connect/token", form)[_TOKEN]
        }
        kind = {"providerType": "org.keycloak.keys.KeyProvider", "providerId": "rsa-generated"}
        query = {"type": kind["providerType"]}
        listed = self.http.get(_COMPONENTS, params=query, headers=admin).raise_for_status().json()
        new = {**kind, "name": "new", "config": {"priority": ["200"]}}
        self.http.post(_COMPONENTS, json=new, headers=admin).raise_for_status()
        for key in listed:
            if key["providerId"] == kind["providerId"]:
                self.http.delete(f"{_COMPONENTS}/{key['id']}", headers=admin).raise_for_status()

    def _posted(self, path: str, form: Json) -> Json:
        answer: Json = self.http.post(path, data=form).raise_for_status().json()
        return answer

    def _listen(self, told: "Queue[str]") -> None:
        """Reads all it prints, so that it never waits for a full pipe; tells its address, or nothing at its end."""
        assert self._process.stdout is not None
        with self._process.stdout:
            for line in self._process.stdout:
                self._said.append(line.rstrip())
                if listening := _LISTENING.search(line):
                    told.put(listening[1])
        told.put("")


_TOKEN = "access_token"
_ONLY_HERE = ("--http-host", "127.0.0.1", "--http-port", "0")
_ENVIRONMENT = {
    "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
    "KC_BOOTSTRAP_ADMIN_PASSWORD": ADMIN,
    "JAVA_OPTS_APPEND": _QUICK,
}


def _home() -> Path:
    """The distribution unpacked, once, with our realm beside it."""
    archive = java.archive(PROGRAM)
    home = java.OUT / PROGRAM / archive.stem.replace("-quarkus-dist", "")
    if not home.exists():
        unpacked = java.OUT / PROGRAM / "unpacked"
        shutil.rmtree(unpacked, ignore_errors=True)
        with zipfile.ZipFile(archive) as published:
            published.extractall(unpacked)
        (unpacked / home.name).rename(home)
    realms = home / "data" / "import"
    realms.mkdir(parents=True, exist_ok=True)
    shutil.copy(REALM, realms)
    return home
