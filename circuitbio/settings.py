"""Every setting, read once from the environment (prefix `CIRCUITBIO_`); documented in docs/settings.md."""

from collections.abc import Container, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, ModelWrapValidatorHandler, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from document.mssante.submission import SmtpSecurity
from kernel.canonical import DEFAULT_BASE
from kernel.errors import Invalid
from prescription.caller import Role
from prescription.documents.secure_address import is_secure_address
from printing.patient_wording import TO_COMPLETE


class Environment(StrEnum):
    """`production` refuses development tokens, test identities and placeholder texts."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Claim(StrEnum):
    """What is read in a token (`api/identity/claims.py`)."""

    RPPS = "rpps"
    FINESS = "finess"
    ROLES = "roles"


class Insi(StrEnum):
    """Which INSi teleservice is asked. `simulated` knows the published test identities only."""

    NONE = "none"
    SIMULATED = "simulated"


class Settings(BaseSettings):
    """The settings, with what each means. `Invalid` names those that are refused, never what they hold."""

    model_config = SettingsConfigDict(env_prefix="CIRCUITBIO_", env_ignore_empty=True, extra="ignore", frozen=True)

    environment: Environment = Field(Environment.DEVELOPMENT, description="development ou production")
    port: int = Field(8000, ge=0, le=65535, description="port d'écoute du service")
    listen_all: bool = Field(
        False, description="écouter sur toutes les interfaces (dans un conteneur) plutôt que sur 127.0.0.1"
    )
    loopback_published: bool = Field(
        False, description="dit que le port du conteneur n'est publié que sur 127.0.0.1 : jetons de développement admis"
    )
    identity_issuer: str = Field("", description="émetteur (iss) des jetons d'accès")
    identity_audience: str = Field("", description="destinataire (aud, ou azp à défaut) des jetons d'accès")
    identity_level: str = Field("", description="niveau d'authentification (acr) exigé ; aucun à défaut")
    identity_jwks_url: str = Field("", description="adresse des clés (JWKS) de qui signe les jetons")
    identity_keys_seconds: int = Field(10, ge=1, le=250, description="délai minimal entre deux lectures des clés")
    identity_introspection_url: str = Field("", description="adresse où demander si un jeton est valide (RFC 7662)")
    identity_client_id: str = Field("", description="identifiant du service auprès de l'introspection")
    identity_client_secret: SecretStr | None = Field(None, description="secret du service auprès de l'introspection")
    identity_cache_seconds: int = Field(10, ge=0, le=60, description="durée pendant laquelle une réponse est crue")
    identity_claims: dict[Claim, tuple[str, ...]] = Field(
        {}, description="noms (objet JSON de tableaux) de rpps, finess et roles dans les jetons"
    )
    identity_roles: dict[str, Role] = Field(
        {}, description="rôle (objet JSON) que donne chaque mot du fournisseur d'identité"
    )
    insi: Insi = Field(Insi.NONE, description="téléservice INSi : none, ou simulated (identités de test)")
    assistance_rules: Path | None = Field(
        None, description="fichier CSV de règles d'aide à la prescription, à la place de celles livrées"
    )
    cog: Path | None = Field(None, description="dossier des fichiers CSV du code officiel géographique de l'INSEE")
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
    url: str = Field("http://127.0.0.1:8000", description="adresse du service, pour les commandes qui l'appellent")
    token: SecretStr | None = Field(
        None, description="jeton d'accès des commandes qui appellent le service ; à défaut un jeton de développement"
    )
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
    seal_pkcs12: Path | None = Field(
        None, description="fichier PKCS#12 dont la clé scelle (PAdES) les ordonnances imprimées"
    )
    seal_password: SecretStr | None = Field(None, description="mot de passe du fichier PKCS#12")
    smtp_host: str = Field("", description="serveur d'envoi de la messagerie sécurisée (MSSanté) ; aucun à défaut")
    smtp_port: int = Field(587, ge=1, le=65535, description="port de ce serveur")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="starttls, ou tls dès la connexion")
    smtp_user: str = Field("", description="identifiant auprès de ce serveur")
    smtp_password: SecretStr | None = Field(None, description="mot de passe auprès de ce serveur")
    smtp_password_file: Path | None = Field(None, description="ou fichier d'une ligne : le mot de passe")
    smtp_sender: str = Field("", description="boîte aux lettres MSSanté dont partent les messages")
    smtp_authorities: Path | None = Field(
        None, description="fichier PEM des autorités de ce serveur, à la place de celles du système"
    )
    smtp_receipt: bool = Field(True, description="demander un accusé de lecture de chaque message")
    mssante_product: str = Field(
        "", pattern="^[!-~]{0,60}$", description="référence du produit (Convergence), dite dans chaque message"
    )
    cda_template_51: bool = Field(
        True, description="écrire aussi, dans les documents CDA, le numéro de modèle qu'exigent les contrôles publiés"
    )
    dmp_delay_hours: int = Field(0, ge=0, le=72, description="délai avant le dépôt d'un document au DMP, en heures")
    dmp_delays: dict[str, Annotated[int, Field(ge=0, le=72)]] = Field(
        {}, description="délai (objet JSON) des structures, par FINESS, en heures"
    )
    allow_unqualified_patient_mail: bool = Field(
        False, description="écrire à la messagerie d'un patient dont l'identité n'est pas qualifiée (préadmission)"
    )
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

    @property
    def provider_urls(self) -> tuple[str, ...]:
        """Where the identity provider is asked: one address, or none without a provider."""
        return tuple(filter(None, (self.identity_jwks_url, self.identity_introspection_url)))

    @property
    def development_tokens(self) -> bool:
        """Whether tokens that anyone can write are believed: never beside those of a provider."""
        return not self.production and not self.provider_urls

    def check_start(self) -> None:
        """Refuses (`Invalid`, `settings`) to serve with what is only meant for trying out, or half a provider."""
        for refused, message, hint in self._faults():
            if refused:
                raise Invalid.because("settings", message, hint)

    def _faults(self) -> Iterator[tuple[bool, str, str]]:
        """What would be wrong, whether it is, and what to do."""
        urls, introspects = self.provider_urls, bool(self.identity_introspection_url)
        yield (
            self.production and not self.rgpd_mention,
            "La mention RGPD manque.",
            "Donner CIRCUITBIO_RGPD_MENTION avant de passer en production.",
        )
        yield (
            self.production and TO_COMPLETE in self.rgpd_mention,
            "La mention RGPD reste à compléter.",
            f"Remplacer chaque « {TO_COMPLETE}…] » de CIRCUITBIO_RGPD_MENTION.",
        )
        yield (
            self.production and self.insi is Insi.SIMULATED,
            "Le téléservice INSi simulé ne sert pas de vrais patients.",
            "Retirer CIRCUITBIO_INSI.",
        )
        yield (
            self.development_tokens and self.listen_all and not self.loopback_published,
            "Les jetons de développement ne valent que sur 127.0.0.1.",
            "Donner un fournisseur d'identité (CIRCUITBIO_IDENTITY_…), ou ne pas écouter sur toutes les interfaces.",
        )
        yield (
            len(urls) > 1 or bool(urls) != bool(self.identity_issuer and self.identity_audience),
            "Le fournisseur d'identité est à moitié réglé.",
            "Donner CIRCUITBIO_IDENTITY_ISSUER, _AUDIENCE, et l'un de _JWKS_URL et _INTROSPECTION_URL.",
        )
        yield (
            introspects and not (self.identity_client_id and self.identity_client_secret),
            "L'introspection demande l'identifiant et le secret du service.",
            "Donner CIRCUITBIO_IDENTITY_CLIENT_ID et CIRCUITBIO_IDENTITY_CLIENT_SECRET.",
        )
        yield (
            bool(self.smtp_host) and not is_secure_address(self.smtp_sender),
            "L'envoi de courriels demande la boîte MSSanté qui envoie.",
            "Donner CIRCUITBIO_SMTP_SENDER, une adresse en .mssante.fr.",
        )
        yield (
            bool(self.smtp_user) != bool(self.smtp_password or self.smtp_password_file)
            or bool(self.smtp_password and self.smtp_password_file),
            "L'identifiant de la messagerie va avec un mot de passe, donné une fois.",
            "Donner CIRCUITBIO_SMTP_USER, et l'un de _PASSWORD et _PASSWORD_FILE.",
        )
        yield (
            not all(_is_address(url, ("https",) if self.production else ("https", "http")) for url in urls),
            "L'adresse du fournisseur d'identité est en https, ou en http hors de la production.",
            "Corriger CIRCUITBIO_IDENTITY_JWKS_URL ou CIRCUITBIO_IDENTITY_INTROSPECTION_URL.",
        )


def _is_address(url: str, schemes: Container[str]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:  # a port that is none, a bracket that is not closed
        return False
