"""Which tokens a service believes by its settings, and what it refuses to start with."""

from pathlib import Path

import pytest

from api.identity.development import DevelopmentTokens, NoTokens
from circuitbio.cli import run
from circuitbio.identity import believed_tokens
from circuitbio.settings import Settings
from kernel.errors import Invalid

PROVIDER = {"identity_issuer": "https://identite.example", "identity_audience": "circuitbio"}
KEYS = {"identity_jwks_url": "https://identite.example/keys"}
ASKED = {"identity_introspection_url": "https://identite.example/introspect"}
CLIENT = {"identity_client_id": "service", "identity_client_secret": "secret"}
PRODUCTION = {"environment": "production", "rgpd_mention": "Mention."}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_development_tokens_do_not_start_on_another_interface(
    workers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path))
    assert run(["serve", "--port", "0", "--listen-all", "--workers", workers]) == 2
    assert capsys.readouterr().err == (
        "circuitbio : Les jetons de développement ne valent que sur 127.0.0.1. Donner un fournisseur d'identité"
        " (CIRCUITBIO_IDENTITY_…), ou ne pas écouter sur toutes les interfaces.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"listen_all": True, "loopback_published": True},
        {"listen_all": True, **PROVIDER, **KEYS},
        {"listen_all": True, **PRODUCTION},
        {**PROVIDER, **ASKED, **CLIENT},
        {**PRODUCTION, **PROVIDER, **KEYS},
        {**PROVIDER, "identity_jwks_url": "http://keycloak:8080/keys"},
    ],
)
def test_a_whole_provider_or_none_starts(given: dict[str, object]) -> None:
    Settings(**given).check_start()  # type: ignore[arg-type]


@pytest.mark.parametrize("notice", ["", "Contact : [à compléter par la structure]."])
def test_production_does_not_start_without_a_whole_privacy_notice(notice: str) -> None:
    given = {**PRODUCTION, **PROVIDER, **KEYS, "rgpd_mention": notice}
    with pytest.raises(Invalid, match="RGPD"):
        Settings(**given).check_start()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [
        {"listen_all": True},
        PROVIDER,
        KEYS,
        {**KEYS, "identity_issuer": "https://identite.example"},
        {**KEYS, "identity_audience": "circuitbio"},
        {**PROVIDER, **KEYS, **ASKED, **CLIENT},
        {**PROVIDER, **ASKED},
        {**PROVIDER, **ASKED, "identity_client_id": "service"},
        {**PROVIDER, "identity_jwks_url": "ftp://identite.example/keys"},
        {**PROVIDER, "identity_jwks_url": "https:///keys"},
        {**PROVIDER, "identity_jwks_url": "https://[identite.example/keys"},
        {**PROVIDER, "identity_jwks_url": "https://identite.example:port/keys"},
        {**PROVIDER, "identity_jwks_url": "https://identite.example/keys\x07"},
        {**PRODUCTION, **PROVIDER, "identity_jwks_url": "http://identite.example/keys"},
        {**PRODUCTION, **PROVIDER, **CLIENT, "identity_introspection_url": "http://identite.example/introspect"},
    ],
)
def test_half_a_provider_does_not(given: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        Settings(**given).check_start()  # type: ignore[arg-type]
    assert refused.value.code == "settings"


def test_development_tokens_are_believed_without_a_provider_and_never_in_production() -> None:
    with believed_tokens(Settings()) as tokens:
        assert isinstance(tokens, DevelopmentTokens)
    with believed_tokens(Settings(**PRODUCTION)) as tokens:  # type: ignore[arg-type]
        assert isinstance(tokens, NoTokens)
    with believed_tokens(Settings(**PROVIDER, **KEYS)) as tokens:  # type: ignore[arg-type]
        assert not isinstance(tokens, DevelopmentTokens | NoTokens)
