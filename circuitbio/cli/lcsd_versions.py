"""`circuitbio lcsd send|status|withdraw|…`: the versions of the base, who receives them, what was sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.lcsd_json import write_state
from circuitbio.cli.terminal import check_finess, findings_json, say, show_bytes, show_findings, show_json, show_table
from circuitbio.database import open_database, operator_name
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid, NotFound
from kernel.french_time import in_france
from lcsd.delivery import Sender
from lcsd.publishing import Publisher
from terminology.catalogue import Catalogue
from terminology.lab_catalogue import LabCatalogue
from terminology.opening import open_release
from terminology.publishing.delivery import Acknowledgements, Channel, Delivery, DeliveryState, Subscriber

Finess = Annotated[str, typer.Argument(metavar="FINESS", help="Laboratoire qui publie.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]
subscriber_app = typer.Typer(no_args_is_help=True, help="Qui reçoit les versions d'un laboratoire.")


def add_to(app: typer.Typer) -> None:
    """Puts these commands under `circuitbio lcsd`."""
    app.command("send")(send)
    app.command("status")(status)
    app.command("withdraw")(withdraw)
    app.command("content")(content)
    app.command("diff")(diff)
    app.add_typer(subscriber_app, name="subscriber")


def publish_version(catalogue: LabCatalogue, note: str, *, confirm: bool, as_json: bool) -> int:
    """Makes a catalogue the next version of its laboratory, queued for its subscribers; `Invalid` tells all."""
    with publishing(catalogue.laboratory.finess, with_value_set=True) as publisher:
        publisher.save(catalogue, note)
        version, warnings = publisher.publish(confirm_removals=confirm)
        subscribers = publisher.store.subscribers(version.finess)
    if as_json:
        show_json(
            {
                "finess": version.finess,
                "version": version.number,
                "sha256": version.sha256,
                "subscribers": [s.name for s in subscribers],
                "warnings": findings_json(warnings),
            }
        )
        return 0
    show_findings(warnings)
    say(f"{version.finess} : version {version.number} publiée, à envoyer à {len(subscribers)} abonné(s)")
    return 0


def send(
    finess: Annotated[str, typer.Argument(metavar="[FINESS]", help="Avec --reprendre : le laboratoire.")] = "",
    again: Annotated[
        str, typer.Option("--reprendre", help="Renvoie d'abord ce que cet abonné a refusé ou n'a pu recevoir.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Envoie ce qui est dû à chaque abonné, et lit les acquittements déposés ; 1 si quelque chose a échoué."""
    if again and not finess:
        raise Invalid.because("finess", "--reprendre demande le FINESS du laboratoire.", "Le donner.", "FINESS")
    with publishing(finess) as publisher:
        if again:
            publisher.resend(again)
        done = Sender(publisher.store, publisher.clock).run()
        every = _latest(publisher.store.deliveries(finess))
    left = sum(d.state.is_waiting for d in every)
    bad = sum(d.state in (DeliveryState.REFUSED, DeliveryState.FAILED) for d in every)
    if as_json:
        show_json({"sent": done, "waiting": left, "refused_or_failed": bad})
    else:
        say(f"{done} envoyé(s) ou acquitté(s), {left} en attente, {bad} refusé(s) ou en échec")
    return 1 if bad else 0


def status(finess: Finess, as_json: AsJson = False) -> int:
    """Les versions d'un laboratoire, ses abonnés, et l'état de chaque envoi."""
    with publishing(finess) as publisher:
        if as_json:
            show_json(write_state(publisher))
            return 0
        versions, deliveries = publisher.store.versions(finess), publisher.store.deliveries(finess)
        behind = publisher.behind()
    rows = (
        (str(v.number), v.state.label, v.author, in_france(v.effective_from), in_france(v.effective_to), v.note)
        for v in versions
    )
    show_table(f"Versions de {finess}", ("N°", "État", "Auteur", "Du", "Au", "Note"), rows)
    sent = (
        (d.subscriber, str(d.version), d.identifier, d.state.label, str(d.attempts), in_france(d.sent), d.detail)
        for d in deliveries
    )
    show_table("Envois", ("Abonné", "Version", "Message", "État", "Essais", "Dernier envoi", "Détail"), sent)
    if behind:
        say(f"Pas encore à la version courante : {', '.join(behind)}")
    return 0


