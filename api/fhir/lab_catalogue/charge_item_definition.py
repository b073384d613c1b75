"""ChargeItemDefinition `acte-<code>`: an act that exams of the catalogue are billed by; no amount (lcsd.md §4, §11)."""

from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.published import PublishedCatalogue
from terminology.coding import Coding
from terminology.lab_catalogue_systems import NABM


def charge_item_key(act: Coding) -> str:
    """What tells an act from the others: its code in the NABM, with its system for one that is not of it."""
    return act.code if act.system == NABM else f"{act.system} {act.code}"


def write_charge_item_definition(act: Coding, whole: PublishedCatalogue) -> JsonObject:
    """The whole resource."""
    head = whole.head("ChargeItemDefinition", charge_item_key(act), title=act.display)
    return {**head, "code": whole.concept(act, text=act.display)}
