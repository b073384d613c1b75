"""The command line (interface.md §6): exit status 0 done, 1 errors in the content, 2 could not run, in one line.

A command is known here by its name and its line of help. Its module, and all that the module needs, is imported once
the command is called: `circuitbio --help` does not wait for the database, nor `serve` for the reading of workbooks.
"""

import sys
from importlib import import_module

import typer
from typer._click import Command, Context  # typer carries its own click and exports no base class
from typer._click import exceptions as usage
from typer.core import TyperGroup
from typer.main import get_command

from circuitbio.cli.terminal import complain, say
from kernel.errors import CircuitbioError

COMMANDS = {
    "serve": "Démarre le service sur 127.0.0.1 avec la base SQLite et la recherche embarquée.",
    "demo": "Joue l'histoire entière sur les trois ordonnances d'exemple, contre le service de CIRCUITBIO_URL.",
    "doctor": "Dit ce qui manque sur cette machine, et comment l'obtenir.",
    "order": "Une ordonnance (Bundle FHIR JSON) dans un fichier.",
    "document": "Le document EP-BIO (CDA R2) d'une ordonnance : l'écrire, le lire, le confier, le suivre.",
    "ins": "Le datamatrix INS : lire ce qu'une douchette a scanné.",
    "basket": "Paniers d'examens : les lister, les écrire dans un fichier, les relire.",
    "search": "Recherche d'examens.",
    "lcsd": "Catalogue de laboratoire en IHE LCSD (fichier HL7 v2.5).",
    "epu": "La base anonyme : journal vérifié, durées de conservation appliquées, secrets renouvelés.",
    "backup": "Sauvegarde la base dans un fichier, service en marche ; les secrets n'y sont jamais.",
    "restore": "Remet une sauvegarde, en entier ou pas du tout, après l'avoir vérifiée.",
    "terminology": "Versions du jeu de valeurs Circuit de la biologie.",
    "transcoding": "Transcodage des catalogues de laboratoire.",
}


class _LoadedWhenCalled(TyperGroup):
    """Lists its commands without importing them."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that is called, in place of the one that is listed."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else listed, rest


def load(name: str) -> Command:
    """The command of this name: the `app` of the module of this name."""
    module_app: typer.Typer = import_module(f"{__name__}.{name}").app
    command = get_command(module_app)
    command.help = COMMANDS[name]
    return command


app = typer.Typer(
    cls=_LoadedWhenCalled,
    help="La prescription de biologie médicale, de la première frappe au dernier résultat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for _name, _help in COMMANDS.items():
    app.command(_name, help=_help)(lambda: None)


def main() -> None:
    """Runs the command line and ends the process."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and gives its exit status."""
    try:
        status = get_command(app).main(args=arguments, prog_name="circuitbio", standalone_mode=False)
    except usage.NoArgsIsHelpError as help_text:
        say(help_text.format_message())
        return 0
    except usage.ClickException as error:
        return complain(f"{error.format_message()} — voir circuitbio --help")
    except CircuitbioError as error:
        first = error.findings[0]
        return complain(" ".join(part for part in (first.path, first.message, first.hint) if part))
    except OSError as error:
        return complain(f"{error.filename or ''} : {error.strerror}")
    except (typer.Abort, KeyboardInterrupt):
        return 130
    return status if isinstance(status, int) else 0
