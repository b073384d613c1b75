"""Every setting, read once from the environment (prefix `CIRCUITBIO_`); documented in docs/settings.md."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, ModelWrapValidatorHandler, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kernel.canonical import DEFAULT_BASE
from kernel.errors import Invalid


class Environment(StrEnum):
    """`production` refuses development tokens, test identities and placeholder texts."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """The settings, with what each means. `Invalid` names those that are refused, never what they hold."""

    model_config = SettingsConfigDict(env_prefix="CIRCUITBIO_", env_ignore_empty=True, extra="ignore", frozen=True)

    environment: Environment = Field(Environment.DEVELOPMENT, description="development ou production")
    port: int = Field(8000, ge=0, le=65535, description="port d'écoute du service")
    listen_all: bool = Field(
        False, description="écouter sur toutes les interfaces (dans un conteneur) plutôt que sur 127.0.0.1"
    )
    data: Path = Field(Path("var"), description="dossier des données : base SQLite et secrets")
    database_url: SecretStr | None = Field(
        None, description="adresse d'une base PostgreSQL, postgresql+psycopg://… ; à défaut SQLite dans data"
    )
    workers: int = Field(1, ge=1, le=64, description="nombre de processus du service")
    elasticsearch_url: SecretStr | None = Field(
        None, description="adresse d'Elasticsearch 9 ; à défaut la recherche embarquée seule"
    )
    elasticsearch_api_key: SecretStr | None = Field(None, description="clé d'API d'Elasticsearch")
    elasticsearch_shards: int = Field(1, ge=1, le=1024, description="nombre de partitions d'un index")
    elasticsearch_replicas: int = Field(0, ge=0, le=16, description="nombre de copies d'une partition")
    url: str = Field("http://127.0.0.1:8000", description="adresse du service, pour la commande demo")
    public_url: str = Field(
        "", description="adresse publique du service, dont partent les liens des réponses ; à défaut celle d'écoute"
    )
    cors_origins: tuple[str, ...] = Field(
        (), description="origines (tableau JSON) dont les pages peuvent lire la terminologie ; aucune par défaut"
    )
    canonical_aliases: dict[str, str] = Field(
        {}, description="autres noms (objet JSON) de systèmes, jeux de valeurs et tables, chacun avec celui tenu ici"
    )
    canonical_base: str = Field(DEFAULT_BASE, description="base des URI canoniques ; jamais interrogée")
    epu_accept_full: bool = Field(
        False, description="base d'un seul site : accepte des ordonnances complètes et les anonymise elle-même"
    )
    epu_pepper_lookup: SecretStr | None = Field(None, description="secret de recherche, 32 octets ou plus en base64")
    epu_pepper_seal: SecretStr | None = Field(None, description="secret de scellement, 32 octets ou plus en base64")
    order_validity_months: int = Field(12, ge=1, le=36, description="validité par défaut d'une ordonnance, en mois")
    rgpd_mention: str = Field("", description="mention RGPD imprimée ; obligatoire en production")

    @model_validator(mode="wrap")
    @classmethod
    def _refused_by_name(cls, values: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            names = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
        told = " ; ".join(f"CIRCUITBIO_{name.upper()} ({cls.model_fields[name].description})" for name in names)
        raise Invalid.because("settings", f"Valeur de réglage refusée : {told}.", "Voir docs/settings.md.")

    @property
    def host(self) -> str:
        """Address to listen on: loopback unless told otherwise."""
        return "0.0.0.0" if self.listen_all else "127.0.0.1"  # noqa: S104 - only when explicitly asked for

    @property
    def links_from(self) -> str:
        """Where the links inside answers begin, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def production(self) -> bool:
        """Whether real patients are served."""
        return self.environment is Environment.PRODUCTION

    def check_production(self) -> None:
        """Refuses (`Invalid`, `settings`) to serve real patients with what is only meant for trying out."""
        if self.production and not self.rgpd_mention:
            raise Invalid.because(
                "settings", "La mention RGPD manque.", "Donner CIRCUITBIO_RGPD_MENTION avant de passer en production."
            )
