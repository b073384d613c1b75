"""What the routes work with, wired once by `circuitbio/bootstrap.py`: no global state, nothing read from outside."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kernel.canonical import DEFAULT_BASE
from kernel.clock import Clock
from prescription.ports import UnitOfWorkFactory
from prescription.rules.rule import RuleContext
from prescription.usecases.create import CreateSettings
from search.typeahead import Typeahead
from terminology.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """`base` names things and is never dereferenced; `development_tokens` is for loopback only (interface.md §1)."""

    base: str = DEFAULT_BASE
    development_tokens: bool = True
    production: bool = False
    create: CreateSettings = field(default_factory=CreateSettings)
    privacy_notice: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """The parts behind the routes. `database_answers` says whether the database can be used now."""

    catalogue: Catalogue
    typeahead: Typeahead
    units: UnitOfWorkFactory
    clock: Clock
    database_answers: Callable[[], bool]
    config: ApiConfig = ApiConfig()

    def rules(self) -> RuleContext:
        """What the rules of an order need today."""
        return RuleContext(self.catalogue, self.clock.now().date(), self.config.production)
