"""Everything there is to say about an order that was sent: its structure and its content, in one answer.

`Bundle/$validate`, `$epu-create`, `Bundle/$print` and `circuitbio order check` all use this one function.
"""

from dataclasses import dataclass

from api.fhir.json import JsonObject
from api.fhir.order_bundle import ReadOrder, read_order
from api.fhir.places import Places
from kernel.errors import Invalid
from kernel.findings import Finding, errors, most_severe_first
from prescription.prescription import Prescription
from prescription.rules import check
from prescription.rules.rule import RuleContext


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """What was read, and every finding, located in what was sent. `prescription` is None without a head."""

    prescription: Prescription | None
    findings: tuple[Finding, ...]
    places: Places

    def accepted(self) -> Prescription:
        """The order, when nothing refuses it; otherwise `Invalid` with every finding."""
        if self.prescription is None or errors(self.findings):
            raise Invalid(self.findings)
        return self.prescription


def check_order(bundle: JsonObject, base: str, rules: RuleContext, *, cancelled_too: bool = False) -> CheckedOrder:
    """Reads and checks an order Bundle; `Invalid` only when it is no Bundle at all. Printing takes a cancelled one."""
    if bundle.get("resourceType") != "Bundle":
        raise Invalid.because("invalid-bundle", "Un Bundle est attendu.", "Envoyer l'ordonnance en Bundle.", "Bundle")
    return check_read(read_order(bundle, base, cancelled_too=cancelled_too), rules)


def check_read(read: ReadOrder, rules: RuleContext) -> CheckedOrder:
    """What the rules say of an order that was read, beside what its reading said."""
    found = list(read.findings)
    if read.prescription is not None:
        found += [finding.at(read.places.locate(finding.path)) for finding in check(read.prescription, rules)]
    return CheckedOrder(read.prescription, most_severe_first(found), read.places)
