"""`central record transfer`, `central hub transfer`: records that another hub owns from now on."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.batches import DryRunOption, in_batches
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    HubArgument,
    ReasonOption,
    RecordArgument,
    centre_of,
)
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, ExitCode, confirm, counted, emit_json, say, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from central.casework.ownership import Estate, Given
    from central.casework.person import Person
    from central.centre import Centre

ToOption = Annotated[str, typer.Option("--to", help="Id of the hub that is given them.")]
RegionOption = Annotated[
    list[str] | None,
    typer.Option("--region", help="Only records of this region, such as 94 or 94.01."),
]
WHO = '--reason "UU 15/2022" --by rina --agency kemendagri'


def add_to_record(record: typer.Typer) -> None:
    """Adds the command about one record."""
    sentence = "Give a record to another hub; its history stays whole."
    examples = f"central record transfer ID --to 94 {WHO}"
    record.command("transfer", help=helped(examples, sentence), short_help=sentence)(one)


def add_to_hub(hub: typer.Typer) -> None:
    """Adds the command about the records of a hub."""
    sentence = "Give a hub's records to another hub, all or those of some regions."
    examples = (
        f"central hub transfer 91 --to 94 --region 94 --dry-run {WHO}\n"
        f"central hub transfer 91 --to 94 --region 94.01 --region 94.02 {WHO}"
    )
    hub.command("transfer", help=helped(examples, sentence), short_help=sentence)(many)


def one(
    record: RecordArgument,
    *,
    to: ToOption,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the transfer to the national log."""
    from central.casework import ownership  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        giver, given = centre.db.run_sync(
            lambda conn: ownership.transfer(conn, centre, record, to=to, person=person)
        )
    if json:
        emit_json({"record": record, "giver": giver, "to": to, **_counts(given)})
    elif not given.records:
        say(f"{record} belongs to hub {to} already; nothing was decided.")
    else:
        say(f"{record} belongs to hub {to} now, and no more to hub {giver}.")
        _say_codes(given)


def many(
    giver: HubArgument,
    *,
    to: ToOption,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    region: RegionOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends one transfer a record to the national log, in batches."""
    from central.casework import ownership  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    if giver == to:
        raise CommandFailed(f"Hub {giver} owns them already.", exit_code=ExitCode.USAGE)
    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:

        def look(conn: "Connection") -> "Estate":
            ownership.check_receiver(conn, to)
            return ownership.estate(conn, centre, giver, region or [])

        found = centre.db.read_sync(look)
        shown = {"giver": giver, "to": to, "found": len(found.records), "dry_run": dry_run}
        if not json:
            _say_estate(found, giver)
        given = None
        if found.records and not dry_run:
            question = f"Give {counted(len(found.records), 'record')} of hub {giver} to hub {to}?"
            if not confirm(question, assume_yes=yes):
                raise CommandFailed("Nothing was changed.")
            given = give_all(centre, found.records, giver=giver, to=to, person=person)
    if json:
        emit_json({**shown, "regions": found.regions, **_counts(given)})
    elif given is not None:
        say(f"Given: {counted(len(given.records), 'record')} of hub {giver} to hub {to}.")
        _say_codes(given)


def give_all(
    centre: "Centre", records: "Sequence[str]", *, giver: str, to: str, person: "Person"
) -> "Given":
    """Gives records away, batch by batch."""
    from central.casework import ownership  # noqa: PLC0415

    def give(conn: "Connection", records: "Sequence[str]") -> "Given":
        return ownership.give(conn, centre, records, giver=giver, to=to, person=person)

    done = in_batches(centre, records, f"To hub {to}", give)
    return ownership.Given(
        records=tuple(it for part in done for it in part.records),
        recoded=tuple(it for part in done for it in part.recoded),
        left=tuple(it for part in done for it in part.left),
    )


def _say_estate(found: "Estate", giver: str) -> None:
    from protocol.innovation.regions import region_name  # noqa: PLC0415

    if not found.records:
        say(f"Hub {giver} has no such records; nothing was decided.")
        return
    rows = [(code or "-", region_name(code) or "-", n) for code, n in found.regions.items()]
    table(("region", "name", "records"), rows)
    withdrawn = f", {found.withdrawn} of them withdrawn" if found.withdrawn else ""
    former = f" With a region code of before: {found.former}." if found.former else ""
    say(f"Records of hub {giver}: {len(found.records)}{withdrawn}.{former}")


def _counts(given: "Given | None") -> dict[str, object]:
    if given is None:
        return {"given": 0, "recoded": 0, "left": []}
    return {
        "given": len(given.records),
        "recoded": len(given.recoded),
        "left": list(given.left),
    }


def _say_codes(given: "Given") -> None:
    if given.recoded:
        say(f"Region codes curated to those in force: {len(given.recoded)}.")
    if given.left:
        say(f"Curate the region of these yourself: {', '.join(given.left)}")
