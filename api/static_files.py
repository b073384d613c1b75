"""What `scripts/build-web` made of `web/`: the files that pages load, and the pages, kept in memory with their digests.

A file is asked for by its name and the digest of its content (`?v=`): it can then be kept for ever, and a new build is
another address. A page is small and names the digests: it is looked at anew each time, and not sent twice.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from re import Match, compile

from api.fhir.json import JsonObject

MEDIA = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
}
"""The kinds of files that are served, by the end of their name."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Scripts and styles of ours only, none written in the page, no text ever read as markup or as a script."""
SCANNING_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""The same for a page that reads codes with the camera: its reader is WebAssembly, which a policy refuses otherwise."""
KEPT_POLICY = POLICY.replace("trusted-types 'none'", "trusted-types mon-ordonnance")
"""The same for a page that a service worker keeps: registering one asks for a policy of trusted types, named here, that
gives the address of our worker whatever it is asked (`web/src/patient/shell.ts`)."""
_BUILT, _PAGES = "static", "pages"
_LOADED = compile(r'"/static/([\w.-]+)"')
_SETTINGS = "{{settings}}"
_DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class StaticFile:
    """Bytes as they are sent, their media type, and the digest that names this content."""

    content: bytes
    media_type: str
    digest: str

    @classmethod
    def of(cls, content: bytes, media_type: str) -> "StaticFile":
        """A file with the digest of its content."""
        return cls(content, media_type, hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH])

    @property
    def etag(self) -> str:
        """The strong ETag of this content."""
        return f'"{self.digest}"'


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file that pages load, by its name."""
    found = (each for each in _built().iterdir() if each.is_file())
    return {
        each.name: StaticFile.of(each.read_bytes(), MEDIA[end])
        for each in found
        if (end := each.name.rpartition(".")[2]) in MEDIA
    }


def page(name: str, settings: JsonObject) -> StaticFile:
    """A page with the digest of each file it loads, and what its script has to know of this service."""
    text = _built().joinpath(_PAGES, f"{name}.html").read_text("utf-8")
    text = _LOADED.sub(_with_digest, text).replace(_SETTINGS, escape(json.dumps(settings)))
    return StaticFile.of(text.encode("utf-8"), "text/html; charset=utf-8")


def _with_digest(loaded: Match[str]) -> str:
    return f'"/static/{loaded[1]}?v={static_files()[loaded[1]].digest}"'


def _built() -> Traversable:
    return files("api").joinpath(_BUILT)
