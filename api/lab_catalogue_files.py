"""A laboratory's catalogue in the forms a call may want or send: JSON, tables, an LCSD file (lcsd.md §4, §6)."""

from collections.abc import Mapping
from enum import StrEnum

from starlette.responses import Response

from api.calls import Call
from api.lab_catalogue_json import read_lab_catalogue
from api.openapi.described import FHIR, JSON
from api.openapi.schema import BINARY, TEXT, Schema
from api.query import QueryParameters, QueryRule, choice
from api.responses import attachment
from api.transcoding_exports import HL7, XLSX
from kernel.findings import Finding
from lcsd.exchange_file import build_file
from lcsd.messages.control import Emission
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_tables.reading import read_lab_tables
from terminology.lab_tables.writing import write_as_workbook, write_as_zip

ZIP = "application/zip"
_HL7_TYPE = HL7.partition(";")[0]


class CatalogueForm(StrEnum):
    """What a catalogue is read as: JSON, a workbook, the same tables as CSV, the messages subscribers are sent."""

    JSON = "json"
    XLSX = "xlsx"
    ZIP = "zip"
    LCSD = "lcsd"


DRAFT_FORMS = (CatalogueForm.JSON, CatalogueForm.XLSX, CatalogueForm.ZIP)
"""An LCSD file is of what is published."""
TABLE_TYPES = (XLSX, ZIP)
FILES: Mapping[str, Schema] = {XLSX: BINARY, ZIP: BINARY}
LCSD_FILE: Mapping[str, Schema] = {_HL7_TYPE: TEXT}
_FORMS = {
    JSON: CatalogueForm.JSON,
    FHIR: CatalogueForm.JSON,
    XLSX: CatalogueForm.XLSX,
    ZIP: CatalogueForm.ZIP,
    _HL7_TYPE: CatalogueForm.LCSD,
}


def form_rule(*forms: CatalogueForm) -> QueryRule:
    """The parameter that says which form is wanted."""
    return choice("format", "Forme voulue ; à défaut celle que demande Accept, sinon json", *forms)


def wanted_form(call: Call, query: QueryParameters, *forms: CatalogueForm) -> CatalogueForm:
    """The form of `format`, else of Accept, which is JSON when it takes anything; 406 for none of `forms`."""
    told = query.text("format")
    return CatalogueForm(told) if told else _FORMS[call.accepts(*(t for t, form in _FORMS.items() if form in forms))]


def tables_answer(catalogue: LabCatalogue, form: CatalogueForm, headers: Mapping[str, str]) -> Response:
    """The catalogue as a workbook or a zip of CSV; `Invalid` (`no-cell`) for a text that no cell holds."""
    content, media_type = (
        (write_as_workbook(catalogue), XLSX) if form is CatalogueForm.XLSX else (write_as_zip(catalogue), ZIP)
    )
    name = f"catalogue-{catalogue.laboratory.finess}-v{catalogue.version}.{form}"
    return attachment(name, content, media_type, headers)


def lcsd_answer(emission: Emission, headers: Mapping[str, str]) -> Response:
    """The LCSD file of a catalogue; `Invalid` with every finding when its checks refuse it."""
    name, content, _, _ = build_file(emission)
    return attachment(name, content, HL7, headers)


def read_sent(call: Call) -> tuple[LabCatalogue, tuple[Finding, ...]]:
    """The catalogue of the body by its media type, and what was left aside of it.

    `Invalid` with every fault, at its cell or at its key; 415 for another media type, 406 when JSON is not taken back.
    """
    if call.media_type() not in TABLE_TYPES:
        return read_lab_catalogue(call.resource()), ()
    call.accepts(JSON, FHIR)
    read = read_lab_tables(call.body)
    return read.catalogue, read.warnings
