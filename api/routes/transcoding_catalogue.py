"""A laboratory's own catalogue: `/api/transcodage`, its import, its columns, its exams (terminology.md §7.1).

`GET /api/transcodage`, `GET|PUT /api/transcodage/{finess}/colonnes`, `POST /api/transcodage/{finess}/import`,
`GET /api/transcodage/{finess}/examens[/{code}]`.
"""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.openapi.described import BYTES, CSV, FHIR, JSON, Body, Described, described
from api.openapi.queries import asked, of_query
from api.openapi.schema import BINARY
from api.openapi.shapes.transcoding import COLUMNS, EXAMS, IMPORT, LABORATORIES
from api.query import QueryParameters, choice, flag, number, text
from api.responses import plain_json
from api.transcoding_bodies import read_columns
from api.transcoding_calls import actor_of, reference_for
from api.transcoding_exports import XLSX
from api.transcoding_json import status_of, write_import, write_item, write_laboratory, write_whole_item
from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from kernel.text import fold
from terminology.lab_catalogue import Laboratory
from terminology.transcoding.actor import Actor
from terminology.transcoding.assistant import catalogue_for, item_of
from terminology.transcoding.importing import Imported, Importer
from terminology.transcoding.local_catalogue import LocalItem
from terminology.transcoding.mapping import Mapping, MappingKey, MappingStatus

router = APIRouter(prefix="/api/transcodage")
_IMPORT = (
    text("nom", "Nom du laboratoire, à son premier import"),
    text("abrege", "Nom abrégé du laboratoire"),
    text("fichier", "Nom du fichier, pour le rapport"),
    flag("essai", "Vrai pour dire seulement ce que l'import ferait"),
)
_EXAMS = (
    choice("statut", "Statut de la correspondance", *MappingStatus),
    text("q", "Mots du code ou du libellé"),
    flag("absents", "Vrai pour voir aussi les examens absents du dernier fichier"),
    number("limit", "Examens par page", 1, 200, 50),
    number("offset", "Rang du premier examen", 0, 1_000_000, 0),
)
_CHOOSE = Described(
    "Choisir les en-têtes des fichiers d'un laboratoire",
    {JSON: COLUMNS},
    body=Body((JSON, FHIR), COLUMNS, {"label": "Intitulé"}),
    refusals=(400, 406, 413, 415),
    token=True,
)
_SEND = Described(
    "Importer le catalogue d'un laboratoire",
    {JSON: IMPORT},
    of_query(_IMPORT),
    Body((CSV, XLSX, BYTES), BINARY),
    (400, 409, 413),
    token=True,
)


@router.get("")
@described(get=asked("Lister les laboratoires que l'on peut voir", LABORATORIES, token=True))
def laboratories(call: CurrentCall) -> Response:
    """The laboratories the caller may see: its own, or all for the administration."""
    QueryParameters(call.request)
    actor = actor_of(call.caller())
    seen = (lab for lab in call.services.transcoding.laboratories() if actor.finess in ("", lab.finess))
    return plain_json({"laboratories": [write_laboratory(lab) for lab in seen]})


@router.get("/{finess}/colonnes")
@described(get=asked("Lire les en-têtes choisis pour un laboratoire", COLUMNS, token=True))
def columns(call: CurrentCall, finess: str) -> Response:
    """The headers chosen for the files of a laboratory."""
    QueryParameters(call.request)
    actor_of(call.caller()).check_site(finess)
    return plain_json({f.value: header for f, header in call.services.transcoding.columns(finess).items()})


@router.put("/{finess}/colonnes")
@described(put=_CHOOSE)
def choose_columns(call: CurrentCall, finess: str) -> Response:
    """Chooses the headers of a laboratory's files, all of them at once, for this import and the next."""
    QueryParameters(call.request)
    actor_of(call.caller()).check_site(finess)
    chosen = read_columns(call.resource())
    call.services.transcoding.remember_columns(finess, chosen)
    return plain_json({f.value: header for f, header in chosen.items()})


@router.post("/{finess}/import")
@described(post=_SEND)
def import_catalogue(call: CurrentCall, finess: str) -> Response:
    """Imports the file in the body, CSV or XLSX whatever its media type; `essai=true` only says what it would do.

    `nom` and `abrege` name the laboratory, the first a must at its first import; `fichier` is the name to report.
    """
    query = QueryParameters(call.request, _IMPORT)
    actor, services = actor_of(call.caller()), call.services
    actor.check_site(finess)
    laboratory = Laboratory(finess, query.text("nom") or "", query.text("abrege") or "")
    dry_run = bool(query.flag("essai"))
    importer = Importer(services.transcoding, reference_for(services.catalogue).targets, laboratory, actor)
    name = query.text("fichier") or "catalogue"
    done = importer.file(call.body, name, {}, services.clock.now(), dry_run=dry_run)
    if done.written:
        services.labs.refresh(finess)
    _refuse_whole(done)
    return plain_json(write_import(done, dry_run=dry_run))


@router.get("/{finess}/examens")
@described(get=asked("Lister les examens d'un laboratoire", EXAMS, _EXAMS, 404, token=True))
def exams(call: CurrentCall, finess: str) -> Response:
    """The exams of a laboratory, filtered by status and by words of their code and label."""
    query = QueryParameters(call.request, _EXAMS)
    actor = actor_of(call.caller())
    limit, offset = query.number("limit"), query.number("offset")
    status, absents = query.text("statut"), bool(query.flag("absents"))
    words = fold(query.text("q") or "").split()
    catalogue = catalogue_for(call.services.transcoding, finess, actor)
    mappings = _mappings(call, finess)
    listed = ((i, mappings.get(MappingKey(i.exam.local_code))) for i in catalogue.items if i.present or absents)
    found = [
        (item, mapping) for item, mapping in listed if status in (None, status_of(mapping)) and _holds(item, words)
    ]
    return plain_json(
        {
            "finess": finess,
            "version": catalogue.version,
            "total": len(found),
            "offset": offset,
            "limit": limit,
            "items": [write_item(item, mapping) for item, mapping in found[offset : offset + limit]],
        }
    )


def whole_exam(call: CurrentCall, finess: str, code: str, actor: Actor) -> Response:
    """One exam with everything of it that can be mapped."""
    catalogue = catalogue_for(call.services.transcoding, finess, actor)
    return plain_json(write_whole_item(item_of(catalogue, code), _mappings(call, finess)))


def _mappings(call: CurrentCall, finess: str) -> dict[MappingKey, Mapping]:
    return {m.key: m for m in call.services.transcoding.mappings(finess)}


def _holds(item: LocalItem, words: list[str]) -> bool:
    text = fold(f"{item.exam.local_code} {item.exam.label}")
    return all(word in text for word in words)


def _refuse_whole(done: Imported) -> None:
    """A file nothing was read of is a refusal, with what is wrong."""
    if done.merged is None:
        places = ((f, f"{f.sheet}!{f.column or ''}{f.row or ''}".strip("!")) for f in done.findings)
        nothing = Finding(Severity.ERROR, "E03", "Le fichier ne contient aucun examen.", "Vérifier les colonnes.")
        raise Invalid([Finding(f.severity, f.code, f.message, f.hint, place) for f, place in places] or [nothing])
