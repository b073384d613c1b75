"""Sheet 10, *indicateurs semestriels*: the counts the publisher gives of a release. Its form is an assumption."""

from collections.abc import Mapping
from enum import StrEnum


class Indicator(StrEnum):
    """The counts known; the value is the name in the sheet."""

    REQUESTS = "Nombre de demandes"
    ORDER = "Demandes Order"
    BOTH = "Demandes Both"
    OBSERVATION = "Demandes Observation"
    REQUESTS_WAITING = "Demandes en code d'attente"
    RESULTS = "Analyses en code LOINC"
    RESULTS_WAITING = "Analyses en code d'attente"


# As announced for v1.1.10; its 1,061 requests are the sum of the first four (terminology.md §1.3).
ANNOUNCED: Mapping[str, Mapping[Indicator, int]] = {
    "1.1.10": {
        Indicator.REQUESTS: 1061,
        Indicator.ORDER: 75,
        Indicator.BOTH: 940,
        Indicator.OBSERVATION: 17,
        Indicator.REQUESTS_WAITING: 29,
        Indicator.RESULTS: 2501,
        Indicator.RESULTS_WAITING: 319,
    }
}
