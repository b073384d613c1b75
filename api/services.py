"""What the routes work with, wired once by `circuitbio/bootstrap.py`: no global state, nothing read from outside."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from api.editions import Editions
from api.facade.publication import Publication
from api.identity.tokens import Tokens
from api.lab_publications import LabPublications
from api.terminology.content import Content
from api.terminology.per_release import PerRelease
from kernel.canonical import DEFAULT_BASE
from kernel.clock import Clock
from prescription.assistance.rule_file import AssistanceRules
from prescription.documents.submit import SendingSettings
from prescription.identity.cog import Gazetteer
from prescription.identity.insi import InsiGateway
from prescription.ports import UnitOfWorkFactory
from prescription.rules.rule import NO_RULES, RuleContext
from prescription.usecases.create import CreateSettings
from printing.sealing import Seal
from search.lab_search import LabSearch
from terminology.basket import BasketOutline
from terminology.catalogue import Catalogue
from terminology.publishing.ports import PublishingStore
from terminology.receiving.ports import ReceivingStore
from terminology.transcoding.ports import TranscodingStore


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """`base` names things and is never dereferenced, `public_url` is where links lead. Pages of `cors_origins` may read
    the terminology; none unless said. `canonical_aliases` are other names of canonicals, each with the one that is
    held here (terminology.md §5.1)."""

    base: str = DEFAULT_BASE
    public_url: str = "http://127.0.0.1:8000"
    cors_origins: tuple[str, ...] = ()
    canonical_aliases: Mapping[str, str] = field(default_factory=dict)
    production: bool = False
    create: CreateSettings = field(default_factory=CreateSettings)
    privacy_notice: str | None = None

    @property
    def sending(self) -> SendingSettings:
        """What documents leave under, those that their software hands over too."""
        return self.create.sending or SendingSettings(production=self.production)


def _uncounted(_codes: Iterable[str]) -> None:
    """Where usage is not counted."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the routes. `database_answers` says whether the database can be used now; `note_usage` is told
    the codes of each new order, once it is in the base; `labs.refresh` is told the laboratory of each catalogue saved
    in `transcoding`; `insi` is None where no teleservice can be asked, `seal` where
    printed orders are not sealed."""

    editions: Editions
    baskets: tuple[BasketOutline, ...]
    transcoding: TranscodingStore
    labs: LabSearch
    publishing: PublishingStore
    receiving: ReceivingStore
    units: UnitOfWorkFactory
    tokens: Tokens
    clock: Clock
    database_answers: Callable[[], bool]
    config: ApiConfig = ApiConfig()
    note_usage: Callable[[Iterable[str]], None] = _uncounted
    insi: InsiGateway | None = None
    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    assistance: AssistanceRules = NO_RULES
    seal: Seal | None = None
    lab_publications: LabPublications = field(init=False, repr=False)
    _publications: PerRelease[Publication] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepares what is made once a release, and what is made once a version of a laboratory's catalogue."""
        make = partial(Publication, store=self.editions.store, base=self.config.base)
        object.__setattr__(self, "_publications", PerRelease(make))
        labs = LabPublications(self.publishing, self.config.base, self.config.public_url)
        object.__setattr__(self, "lab_publications", labs)

    def publication(self, catalogue: Catalogue) -> Publication:
        """The resources that a release publishes, each written once."""
        return self._publications.of(catalogue)

    def content(self, catalogue: Catalogue) -> Content:
        """What the code systems and value sets of a release hold, made once."""
        return self.publication(catalogue).content

    @property
    def catalogue(self) -> Catalogue:
        """The active catalogue, as it is now: to be taken once for an answer."""
        return self.editions.active

    def rules(self) -> RuleContext:
        """What the rules of an order need today."""
        today = self.clock.now().date()
        return RuleContext(self.catalogue, today, self.config.production, self.assistance)
