"""`central record`: curation of a record at the centre."""

from typing import Annotated

import typer

from central.agency import Agency
from central.cli import publication, transfer
from central.cli.common import DATA_DEFAULT, AgencyOption, ByOption, DataOption, centre_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    record = group(
        "record", "Curate, give away, hide and show records.", "central record curate ID ..."
    )
    sentence = "Amend a record as a curator; the owner sees it and may answer."
    examples = "central record curate ID --set title='Antrean Daring' --by rina --agency panrb"
    record.command("curate", help=helped(examples, sentence), short_help=sentence)(curate)
    transfer.add_to_record(record)
    publication.add_to(record)
    app.add_typer(record)


def curate(
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    *,
    set_: Annotated[
        list[str], typer.Option("--set", help="FIELD=VALUE; text as it is, else JSON.")
    ],
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends a curation to the national log."""
    from central.casework import conflicts  # noqa: PLC0415
    from protocol.innovation.fields import assignment  # noqa: PLC0415

    try:
        values = dict(assignment(text) for text in set_)
    except ValueError as error:
        raise CommandFailed(str(error), exit_code=ExitCode.USAGE) from error
    with centre_of(data) as centre:
        written = centre.db.run_sync(
            lambda conn: conflicts.curate(
                conn, centre, record=record, set_=values, by=by, agency=agency.value
            )
        )
        hidden = centre.db.read_sync(lambda conn: conflicts.is_hidden(conn, centre, record))
    if json:
        emit_json({"record": record, "fields": written})
    else:
        say("Curated." if written else f"{record} says that already; nothing was decided.")
    if hidden:
        say("It is withdrawn, so readers do not see it until its hub restores it.")
