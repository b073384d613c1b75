"""How Elasticsearch is reached: the official client, its waits, its version, and what its failures become (§4.5).

Whatever goes wrong on the way or over there is `Unavailable` (`search-unavailable`); only a server of another major
version, or that is no Elasticsearch, is `Unsupported` (`elasticsearch-version`), since waiting does not cure it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from elastic_transport import TransportError
from elasticsearch import ApiError, BadRequestError, Elasticsearch, UnsupportedProductError, __version__
from elasticsearch.helpers import BulkIndexError

from kernel.errors import Unavailable, Unsupported

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Body = Mapping[str, Json]

CLIENT_MAJOR = __version__[0]
_BUILD_SECONDS = 60
_CHECK_SECONDS = 5
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class ElasticConfig:
    """Where it is and how an index is spread. `api_key` is a secret; a query that takes longer than `query_seconds`
    is given up."""

    url: str = field(repr=False)
    api_key: str = field(default="", repr=False)
    shards: int = 1
    replicas: int = 0
    query_seconds: float = 0.3


def connect(config: ElasticConfig) -> Elasticsearch:
    """A client that waits as long as building takes; safe to share between threads. Nothing is sent yet."""
    return Elasticsearch(
        config.url,
        api_key=config.api_key or None,
        request_timeout=_BUILD_SECONDS,
        connections_per_node=_CONNECTIONS,
        max_retries=0,
    )


def check_version(client: Elasticsearch) -> None:
    """`Unsupported` unless the server is of the client's major version, `Unavailable` when it does not answer."""
    try:
        with reached():
            number = str(client.options(request_timeout=_CHECK_SECONDS).info()["version"]["number"])
    except Unavailable as error:
        # A server of an older major version refuses the client's media type before it tells its number.
        if isinstance(error.__cause__, BadRequestError):
            raise _other_version("d'une version antérieure") from error
        if isinstance(error.__cause__, UnsupportedProductError):
            raise _other_version("d'un autre produit") from error
        raise
    if number.partition(".")[0] != str(CLIENT_MAJOR):
        raise _other_version(f"en version {number}")


def _other_version(found: str) -> Unsupported:
    return Unsupported.because(
        "elasticsearch-version",
        f"Le serveur de recherche est {found}, le client est celui d'Elasticsearch {CLIENT_MAJOR}.",
        f"Installer Elasticsearch {CLIENT_MAJOR}.x, ou retirer son adresse des réglages pour chercher sans lui.",
    )


@contextmanager
def reached() -> Iterator[None]:
    """Turns any failure of the client into `Unavailable`."""
    try:
        yield
    except (ApiError, TransportError, BulkIndexError) as error:
        raise Unavailable.because(
            "search-unavailable", "Le moteur de recherche ne répond pas.", "Réessayer dans un instant."
        ) from error
