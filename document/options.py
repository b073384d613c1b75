"""What the order itself does not tell and a document must: settings of whoever produces it."""

from dataclasses import dataclass

from prescription.documents.codes import OFFICE, TOWN, Code


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """`facility` is the kind of place (JDV_J02), `practice` the setting (JDV_J04): an order of town by default.

    `tooling_template` also writes the template number that the published schematrons ask for, which the national
    tables give to another model (docs/document.md).
    """

    facility: Code = OFFICE
    practice: Code = TOWN
    tooling_template: bool = True
