"""`circuitbio lcsd import|listen|received|supplier`: catalogues that laboratories publish to us (lcsd.md §7)."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.received_json import write_received
from circuitbio.cli.terminal import (
    check_finess,
    check_readable,
    complain,
    findings_json,
    say,
    show_findings,
    show_json,
    show_table,
)
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from hl7v2.mllp_server import MllpServer
from hl7v2.tls import server_context
from kernel.clock import SystemClock
from kernel.errors import CircuitbioError, Invalid, NotFound
from kernel.findings import errors
from kernel.french_time import in_france
from lcsd.consumer import Consumer, FileReport
from lcsd.exchange_file import is_temporary, open_file, write_whole
from lcsd.messages.control import Processing
from storage.receiving import SqlReceiving
from terminology.receiving.arrival import Arrival
from terminology.receiving.supplier import Supplier

Finess = Annotated[str, typer.Argument(metavar="FINESS", help="Laboratoire qui publie.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]
supplier_app = typer.Typer(no_args_is_help=True, help="Les laboratoires dont les publications sont prises.")
_REPLY = ".mfk.hl7"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def add_to(app: typer.Typer) -> None:
    """Puts these commands under `circuitbio lcsd`."""
    app.command("import")(import_)
    app.command("listen")(listen)
    app.command("received")(received)
    app.add_typer(supplier_app, name="supplier")


def import_(
    path: Annotated[Path, typer.Argument(metavar="FICHIER|DOSSIER", help="Fichier LCSD, ou dossier où ils arrivent.")],
    replies: Annotated[Path | None, typer.Option(help="Dossier où déposer les acquittements (MFK).")] = None,
    as_json: AsJson = False,
) -> int:
    """Prend une publication LCSD dans la base, entière ou pas du tout ; toute faute est située.

    D'un dossier, prend chaque fichier .hl7 ; ceux qui l'ont déjà été ne changent rien.
    """
    files = _files(path)
    for file in files:
        check_readable(file)
    if replies is not None and not replies.is_dir():
        raise Invalid.because("usage", f"{replies} n'est pas un dossier.", "Le créer d'abord.")
    told = []
    with opened_database(Settings()) as database:
        consumer = Consumer(database.receiving, SystemClock())
        for file in files:
            told.append((file, _take(consumer, file, replies)))
    refused = sum(report.arrival is None and not report.again for _, report in told)
    if as_json:
        show_json({"files": [_as_json(file, report) for file, report in told]})
    else:
        for file, report in told:
            show_findings(report.findings)
            say(f"{file.name} : {_outcome(report)}")
    return complain(f"{refused} fichier(s) refusé(s), rien n'en est importé.") if refused else 0


def listen(
    host: Annotated[str, typer.Option(help="Adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.", min=0, max=65535)] = 2575,
    ca: Annotated[Path | None, typer.Option(help="Autorité des certificats des laboratoires (PEM).")] = None,
    certificate: Annotated[Path | None, typer.Option(help="Notre certificat (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Sa clé (PEM).")] = None,
    clear_text: Annotated[bool, typer.Option("--sans-tls", help="Oui, en clair hors de l'hôte local.")] = False,
) -> int:
    """Reçoit par MLLP les publications des laboratoires déclarés, jusqu'à Ctrl-C."""
    tls = [path for path in (ca, certificate, key) if path]
    if tls and len(tls) < 3:
        raise Invalid.because("usage", "TLS demande --ca, --certificate et --key ensemble.", "Donner les trois.")
    if not tls and host not in _LOOPBACK and not clear_text:
        raise Invalid.because("usage", "Sans TLS, seul l'hôte local est admis.", "Donner --ca, ou --sans-tls.")
    try:
        context = server_context(*map(str, tls)) if tls else None
    except OSError as error:
        raise Invalid.because(
            "usage", f"Certificat ou clé illisible ({error.strerror or 'PEM'}).", "Vérifier."
        ) from None
    with opened_database(Settings()) as database:
        server = MllpServer(Consumer(database.receiving, SystemClock()).answer, host, port, context)
        try:
            asyncio.run(_serve(server))
        except OSError as error:
            raise Invalid.because("usage", f"Écoute impossible sur {host}:{port} ({error.strerror}).", "") from None
    return 0


