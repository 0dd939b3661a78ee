"""`central agency`: agencies that were renamed, merged or moved."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.batches import DryRunOption, in_batches
from central.cli.common import DATA_DEFAULT, AgencyOption, ByOption, DataOption, centre_of
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, counted, emit_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from central.casework.agencies import Moved
    from central.casework.person import Person
    from central.centre import Centre
    from protocol.canonical import Json


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    agency = group("agency", "Agencies of records.", "central agency move NAME --to JSON")
    sentence = "Curate the agency of every record that names one of this name."
    examples = (
        "central agency move 'Dinas Kesehatan Papua' --hub 94 --dry-run --by rina "
        "--agency kemendagri \\\n"
        """  --to '{"name":"Dinas Kesehatan Papua Tengah","kind":"provinsi"}'"""
    )
    agency.command("move", help=helped(examples, sentence), short_help=sentence)(move)
    agency.callback()(_agencies)
    app.add_typer(agency)


def _agencies() -> None:
    """Makes `move` a word of its own although it is the only one."""


def move(
    name: Annotated[str, typer.Argument(help="The agency's name, exactly as records have it.")],
    *,
    to: Annotated[str, typer.Option("--to", help="What it is from now on: `agency`, as JSON.")],
    by: ByOption,
    agency: AgencyOption,
    hub: Annotated[str, typer.Option(help="Only records of this hub.")] = "",
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends one curation a record to the national log, in batches."""
    from central.casework import agencies  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    after = _agency(to)
    person = Person(by=by, agency=agency.value)
    moved = None
    with centre_of(data) as centre:
        found = centre.db.read_sync(
            lambda conn: agencies.records_of(conn, centre, name, after, hub=hub)
        )
        if not json:
            say(f"Records of {name}: {len(found)}.")
        if found and not dry_run:
            question = f"Curate the agency of {counted(len(found), 'record')}?"
            if not confirm(question, assume_yes=yes):
                raise CommandFailed("Nothing was changed.")
            moved = _move_all(centre, found, name, after, person)
    if json:
        counts = {"found": len(found), "moved": len(moved.records) if moved else 0}
        emit_json({**counts, "left": list(moved.left) if moved else [], "dry_run": dry_run})
    elif moved is None:
        say("Nothing was decided.")
    else:
        say(f"Curated: {len(moved.records)}.")
    if moved and moved.left:
        say(f"Left, because a person has to look at them: {', '.join(moved.left)}")


def _agency(text: str) -> "dict[str, Json]":
    from protocol.innovation.fields import assignment  # noqa: PLC0415

    try:
        _, value = assignment(f"agency={text}")
    except ValueError as error:
        raise CommandFailed(str(error), exit_code=ExitCode.USAGE) from error
    if not isinstance(value, dict):
        raise CommandFailed("--to takes a JSON object.", exit_code=ExitCode.USAGE)
    return value


def _move_all(
    centre: "Centre",
    found: "Sequence[str]",
    name: str,
    after: "dict[str, Json]",
    person: "Person",
) -> "Moved":
    from central.casework import agencies  # noqa: PLC0415

    def work(conn: "Connection", records: "Sequence[str]") -> "Moved":
        return agencies.move(conn, centre, records, name=name, agency=after, person=person)

    done = in_batches(centre, found, "Curating", work)
    return agencies.Moved(
        records=tuple(it for part in done for it in part.records),
        left=tuple(it for part in done for it in part.left),
    )
