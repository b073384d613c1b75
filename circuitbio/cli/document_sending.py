"""`circuitbio document send|status`: a document handed to the running service, and how far documents are.

An EPU code is a secret: it comes in a file, never as an argument, and is shown by its ends.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.fhir.json import parse
from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.order_file import checked_file, rules_of, summary
from circuitbio.cli.terminal import read_file, say, show_findings, show_json, show_table
from circuitbio.database import opened_database
from circuitbio.service_client import Answer, Json, ServiceClient, parameters
from circuitbio.settings import Settings
from kernel.errors import Invalid
from kernel.findings import errors
from kernel.french_time import in_france
from prescription.documents.departure import DepartureState
from prescription.documents.follow import MAX_CODES
from prescription.documents.visibility import Restriction
from prescription.epu_code import EpuCode
from prescription.prescription import Prescription

_SHOWN = 200
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]


def add_to(app: typer.Typer) -> None:
    """Puts these commands under `circuitbio document`."""
    app.command("send")(send)
    app.command("status")(status)


def send(
    order: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Bundle FHIR JSON, portant son code.", show_default=False)
    ],
    delay: Annotated[int | None, typer.Option(min=0, max=72, help="Heures avant le dépôt au DMP.")] = None,
    hidden_from: Annotated[
        list[Restriction] | None, typer.Option("--visibility", help="Qui ne voit pas le document.")
    ] = None,
    recipient: Annotated[list[str] | None, typer.Option(help="Adresse MSSanté d'un professionnel.")] = None,
    as_json: AsJson = False,
) -> int:
    """Confie au service le document d'une ordonnance signée ; dit ce qui part, et où cela en est."""
    settings = Settings()
    checked = checked_file(order, settings, rules_of(settings, catalogue_at_hand(settings)))
    if errors(checked.findings):
        show_findings(checked.findings)
        say(f"{order} : rien n'est confié, {summary(checked)}")
        return 1
    prescription = checked.accepted()
    given: list[Json] = [{"name": "order", "resource": parse(read_file(order))}]
    given += [{"name": "visibility", "valueCode": each.value} for each in hidden_from or ()]
    given += [] if delay is None else [{"name": "delay", "valueInteger": delay}]
    given += [{"name": "recipient", "valueString": each} for each in recipient or ()]
    answer = _client(settings).operation("$document-feed", parameters(*given), _author(prescription))
    _tell(str(prescription.epu_code or ""), answer.parts("departure"), as_json)
    return 0


def status(
    code_from: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Ses codes, un par ligne : l'état de ses propres documents."),
    ] = None,
    rpps: Annotated[str, typer.Option(help="Avec --code-from, sans CIRCUITBIO_TOKEN : le RPPS de l'auteur.")] = "",
    state: Annotated[DepartureState | None, typer.Option(help="Sans --code-from : cet état seulement.")] = None,
    as_json: AsJson = False,
) -> int:
    """Dit où en sont les envois de la base, sans trait ni code ; avec --code-from, ceux de ses ordonnances."""
    return _of_operator(state, as_json) if code_from is None else _own(code_from, rpps, as_json)


def _of_operator(state: DepartureState | None, as_json: bool) -> int:
    with opened_database(Settings()) as database, database.units(writing=False) as unit:
        entries, more = unit.departures.entries(state, _SHOWN, None)
    rows = [
        {
            "id": each.id,
            "channel": each.channel.value,
            "state": each.state.value,
            "attempts": each.attempts,
            "due": each.due.isoformat() if each.state.is_waiting else None,
            "error": each.error or None,
            "receipt": each.receipt.value if each.receipt else None,
        }
        for each in entries
    ]
    if as_json:
        show_json({"departures": rows, "more": more is not None})
        return 0
    columns = ("Envoi", "Voie", "État", "Essais", "Prochain essai", "Erreur ou accusé")
    show_table(
        "Envois de documents, le dernier en tête",
        columns,
        [
            [
                e.id,
                e.channel,
                e.state,
                str(e.attempts),
                in_france(e.due if e.state.is_waiting else None),
                e.error or e.receipt or "",
            ]
            for e in entries
        ],
    )
    return 0


def _own(file: Path, rpps: str, as_json: bool) -> int:
    settings = Settings()
    codes = _codes(file)
    if settings.token is None and not rpps:
        raise Invalid.because("usage", "Qui demande n'est pas dit.", "Donner CIRCUITBIO_TOKEN, ou --rpps.")
    body = parameters(*({"name": "code", "valueString": code.value} for code in codes))
    answer = _client(settings).operation("$document-status", body, f"prescriber:{rpps}:")
    told = [_followed(code, parts) for code, parts in zip(codes, _documents(answer), strict=True)]
    if as_json:
        show_json({"documents": told})
        return 0
    for one in told:
        say(f"{one['code']} : {one['status']}")
        for each in one["departures"]:
            _say_departure(each)
    return 0


def _documents(answer: Answer) -> list[list[Json]]:
    return [each["part"] for each in answer.json.get("parameter", ()) if each["name"] == "document"]


def _followed(code: EpuCode, parts: Sequence[Json]) -> Json:
    """What is told of one code, which is shown by its ends."""
    departures = [
        {part["name"]: next(v for k, v in part.items() if k != "name") for part in each["part"]}
        for each in parts
        if each["name"] == "departure"
    ]
    status = next(each["valueCode"] for each in parts if each["name"] == "status")
    return {"code": str(code), "status": status, "departures": departures}


def _codes(file: Path) -> list[EpuCode]:
    """The codes of a file, one a line; a fault is told by its line, never by what stands there."""
    try:
        lines = [line.strip() for line in read_file(file).decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise Invalid.because("unreadable", f"{file} n'est pas un texte en UTF-8.", "Un code par ligne.") from None
    codes = []
    for number, line in enumerate(lines, 1):
        if line:
            try:
                codes.append(EpuCode.from_typing(line))
            except Invalid as error:
                raise Invalid([finding.at(f"{file}:{number}") for finding in error.findings]) from None
    if not 1 <= len(codes) <= MAX_CODES:
        raise Invalid.because("usage", f"{file} tient {len(codes)} code(s).", f"De 1 à {MAX_CODES}, un par ligne.")
    return codes


def _client(settings: Settings) -> ServiceClient:
    token = settings.token
    return ServiceClient(settings.url, token.get_secret_value() if token else "")


def _author(prescription: Prescription) -> str:
    """The caller of a development token: who signed."""
    author = prescription.author
    finess = author.organization.finess if author.organization else None
    return f"prescriber:{author.practitioner.rpps}:{finess or ''}"


def _tell(code: str, departures: Sequence[dict[str, str]], as_json: bool) -> None:
    if as_json:
        show_json({"code": code, "departures": [*departures]})
        return
    say(f"{code} : {len(departures)} envoi(s)")
    for each in departures:
        _say_departure(each)


def _say_departure(departure: Json) -> None:
    more = departure.get("error") or departure.get("receipt")
    told = f" ({more})" if more else ""
    say(f"  {departure['channel']} : {departure['state']}{told}, envoi {departure['id']}")
