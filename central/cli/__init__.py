"""The command `central`. One file a noun; what is heavy is imported inside the command."""

import sys

import typer

from central.cli import config, conflict, hub, log, rebuild, record, serve
from runtime.collector import collect_seldom
from runtime.console import run

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


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    collect_seldom()
    sys.exit(run(app))