def received(finess: Finess, as_json: AsJson = False) -> int:
    """Ce qu'un laboratoire a publié ici : ce qui est en vigueur, ce qui attend sa date, ce qui a été refusé."""
    check_finess(finess)
    now = SystemClock().now()
    with _store() as store:
        if as_json:
            show_json(write_received(store, finess, now))
            return 0
        arrivals, messages = store.arrivals(finess), store.messages(finess)
    rows = ((str(a.number), " ".join(a.events), in_france(a.due), "à venir" if a.waits(now) else "") for a in arrivals)
    show_table(f"Publications reçues de {finess}", ("N°", "Fichiers maîtres", "Bascule", "État"), rows)
    told = ((m.control_id, m.event, in_france(m.received), m.code, m.detail) for m in messages)
    show_table("Messages", ("Identifiant", "Message", "Reçu", "Réponse", "Première erreur"), told)
    return 0


@supplier_app.command("set")
def set_(
    finess: Finess,
    application: Annotated[str, typer.Option(help="Application qui envoie (MSH-3).")] = "CATALOGUE",
    name: Annotated[str, typer.Option(help="Nom du laboratoire, pour mémoire.")] = "",
    processing: Annotated[
        Processing, typer.Option(help="Ce qui est accepté : P production, T formation, D mise au point.")
    ] = Processing.PRODUCTION,
) -> int:
    """Déclare un laboratoire dont les publications sont prises, ou le change."""
    check_finess(finess)
    if not 1 <= len(application) <= 20:
        raise Invalid.because("usage", "L'application a 1 à 20 caractères.", "Celle de MSH-3.")
    with _store() as store:
        store.save_supplier(Supplier(finess, application, name, processing.value))
    say(f"Les publications de {finess} ({application}) sont prises")
    return 0


@supplier_app.command("list")
def list_(as_json: AsJson = False) -> int:
    """Les laboratoires déclarés."""
    with _store() as store:
        found = store.suppliers()
    if as_json:
        keys = ("finess", "application", "name", "processing")
        show_json({"suppliers": [{key: getattr(s, key) for key in keys} for s in found]})
    else:
        rows = ((s.finess, s.application, s.name, s.processing) for s in found)
        show_table("Laboratoires déclarés", ("FINESS", "Application", "Nom", "Usage"), rows)
    return 0


@supplier_app.command("remove")
def remove(finess: Finess) -> int:
    """Ne prend plus les publications d'un laboratoire ; ce qu'il a publié reste."""
    with _store() as store:
        if not store.delete_supplier(finess):
            raise NotFound.because(
                "unknown-supplier", f"Laboratoire non déclaré : {finess}.", "Voir lcsd supplier list."
            )
    say(f"Les publications de {finess} ne sont plus prises")
    return 0


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.hl7") if not is_temporary(file) and not file.name.endswith(_REPLY))


def _take(consumer: Consumer, file: Path, replies: Path | None) -> FileReport:
    try:
        data, findings = open_file(file)
        report = consumer.take_file(data, file.stem + _REPLY, findings)
    except CircuitbioError as error:
        return FileReport(error.findings, None, b"")
    if replies is not None and report.replies:
        write_whole(replies / (file.stem + _REPLY), report.replies)
    return report


def _outcome(report: FileReport) -> str:
    if report.again:
        return "déjà pris, rien ne change"
    if report.arrival is None:
        return f"refusé en entier, {len(errors(report.findings))} erreur(s)"
    events = " ".join(report.arrival.events)
    waits = report.arrival.waits(SystemClock().now())
    return f"{events}, {f'en vigueur le {in_france(report.arrival.due)}' if waits else 'en vigueur'}"


def _as_json(file: Path, report: FileReport) -> dict[str, object]:
    arrival: Arrival | None = report.arrival
    return {
        "file": file.name,
        "refused": arrival is None and not report.again,
        "again": report.again,
        "events": list(arrival.events) if arrival else [],
        "switch": arrival.due.isoformat() if arrival else None,
        "findings": findings_json(report.findings),
    }


async def _serve(server: MllpServer) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with server:
        say(f"Réception LCSD en MLLP sur {server.host}:{server.port}, {'TLS' if server.tls else 'en clair'}")
        say("Ctrl-C pour arrêter.")
        await stop.wait()


@contextmanager
def _store() -> Iterator[SqlReceiving]:
    with opened_database(Settings()) as database:
        yield database.receiving
