"""`circuitbio epu`: the anonymous base looked after: audit checked, old orders deleted, a new secret brought in."""

from datetime import timedelta
from typing import Annotated

import typer

from circuitbio.cli.terminal import say, show_json
from circuitbio.database import opened_database, operator_name
from circuitbio.pepper_source import rotate as rotate_secrets
from circuitbio.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON.")]


@app.command("verify-audit")
def verify_audit(as_json: AsJson = False) -> int:
    """Recalcule toute la chaîne du journal ; 1 si un maillon ne tient pas, et lequel."""
    with opened_database(Settings()) as database:
        check = database.verify_audit()
    whole = check.broken_at is None
    if as_json:
        show_json(
            {
                "ok": whole,
                "chained": check.chained,
                "waiting": check.waiting,
                "broken_at": check.broken_at,
                "head": check.head.hex(),
            }
        )
        return 0 if whole else 1
    say(f"{check.chained} maillon(s) intact(s), {check.waiting} ligne(s) pas encore chaînée(s).")
    say(f"Dernière empreinte intacte, à noter ailleurs : {check.head.hex()}")
    if not whole:
        say(f"Chaîne rompue au maillon {check.broken_at} : cette ligne a été changée, retirée, déplacée ou ajoutée.")
    return 0 if whole else 1


@app.command("purge")
def purge(as_json: AsJson = False) -> None:
    """Supprime ce qui a dépassé sa durée de conservation, comme le service le fait lui-même toutes les heures."""
    with opened_database(Settings()) as database:
        purged = database.purge(operator_name())
    if as_json:
        show_json({"orders": purged.orders, "answers": purged.answers, "documents": purged.documents})
    else:
        say(f"{purged.orders} ordonnance(s) et {purged.answers} réponse(s) gardée(s) supprimée(s).")
        say(f"{purged.documents} document(s) et envoi(s) supprimé(s).")


@app.command("rotate")
def rotate(
    delay: Annotated[
        int, typer.Option(help="Minutes avant qu'il serve : le temps de le copier sur les autres machines.", min=1)
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Ajoute un secret sous lequel les ordonnances seront scellées ; les anciens restent, pour ouvrir les autres."""
    settings = Settings()
    with opened_database(settings) as database:  # refuses the file of another base
        orders = database.orders_by_pepper()
    new, start = rotate_secrets(settings, timedelta(minutes=delay))
    if as_json:
        show_json({"kid": new.kid, "from": start.isoformat(), "orders": orders})
        return
    say(f"Secret {new.kid} ajouté ; il scellera à partir du {start.astimezone():%d/%m/%Y à %H:%M:%S}.")
    say("Avant cela, copier le fichier des secrets sur chaque machine du service. Après, en refaire la sauvegarde.")
    for kid, count in sorted(orders.items()):
        say(f"{count} ordonnance(s) sous {kid} : chacune change de secret quand son code est présenté.")
