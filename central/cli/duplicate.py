"""`central duplicate`: records that may be of one innovation."""

import typer

from central.cli import verdict
from runtime.command_line import group


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands, and the verdicts."""
    example = "central duplicate distinct ID OTHER --by rina --reason 'Dua kota'"
    duplicate = group("duplicate", "Judge records that may be of one innovation.", example)
    verdict.add_to(duplicate)
    app.add_typer(duplicate)
