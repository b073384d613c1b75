"""An order in a file, read and checked as the service would."""

from pathlib import Path

from api.checking import CheckedOrder, check_order
from api.fhir.json import parse
from circuitbio.assistance import assistance_of
from circuitbio.cli.terminal import read_file
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid
from kernel.findings import errors
from prescription.rules.rule import RuleContext
from terminology.catalogue import Catalogue


def rules_of(settings: Settings, catalogue: Catalogue) -> RuleContext:
    """What orders are checked with, today."""
    return RuleContext(catalogue, SystemClock().now().date(), settings.production, assistance_of(settings))


def checked_file(file: Path, settings: Settings, rules: RuleContext, *, cancelled_too: bool = False) -> CheckedOrder:
    """What was read and every finding; `Invalid`, with the name of the file, when it holds no order at all."""
    content = read_file(file)
    try:
        return check_order(parse(content), settings.canonical_base, rules, cancelled_too=cancelled_too)
    except Invalid as error:
        raise Invalid([finding.at(str(file)) for finding in error.findings]) from None


def summary(checked: CheckedOrder) -> str:
    """How many errors, how many remarks."""
    refused = len(errors(checked.findings))
    return f"{refused} erreur(s), {len(checked.findings) - refused} remarque(s)"
