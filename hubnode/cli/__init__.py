"""The command `hubnode`. One file a noun; what is heavy is imported inside the command."""

from hubnode.cli import (
    account,
    audit,
    backup,
    campaign,
    catalogue,
    config,
    contact,
    courier,
    decisions,
    doctor,
    evidence,
    imports,
    key,
    node,
    records,
    recover,
    replication,
    serve,
    sync,
)
from runtime.command_line import leave_with, program

EXAMPLES = """\b
  hubnode init --data ./node
  hubnode enrol jipp1-... --data ./node
  hubnode import commit inovasi.xlsx --mapping template --data ./node
  hubnode sync now --data ./node

The node of one hub: its own records, signed and synced with the centre, and a copy of the national
catalogue that works without a network."""

app = program(EXAMPLES)
PARTS = (
    node,
    config,
    serve,
    imports,
    records,
    contact,
    campaign,
    replication,
    sync,
    courier,
    decisions,
    catalogue,
    audit,
    evidence,
    key,
    recover,
    doctor,
    backup,
    account,
)
for part in PARTS:
    part.add_commands(app)


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    leave_with(app)