def withdraw(
    finess: Finess,
    note: Annotated[str, typer.Option(help="Pourquoi la version est retirée.")] = "",
    abandon: Annotated[
        bool, typer.Option("--abandonner-brouillon", help="Oui, le brouillon ouvert peut être perdu.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Retire la version courante : le contenu d'avant est publié sous un nouveau numéro."""
    with publishing(finess) as publisher:
        version = publisher.withdraw(note, abandon_draft=abandon)
    if as_json:
        show_json({"finess": finess, "version": version.number, "sha256": version.sha256})
    else:
        say(f"{finess} : version {version.number} publiée, avec le contenu d'avant")
    return 0


def content(finess: Finess, number: Annotated[int, typer.Argument(metavar="VERSION", show_default=False)]) -> int:
    """Les octets exacts d'une version, sur la sortie standard."""
    with publishing(finess) as publisher:
        found = publisher.store.content(finess, number)
    if found is None:
        raise NotFound.because("unknown-version", f"Version inconnue : {number}.", "Voir circuitbio lcsd status.")
    show_bytes(found)
    return 0


def diff(
    finess: Finess,
    number: Annotated[int, typer.Argument(metavar="VERSION", show_default=False)],
    as_json: AsJson = False,
) -> int:
    """Ce qu'une version change de celle publiée avant elle, champ par champ."""
    with publishing(finess) as publisher:
        found = publisher.diff(number)
    if as_json:
        changed = {c.local_code: [name for name, *_ in c.fields] for c in found.changed}
        show_json({"added": list(found.added), "removed": list(found.removed), "changed": changed})
        return 0
    rows = [
        *((code, "ajouté", "", "") for code in found.added),
        *((code, "supprimé", "", "") for code in found.removed),
        *((c.local_code, name, str(was), str(now)) for c in found.changed for name, was, now in c.fields),
    ]
    show_table(f"Version {number} de {finess}", ("Code local", "Champ", "Avant", "Après"), rows)
    return 0


@subscriber_app.command("set")
def set_(
    finess: Finess,
    name: Annotated[str, typer.Argument(metavar="NOM", show_default=False)],
    application: Annotated[str, typer.Option(help="Application destinataire.")],
    receiver_finess: Annotated[str, typer.Option(help="FINESS géographique du destinataire.")],
    folder: Annotated[Path | None, typer.Option(help="Dossier de dépôt : voie par fichier.")] = None,
    replies: Annotated[Path | None, typer.Option(help="Dossier où reviennent ses fichiers MFK.")] = None,
    mllp: Annotated[str, typer.Option(metavar="HOTE:PORT", help="Voie MLLP.")] = "",
    ca: Annotated[Path | None, typer.Option(help="Autorité de son certificat (PEM).")] = None,
    certificate: Annotated[Path | None, typer.Option(help="Notre certificat (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Sa clé (PEM).")] = None,
    clear_text: Annotated[bool, typer.Option("--sans-tls", help="Oui, en clair hors de l'hôte local.")] = False,
    processing: Annotated[str, typer.Option(help="P production, T formation, D mise au point.")] = "P",
    connect_seconds: Annotated[int, typer.Option(min=1, help="Délai de connexion, en secondes.")] = 10,
    reply_seconds: Annotated[int, typer.Option(min=1, help="Délai d'acquittement, en secondes.")] = 60,
    acknowledgements: Annotated[
        Acknowledgements, typer.Option(help="Entrées à acquitter une à une (MFI-6) : toutes, erreurs, aucune, succès.")
    ] = Acknowledgements.ALL,
) -> int:
    """Ajoute un abonné ou le change ; un nouveau reçoit la version courante."""
    host, _, port = mllp.rpartition(":")
    if bool(mllp) == bool(folder) or (mllp and not port.isdecimal()):
        raise Invalid.because("subscriber", "Donner --folder DOSSIER, ou --mllp HOTE:PORT.", "L'un des deux.")
    asked = Subscriber(
        name,
        application,
        receiver_finess,
        Channel.MLLP if mllp else Channel.FILE,
        folder=_absolute(folder),
        replies=_absolute(replies),
        host=host.strip("[]"),
        port=int(port or 0),
        ca=_absolute(ca),
        certificate=_absolute(certificate),
        key=_absolute(key),
        clear_text=clear_text,
        processing=processing,
        connect_seconds=connect_seconds,
        reply_seconds=reply_seconds,
        acknowledgements=acknowledgements,
    )
    with publishing(finess) as publisher:
        publisher.subscribe(asked)
    say(f"{name} reçoit les versions de {finess}")
    return 0


@subscriber_app.command("list")
def list_(finess: Finess, as_json: AsJson = False) -> int:
    """Les abonnés d'un laboratoire."""
    with publishing(finess) as publisher:
        found = publisher.store.subscribers(finess)
    if as_json:
        show_json({"subscribers": [{"name": s.name, "channel": s.channel.value, "to": _where(s)} for s in found]})
    else:
        rows = ((s.name, s.application, s.finess, _where(s), "TLS" if s.ca else "", s.processing) for s in found)
        show_table(f"Abonnés de {finess}", ("Nom", "Application", "FINESS", "Voie", "Sécurité", "Usage"), rows)
    return 0


@subscriber_app.command("remove")
def remove(finess: Finess, name: Annotated[str, typer.Argument(metavar="NOM", show_default=False)]) -> int:
    """Met fin à un abonnement ; ce qui attendait n'est pas envoyé."""
    with publishing(finess) as publisher:
        publisher.unsubscribe(name)
    say(f"{name} ne reçoit plus les versions de {finess}")
    return 0


@contextmanager
def publishing(finess: str, *, with_value_set: bool = False) -> Iterator[Publisher]:
    """The publisher of a laboratory over the base of the settings, for whoever runs the command."""
    if finess:
        check_finess(finess)
    database = open_database(Settings())
    try:
        value_set = Catalogue(open_release(database.releases, "active")) if with_value_set else None
        yield Publisher(database.publishing, finess, operator_name(), SystemClock(), value_set)
    finally:
        database.close()


def _latest(every: tuple[Delivery, ...]) -> list[Delivery]:
    """The deliveries of the last version queued for each subscriber."""
    last = {(d.finess, d.subscriber): d.version for d in every}
    return [d for d in every if d.version == last[d.finess, d.subscriber]]


def _where(subscriber: Subscriber) -> str:
    return subscriber.folder if subscriber.channel is Channel.FILE else f"{subscriber.host}:{subscriber.port}"


def _absolute(path: Path | None) -> str:
    return str(path.absolute()) if path else ""
