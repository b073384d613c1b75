"""The command line (interface.md §6): exit status 0 done, 1 errors in the content, 2 could not run, in one line."""

import sys

import typer
from typer._click import exceptions as usage  # typer carries its own click and exports no base class
from typer.main import get_command

from circuitbio.cli import lcsd, order, search, terminology, transcoding
from circuitbio.cli.demo import demo
from circuitbio.cli.doctor import doctor
from circuitbio.cli.serve import serve
from circuitbio.cli.terminal import complain, say
from kernel.errors import CircuitbioError

app = typer.Typer(
    help="La prescription de biologie médicale, de la première frappe au dernier résultat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve)
app.command("demo")(demo)
app.command("doctor")(doctor)
app.add_typer(order.app, name="order")
app.add_typer(search.app, name="search")
app.add_typer(lcsd.app, name="lcsd")
app.add_typer(terminology.app, name="terminology")
app.add_typer(transcoding.app, name="transcoding")


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
