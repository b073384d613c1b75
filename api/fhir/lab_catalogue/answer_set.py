"""The ValueSet within an ObservationDefinition: its normal, abnormal or critical answers, in their order."""

from collections.abc import Sequence
from itertools import groupby

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.published import PublishedCatalogue
from terminology.coding import Coding


def write_answer_set(id_: str, answers: Sequence[Coding], whole: PublishedCatalogue) -> JsonObject:
    """The resource, `id_` being its name in the one that contains it."""
    written = [whole.coding(answer) for answer in answers]
    include: list[JsonObject] = [
        present({"system": system, "concept": [present({n: c.get(n) for n in ("code", "display")}) for c in several]})
        for system, several in groupby(written, key=lambda coding: coding.get("system"))
    ]
    return {"resourceType": "ValueSet", "id": id_, "status": "active", "compose": {"include": include}}
