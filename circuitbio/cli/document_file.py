"""The document of an order in a file, written as the service would write it."""

from pathlib import Path

from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.order_file import checked_file, rules_of, summary
from circuitbio.cli.terminal import say, show_findings
from circuitbio.documents import document_writer
from circuitbio.settings import Settings
from kernel.findings import errors
from prescription.documents.ports import WrittenDocument
from prescription.prescription import Prescription


def document_of_file(file: Path, wanted: str) -> tuple[Prescription, WrittenDocument] | None:
    """The order and its document; None for an order with errors, which are told: there is then no `wanted`."""
    settings = Settings()
    rules = rules_of(settings, catalogue_at_hand(settings))
    checked = checked_file(file, settings, rules)
    if errors(checked.findings):
        show_findings(checked.findings)
        say(f"{file} : pas {wanted}, {summary(checked)}")
        return None
    order = checked.accepted()
    return order, document_writer(settings, lambda: rules.catalogue)(order)
