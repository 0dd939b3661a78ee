"""The command `central`. One file a noun; what is heavy is imported inside the command."""

import sys
from typing import Annotated

import typer

from central.cli import config, conflict, hub, log, rebuild, record, serve
from runtime.collector import collect_seldom
from runtime.console import never_ask, quieten, run

EXAMPLES = """\b
  central init --data ./pusat --authority jippnas.go.id --url https://pusat.jippnas.go.id
  central serve --data ./pusat
  central hub invite 51 --name "Provinsi Bali" --data ./pusat

The centre of a federation of innovation hubs: it mirrors their logs, decides, and publishes one
national log and catalogue."""

app = typer.Typer(
    help=EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
serve.add_commands(app)
hub.add_commands(app)
log.add_commands(app)
conflict.add_commands(app)
rebuild.add_commands(app)
record.add_commands(app)
config.add_commands(app)


@app.callback()
def options(
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what is wrong.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; refuse.")] = False,
) -> None:
    """What holds for every command."""
    if quiet:
        quieten()
    if no_input:
        never_ask()


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    collect_seldom()
    sys.exit(run(app))
