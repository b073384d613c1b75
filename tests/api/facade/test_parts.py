"""The elements of each type, as the base of `fhir.resources` has them; R4B adds one that R4 has not."""

import pytest
from fhir.resources.R4B import get_fhir_model_class

from api.facade.parts import mandatory, read_elements, summary
from api.facade.search_parameters import PARAMETERS

R4B_ONLY = {"subjectCanonical"}
ALWAYS = {"id", "meta"}


@pytest.mark.parametrize("kind", PARAMETERS)
def test_elements_and_summaries_are_those_of_r4(kind: str) -> None:
    model = get_fhir_model_class(kind)
    every = set(model.elements_sequence()) - R4B_ONLY
    assert read_elements(kind, ",".join(every)) == every
    assert summary(kind) - mandatory(kind) | ALWAYS | mandatory(kind) == set(model.summary_elements_sequence()) | ALWAYS


@pytest.mark.parametrize("kind", PARAMETERS)
def test_the_mandatory_elements_are_those_it_cannot_do_without(kind: str) -> None:
    fields = get_fhir_model_class(kind).model_fields.items()
    required = {name for name, f in fields if f.is_required() or (f.json_schema_extra or {}).get("element_required")}
    assert mandatory(kind) == required
