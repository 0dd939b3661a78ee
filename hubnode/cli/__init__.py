"""The command `hubnode`. One file a noun; what is heavy is imported inside the command."""

import sys
from typing import Annotated

import typer

from hubnode.cli import catalogue, decisions, imports, key, node, records, serve, sync
from runtime.collector import collect_seldom
from runtime.console import never_ask, quieten, run

EXAMPLES = """\b
  hubnode init --data ./node
  hubnode enrol jipp1-... --data ./node
  hubnode import commit inovasi.xlsx --mapping template --data ./node
  hubnode sync now --data ./node

The node of one hub: its own records, signed and synced with the centre, and a copy of the national
catalogue that works without a network."""

app = typer.Typer(
    help=EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (node, serve, imports, records, sync, decisions, catalogue, key):
    part.add_commands(app)


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
