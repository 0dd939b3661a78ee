"""`central number`: national registration numbers (NRI)."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.agency import Agency
from central.cli.batches import in_batches
from central.cli.common import DATA_DEFAULT, AgencyOption, ByOption, DataOption, centre_of
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, counted, emit_json, say, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from central.casework.person import Person
    from central.centre import Centre

ACCOUNT_DEFAULT = "registrar"


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    number = group("number", "Give registration numbers.", "central number assign --all")
    sentence = "Give a record, or every one that readers find, its number for ever."
    examples = "central number assign ID\ncentral number assign --all --yes --by rina"
    number.command("assign", help=helped(examples, sentence), short_help=sentence)(assign)
    number.callback()(_numbers)
    app.add_typer(number)


def _numbers() -> None:
    """Makes `assign` a word of its own although it is the only one."""


def assign(
    record: Annotated[str | None, typer.Argument(help="Id of the record.")] = None,
    *,
    all_: Annotated[
        bool, typer.Option("--all", help="Every record that readers find and that has none.")
    ] = False,
    by: ByOption = ACCOUNT_DEFAULT,
    agency: AgencyOption = Agency.PANRB,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends one assignment a record to the national log."""
    from central.casework.person import Person  # noqa: PLC0415

    if all_ == (record is not None):
        raise CommandFailed("Name one record, or say --all.", exit_code=ExitCode.USAGE)
    person = Person(by=by, agency=agency.value)
    with centre_of(data) as centre:
        if record is None:
            given = _to_all(centre, person, yes=yes)
        else:
            given = _to_one(centre, record, person)
    if json:
        emit_json({"items": [{"record": it, "number": number} for it, number in given.items()]})
    elif given:
        table(("record", "number"), list(given.items()))
        say(f"Numbers given: {len(given)}.")


def _to_one(centre: "Centre", record: str, person: "Person") -> dict[str, str]:
    from central.casework import numbers  # noqa: PLC0415

    known = centre.db.read_sync(lambda conn: numbers.number_of(conn, centre, record))
    if known is not None:
        say(f"{record} has the number {known} already; nothing was decided.")
        return {}
    return centre.db.run_sync(lambda conn: numbers.assign(conn, centre, [record], person))


def _to_all(centre: "Centre", person: "Person", *, yes: bool) -> dict[str, str]:
    from central.casework import numbers  # noqa: PLC0415

    wanting = centre.db.read_sync(lambda conn: numbers.unnumbered(conn, centre))
    if not wanting:
        say("Every record that readers find has a number; nothing was decided.")
        return {}
    if not confirm(f"Give numbers to {counted(len(wanting), 'record')}, for ever?", assume_yes=yes):
        raise CommandFailed("Nothing was changed.")

    def give(conn: "Connection", records: "Sequence[str]") -> dict[str, str]:
        return numbers.assign(conn, centre, records, person)

    done = in_batches(centre, wanting, "Numbers", give)
    return {record: number for part in done for record, number in part.items()}
