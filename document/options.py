"""What the order itself does not tell and a document must: settings of whoever produces it."""

from dataclasses import dataclass

from document.systems import Code

_OFFICE = Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel")
_TOWN = Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire")


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """`facility` is the kind of place (JDV_J02), `practice` the setting (JDV_J04): an order of town by default.

    `tooling_template` also writes the template number that the published schematrons ask for, which the national
    tables give to another model (docs/document.md).
    """

    facility: Code = _OFFICE
    practice: Code = _TOWN
    tooling_template: bool = True
