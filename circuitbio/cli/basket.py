"""`circuitbio basket list|export|import`: baskets as JSON files, in the form of `/api/paniers` (interface.md §4)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.basket_json import read_basket, write_basket
from api.fhir.json import JsonObject, parse, serialise
from circuitbio.cli.terminal import read_file, say, show_json, show_table, write_file
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import CircuitbioError, Invalid, NotFound
from kernel.finess import well_formed as well_formed_finess
from kernel.rpps import well_formed as well_formed_rpps
from prescription.caller import Caller, Role
from prescription.ports import UnitOfWork
from prescription.rules.rule import RuleContext
from prescription.usecases.baskets import BasketDesk
from storage.database import Database
from terminology.catalogue import Catalogue
from terminology.opening import open_release

app = typer.Typer(no_args_is_help=True, add_completion=False)
Rpps = Annotated[
    str, typer.Option(help="Au nom de ce prescripteur ; à défaut les paniers partagés, en exploitant.", metavar="RPPS")
]
Finess = Annotated[str, typer.Option(help="Le site de ce prescripteur.", metavar="FINESS")]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]


@app.command("list")
def list_(rpps: Rpps = "", finess: Finess = "", as_json: AsJson = False) -> None:
    """Les paniers que l'on voit, avec leur version et qui les entretient."""
    with _at_work(rpps, finess, writing=False) as work:
        found = [work.written(basket.id) for basket in work.desk.listed()]
    if as_json:
        show_json({"baskets": found})
        return
    rows = ((str(b["id"]), str(b["name"]), _owner(b), str(b["version"]), str(len(_lines(b)))) for b in found)
    show_table("Paniers", ("Identifiant", "Nom", "Propriétaire", "Version", "Lignes"), rows)


@app.command("export")
def export(
    out: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier JSON à écrire.", show_default=False)],
    ids: Annotated[
        list[str] | None, typer.Option("--id", help="Ce panier, et pas les autres ; peut se répéter.", metavar="ID")
    ] = None,
    rpps: Rpps = "",
    finess: Finess = "",
) -> None:
    """Écrit des paniers dans un fichier, que import relit."""
    with _at_work(rpps, finess, writing=False) as work:
        found = [work.written(id_) for id_ in ids or [basket.id for basket in work.desk.listed()]]
    write_file(out, serialise({"baskets": found}) + b"\n")
    say(f"{out} : {len(found)} panier(s)")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier d'un export.", show_default=False)],
    rpps: Rpps = "",
    finess: Finess = "",
    as_json: AsJson = False,
) -> None:
    """Garde les paniers d'un fichier, tous ou aucun : un panier déjà tenu prend une version de plus."""
    content = parse(read_file(file))
    listed = content.get("baskets")
    if not isinstance(listed, list):
        raise Invalid.because("bad-parameter", "baskets manque.", 'Attendu : {"baskets": [...]}.', str(file))
    with _at_work(rpps, finess, writing=True) as work:
        kept = [work.keep(each, f"{file} baskets[{number}]") for number, each in enumerate(listed)]
        work.unit.commit()
    if as_json:
        show_json({"baskets": kept})
        return
    for basket in kept:
        say(f"{basket['id']} : {basket['name']}, version {basket['version']}")


@dataclass(frozen=True, slots=True)
class _Work:
    unit: UnitOfWork
    desk: BasketDesk
    base: str

    def written(self, id_: str) -> JsonObject:
        kept = self.desk.read(id_)
        return write_basket(kept.basket, self.base, kept.findings, editable=self.desk.may_write(kept.basket))

    def keep(self, sent: object, place: str) -> JsonObject:
        if not isinstance(sent, Mapping):
            raise Invalid.because("bad-parameter", "Un panier est un objet JSON.", "Corriger le fichier.", place)
        try:
            content, now = read_basket(dict(sent), self.base).content, SystemClock().now()
            known = self._known(str(sent.get("id") or ""))
            kept = self.desk.create(content, now) if known is None else self.desk.replace(*known, content, now)
        except CircuitbioError as error:
            error.findings = tuple(finding.at(f"{place} {finding.path}".strip()) for finding in error.findings)
            raise
        return write_basket(kept.basket, self.base, kept.findings)

    def _known(self, id_: str) -> tuple[str, int] | None:
        try:
            found = self.desk.read(id_).basket
        except NotFound:
            return None
        return found.id, found.version


@contextmanager
def _at_work(rpps: str, finess: str, *, writing: bool) -> Iterator[_Work]:
    settings = Settings()
    for name, number, good in (("--rpps", rpps, well_formed_rpps), ("--finess", finess, well_formed_finess)):
        if number and not good(number):
            raise Invalid.because("usage", f"{name} {number} est mal formé.", "RPPS : 11 chiffres ; FINESS : 9.")
    caller = Caller(Role.PRESCRIBER, rpps, finess) if rpps else Caller(Role.OPERATOR)
    with opened_database(settings) as database, database.units(writing=writing) as unit:
        yield _Work(unit, BasketDesk(caller, unit.baskets, _rules(database, settings)), settings.canonical_base)


def _rules(database: Database, settings: Settings) -> RuleContext:
    catalogue = Catalogue(open_release(database.releases, "active"))
    return RuleContext(catalogue, SystemClock().now().date(), settings.production)


def _owner(basket: JsonObject) -> str:
    owner = basket["owner"]
    return " ".join(f"{kind} {number}" for kind, number in owner.items()) if isinstance(owner, Mapping) else ""


def _lines(basket: JsonObject) -> list[object]:
    lines = basket["lines"]
    return list(lines) if isinstance(lines, list) else []
