"""The pages for people that run in a browser (`web/`), and the files they load.

They know nothing that the public API would not tell: what they do goes through it, with the token of who uses them.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.calls import services_of
from api.fhir.json import JsonObject
from api.identity.development import DevelopmentTokens
from api.openapi.described import HTML, Described, described
from api.openapi.schema import BINARY, TEXT
from api.services import Services
from api.static_files import KEPT_POLICY, MEDIA, POLICY, SCANNING_POLICY, StaticFile, page, static_files

router = APIRouter()
PAGES = {
    "bienvenue": "Page d'accueil, et la visite",
    "prescrire": "Page du prescripteur",
    "laboratoire": "Page du laboratoire",
    "exploitation": "Page du catalogue et de l'exploitation",
    "mon-ordonnance": "Page du patient",
}
"""The pages, by their name in `web/pages` and in their address, with what each is."""
SCANNING = frozenset({"laboratoire"})
"""Those that read codes with the camera."""
KEPT = {"mon-ordonnance": "mon-ordonnance-hors-ligne.js"}
"""Those that open again without a network, with the service worker that keeps them."""
_POLICIES = dict.fromkeys(SCANNING, SCANNING_POLICY) | dict.fromkeys(KEPT, KEPT_POLICY)
_PLACES_OF_WORKERS = {worker: f"/{name}" for name, worker in KEPT.items()}
_FOR_EVER, _ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PAGE_HEADERS = _HEADERS | {"Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": _ASK_AGAIN}
_LOADED = {media.partition(";")[0]: BINARY if end == "wasm" else TEXT for end, media in MEDIA.items()}


@router.get("/")
@described(get=Described("Aller à l'accueil", status=(307,)))
def first() -> Response:
    """Where a newcomer begins."""
    return RedirectResponse("/bienvenue")


@router.get("/static/{file}")
@described(
    get=Described("Lire un fichier que chargent les pages", _LOADED, refusals=(404,), status=(200, 304), etag=True)
)
def static_file(request: Request, file: str) -> Response:
    """One file; kept for ever by who asks for this very content (`?v=`), otherwise looked at anew each time."""
    found = static_files().get(file)
    if found is None:
        raise HTTPException(404)
    lasting = request.query_params.get("v") == found.digest
    headers = _HEADERS | {"Cache-Control": _FOR_EVER if lasting else _ASK_AGAIN}
    if file in _PLACES_OF_WORKERS:
        headers["Service-Worker-Allowed"] = _PLACES_OF_WORKERS[file]
    return _answer(request, found, headers)


def _page_route(name: str) -> Callable[[Request], Response]:
    headers = _PAGE_HEADERS | {"Content-Security-Policy": _POLICIES.get(name, POLICY)}

    def show(request: Request) -> Response:
        return _answer(request, page(name, _settings(services_of(request))), headers)

    return show


for _name, _about in PAGES.items():
    _told = Described(_about, {HTML: TEXT}, status=(200, 304), etag=True)
    router.get(f"/{_name}", name=_name)(described(get=_told)(_page_route(_name)))


def _answer(request: Request, file: StaticFile, headers: dict[str, str]) -> Response:
    tagged = {**headers, "ETag": file.etag}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if file.etag in known:
        return Response(status_code=304, headers=tagged)
    return Response(file.content, 200, tagged, file.media_type)


def _settings(services: Services) -> JsonObject:
    """What a page has to know: the base of canonicals, whether this base takes full orders, whether anyone may write
    a token, whether INSi can be asked."""
    return {
        "base": services.config.base,
        "fullOrders": services.config.create.accept_full,
        "developmentTokens": isinstance(services.tokens, DevelopmentTokens),
        "insi": services.insi is not None,
    }
