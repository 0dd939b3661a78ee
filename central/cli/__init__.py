"""The command `central`. One file a noun; what is heavy is imported inside the command."""

from central.cli import (
    agency,
    alert,
    award,
    campaign,
    config,
    conflict,
    courier,
    doctor,
    dump,
    duplicate,
    evidence,
    export,
    held,
    hub,
    log,
    number,
    policy,
    rebuild,
    record,
    recover,
    redact,
    serve,
    token,
    user,
    webhook,
    witness,
)
from runtime.command_line import leave_with, program

EXAMPLES = """\b
  central init --data ./pusat --authority jippnas.go.id --url https://pusat.jippnas.go.id
  central serve --data ./pusat
  central hub invite 51 --name "Provinsi Bali" --data ./pusat

The centre of a federation of innovation hubs: it mirrors their logs, decides, and publishes one
national log and catalogue."""

app = program(EXAMPLES)
serve.add_commands(app)
doctor.add_commands(app)
hub.add_commands(app)
log.add_commands(app)
evidence.add_commands(app)
conflict.add_commands(app)
duplicate.add_commands(app)
held.add_commands(app)
campaign.add_commands(app)
policy.add_commands(app)
courier.add_commands(app)
rebuild.add_commands(app)
export.add_commands(app)
dump.add_commands(app)
record.add_commands(app)
redact.add_commands(app)
recover.add_commands(app)
number.add_commands(app)
award.add_commands(app)
agency.add_commands(app)
config.add_commands(app)
alert.add_commands(app)
user.add_commands(app)
token.add_commands(app)
webhook.add_commands(app)
witness.add_commands(app)


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    leave_with(app)
