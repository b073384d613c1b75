"""What is taken away and watched: exports, history, dashboard (terminology.md §7.4 to §7.6).

`GET /api/transcodage/{finess}/export?format=`, `/{finess}/historique`, `/{finess}/tableau-de-bord`, and
`/api/transcodage/tableau-de-bord` for all.
"""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.openapi.described import CSV as CSV_TYPE
from api.openapi.described import FHIR, Described, described
from api.openapi.queries import asked, of_query
from api.openapi.schema import BINARY, TEXT, Schema, ref
from api.openapi.shapes.transcoding import DASHBOARD, HISTORY
from api.query import QueryParameters, choice, number, text
from api.responses import attachment, plain_json
from api.transcoding_calls import actor_of, reference_for
from api.transcoding_dashboard import (
    COLUMNS,
    dashboard_rows,
    write_dashboard,
)
from api.transcoding_exports import CSV, HL7, XLSX, Exporter, ExportFile, ExportFormat, history_file, last_change
from api.transcoding_json import write_history_row
from kernel.csv_export import write_csv
from lcsd.messages.control import Receiver
from terminology.transcoding.actor import ActorRole
from terminology.transcoding.assistant import catalogue_for, lab_state
from terminology.transcoding.dashboard import Dashboard, dashboard
from terminology.transcoding.history import HistoryQuery

router = APIRouter()
_FORM = choice("format", "Forme de la réponse", "json", "csv")
_HISTORY = (
    text("examen", "Code local d'un examen"),
    text("auteur", "Auteur des décisions"),
    _FORM,
    number("limit", "Lignes par page", 1, 1000, 100),
    number("offset", "Rang de la première ligne", 0, 100_000_000, 0),
)
_EXPORT = (
    choice("format", "Fichier voulu ; csv à défaut", *ExportFormat),
    text("destinataire", "Logiciel à qui va un fichier LCSD"),
    text("destinataire_finess", "FINESS de qui le reçoit"),
)
_FIGURES = {CSV_TYPE: TEXT}
_FILES: dict[str, Schema] = {CSV_TYPE: TEXT, XLSX: BINARY, FHIR: ref("ConceptMap"), HL7.partition(";")[0]: TEXT}


@router.get("/api/transcodage/tableau-de-bord")
@described(get=asked("Lire les figures de tous les laboratoires", DASHBOARD, (_FORM,), media=_FIGURES, token=True))
def whole_dashboard(call: CurrentCall) -> Response:
    """The figures of all laboratories together, for the administration."""
    actor_of(call.caller()).check_role(ActorRole.ADMINISTRATION)
    every = [lab.finess for lab in call.services.transcoding.laboratories()]
    return _dashboard(call, "ensemble", _figures(call, every))


@router.get("/api/transcodage/{finess}/tableau-de-bord")
@described(get=asked("Lire les figures d'un laboratoire", DASHBOARD, (_FORM,), 404, media=_FIGURES, token=True))
def laboratory_dashboard(call: CurrentCall, finess: str) -> Response:
    """The figures of one laboratory."""
    return _dashboard(call, finess, _figures(call, [finess]))


@router.get("/api/transcodage/{finess}/historique")
@described(get=asked("Lire l'historique d'un laboratoire", HISTORY, _HISTORY, 404, media=_FIGURES, token=True))
def history(call: CurrentCall, finess: str) -> Response:
    """The history of a laboratory, of one exam (`examen`), of one author (`auteur`); the last row first."""
    query = QueryParameters(call.request, _HISTORY)
    limit, offset = query.number("limit"), query.number("offset")
    catalogue_for(call.services.transcoding, finess, actor_of(call.caller()))
    wanted = HistoryQuery(finess, query.text("examen"), query.text("auteur"))
    if query.text("format") == "csv":
        return _file(history_file(finess, call.services.transcoding.history(wanted)))
    rows = call.services.transcoding.history(wanted, limit, offset)
    return plain_json({"offset": offset, "limit": limit, "rows": [write_history_row(row) for row in rows]})


@router.get("/api/transcodage/{finess}/export")
@described(get=Described("Prendre un fichier", _FILES, of_query(_EXPORT), refusals=(400, 404), token=True))
def export(call: CurrentCall, finess: str) -> Response:
    """One file; `destinataire` and `destinataire_finess` name who an LCSD file is for."""
    query = QueryParameters(call.request, _EXPORT)
    store, release = call.services.transcoding, call.services.catalogue.release
    exporter = Exporter(
        catalogue=catalogue_for(store, finess, actor_of(call.caller())),
        mappings=store.mappings(finess),
        last_change=last_change(store, finess),
        release=release,
        base=call.services.config.base,
        receiver=Receiver(query.text("destinataire") or "DPI", query.text("destinataire_finess") or finess),
        now=call.services.clock.now(),
    )
    return _file(exporter.file(ExportFormat(query.text("format") or ExportFormat.CSV)))


def _figures(call: CurrentCall, every: list[str]) -> Dashboard:
    actor = actor_of(call.caller())
    states = [lab_state(call.services.transcoding, finess, actor) for finess in every]
    return dashboard(states, reference_for(call.services.catalogue).targets, call.services.clock.now())


def _dashboard(call: CurrentCall, name: str, figures: Dashboard) -> Response:
    if QueryParameters(call.request, (_FORM,)).text("format") == "csv":
        content = write_csv(COLUMNS, dashboard_rows(figures))
        return _file(ExportFile(f"tableau-de-bord-{name}.csv", CSV, content))
    return plain_json(write_dashboard(figures, call.services.catalogue.release.name))


def _file(file: ExportFile) -> Response:
    return attachment(file.name, file.content, file.media_type)
