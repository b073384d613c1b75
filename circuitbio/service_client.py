"""A client of the running service, as an editor would write one: plain HTTP, FHIR JSON, no shared code with the api."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx2

from kernel.errors import Invalid, Unavailable

Json = dict[str, Any]
_FHIR = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of an answer and the version its ETag carries (0 when it has none)."""

    json: Json
    version: int

    def text(self, name: str) -> str:
        """The text of a parameter of the answer."""
        for parameter in self.json.get("parameter", []):
            if parameter["name"] == name:
                return next(str(value) for key, value in parameter.items() if key.startswith("value"))
        return ""

    def resource(self, name: str) -> Json:
        """The resource of a parameter of the answer; empty when it has none."""
        found = (x["resource"] for x in self.json.get("parameter", []) if x["name"] == name)
        return next(found, {})

    def parts(self, name: str) -> list[dict[str, str]]:
        """The parts of each parameter of that name, as text by name."""
        return [
            {part["name"]: str(next(v for k, v in part.items() if k.startswith("value"))) for part in x["part"]}
            for x in self.json.get("parameter", [])
            if x["name"] == name
        ]


class ServiceClient:
    """Calls the service at one address, with one access token; without it, as whom a development token may name."""

    def __init__(self, url: str, token: str = "") -> None:
        self._token = token
        try:
            self._http = httpx2.Client(base_url=url, timeout=30)
        except httpx2.InvalidURL:
            raise Invalid.because(
                "settings", f"Adresse de service illisible : {url}.", "Corriger CIRCUITBIO_URL."
            ) from None
        self._url = url

    def get(self, path: str, **query: str | int) -> Json:
        """A GET answered in JSON."""
        return self._send("GET", path, params=query).json

    def operation(self, name: str, body: Json, caller: str = "", version: int | None = None) -> Answer:
        """One FHIR operation; a mutation gets a fresh Idempotency-Key, and If-Match when `version` is given."""
        headers = {"Content-Type": _FHIR}
        if caller:
            headers |= {
                "Authorization": f"Bearer {self._token or f'dev:{caller}'}",
                "Idempotency-Key": str(uuid.uuid4()),
            }
        if version is not None:
            headers["If-Match"] = f'W/"{version}"'
        return self._send("POST", f"/fhir/{name}", json=body, headers=headers)

    def pdf(self, order: Json) -> bytes:
        """The printed order."""
        headers = {"Content-Type": _FHIR, "Accept": "application/pdf"}
        return self._request("POST", "/fhir/Bundle/$print", json=order, headers=headers).content

    def _send(self, method: str, path: str, **given: Any) -> Answer:
        response = self._request(method, path, **given)
        etag = response.headers.get("etag", "").removeprefix("W/").strip('"')
        return Answer(response.json(), int(etag) if etag.isdigit() else 0)

    def _request(self, method: str, path: str, **given: Any) -> httpx2.Response:
        try:
            response = self._http.request(method, path, **given)
        except httpx2.HTTPError:
            raise Unavailable.because(
                "unreachable", f"Le service ne répond pas à {self._url}.", "Le démarrer : scripts/run."
            ) from None
        if response.is_error:
            raise Invalid.because("refused", f"Le service a répondu {response.status_code} : {_why(response)}")
        return response


def _why(response: httpx2.Response) -> str:
    try:
        issue = response.json()["issue"][0]
        return str(issue["details"]["text"])
    except (ValueError, KeyError, IndexError):
        return "réponse illisible."


def parameters(*given: Json) -> Json:
    """A Parameters body."""
    return {"resourceType": "Parameters", "parameter": list(given)}
