"""An identity provider on a socket of this machine: its keys, what it says of tokens, and how often it was asked."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.identity.tokens import Tokens
from circuitbio.identity import believed_tokens
from circuitbio.settings import Settings
from kernel.clock import FixedClock

ISSUER, AUDIENCE = "https://identite.example/realms/soin", "circuitbio"
CLIENT, SECRET = "le service", "s:cr%t"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
RPPS, FINESS = "10005688798", "750000010"
Json = dict[str, Any]
SigningKey = RSAKey | ECKey


@cache
def ec_key(kid: str) -> ECKey:
    """A key for ES256; the same each time for a name."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@cache
def rsa_key(kid: str) -> RSAKey:
    """A key for RS256; the same each time for a name."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def claims(**changes: Any) -> Json:
    """What a good token of a prescriber says; None takes a claim out."""
    seconds = int(NOW.timestamp())
    usual = {"iss": ISSUER, "aud": AUDIENCE, "iat": seconds, "nbf": seconds, "exp": seconds + 300}
    told = {**usual, "roles": ["prescriber"], "rpps": RPPS, **changes}
    return {name: value for name, value in told.items() if value is not None}


def signed(key: SigningKey, kid: str | None = None, **changes: Any) -> str:
    """A token of these claims; `kid` names another key than the one that signs."""
    algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
    return jwt.encode({"alg": algorithm, "kid": kid or str(key.kid)}, claims(**changes), key)


def unsigned(kid: str) -> str:
    """A token that says it needs no signature."""
    return f"{_part({'alg': 'none', 'kid': kid})}.{_part(claims())}."


def signed_with_the_public_key(key: RSAKey) -> str:
    """A token whose HMAC has the public key for its secret: anyone can make one."""
    text = f"{_part({'alg': 'HS256', 'kid': str(key.kid)})}.{_part(claims())}"
    return f"{text}.{_encoded(hmac.digest(key.as_pem(private=False), text.encode(), hashlib.sha256))}"


def _part(content: Json) -> str:
    return _encoded(json.dumps(content).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Provider:
    """What it holds can change while it runs. `status` other than 200 is all it says; `away` closes the line."""

    def __init__(self) -> None:
        self.keys: list[SigningKey] = [ec_key("first")]
        self.answers: dict[str, Json] = {}
        self.raw = b""
        self.status = 200
        self.away = False
        self.asked = 0
        self.seen_clients: set[str] = set()

    def settings(self, *, introspection: bool = False) -> Json:
        """The settings of a service that trusts it."""
        told = {"identity_issuer": ISSUER, "identity_audience": AUDIENCE}
        if introspection:
            client = {"identity_client_id": CLIENT, "identity_client_secret": SECRET}
            return {**told, **client, "identity_introspection_url": f"{self.url}/introspect"}
        return {**told, "identity_jwks_url": f"{self.url}/keys"}

    def __enter__(self) -> "Provider":
        provider = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(provider.raw or json.dumps(KeySet(list(provider.keys)).as_dict()).encode())

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                provider.seen_clients.add(base64.b64decode(self.headers["authorization"].split()[1]).decode())
                answer = provider.answers.get(form["token"][0], {"active": False})
                self._say(provider.raw or json.dumps(answer).encode())

            def _say(self, body: bytes) -> None:
                provider.asked += 1
                if provider.away:
                    self.close_connection = True
                    return
                self.send_response(provider.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._serving = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._serving.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._serving.join()


@contextmanager
def trusting(provider: Provider, clock: FixedClock, **settings: Any) -> Iterator[Tokens]:
    """The tokens of that provider, as a service believes them at that hour."""
    introspection = settings.pop("introspection", False)
    with believed_tokens(Settings(**{**provider.settings(introspection=introspection), **settings}), clock) as tokens:
        yield tokens
