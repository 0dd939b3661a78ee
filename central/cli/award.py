"""`central award`: awards that records claim, and whether they were given."""

from typing import Annotated, Any

import typer

from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    RecordArgument,
    centre_of,
)
from runtime.command_line import JsonOption, group, helped
from runtime.console import emit_json, say, table

SchemeOption = Annotated[str, typer.Option(help="As the record writes it, such as 'Top 99'.")]
YearOption = Annotated[int, typer.Option(help="Of the award.")]
RankOption = Annotated[
    str | None, typer.Option(help="Its rank, where the record claims several of that year.")
]

COLUMNS = ("record", "hub", "title", "scheme", "year", "standing", "listed")


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    award = group("award", "Rule on awards that records claim.", "central award list --open")
    sentence = "List the awards that records claim, with their standing."
    award.command("list", help=helped("central award list --open", sentence), short_help=sentence)(
        list_
    )
    which = "ID --scheme 'Top 99' --year 2019"
    who = "--by rina --agency panrb"
    for name, command, why, sentence in (
        ("confirm", confirm, "Kepmen 16/2019", "Say that an award was given."),
        ("reject", reject, "Tidak ada dalam Kepmen", "Say that it was not."),
        ("reopen", reopen, "Keliru", "Take back what was said of it."),
    ):
        example = f'central award {name} {which} --reason "{why}" {who}'
        award.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(award)


def list_(
    *,
    open_: Annotated[bool, typer.Option("--open", help="Only those nobody has ruled on.")] = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints the claims; `listed` says whether the reference table has such an award."""
    from dataclasses import asdict  # noqa: PLC0415

    from central.casework import awards  # noqa: PLC0415

    standing = "open" if open_ else None
    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: awards.claims(conn, centre, standing=standing))
    rows = [asdict(claim) for claim in found]
    if json:
        emit_json({"items": rows})
    elif not rows:
        say("No award waits for a ruling." if open_ else "No record claims an award.")
    else:
        table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])


def confirm(
    record: RecordArgument,
    *,
    scheme: SchemeOption,
    year: YearOption,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    rank: RankOption = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the confirmation to the national log; `--reason` names the decree."""
    who = {"by": by, "agency": agency.value, "reason": reason}
    _rule(record, scheme, year, "confirmed", rank=rank, who=who, data=data, json=json)


def reject(
    record: RecordArgument,
    *,
    scheme: SchemeOption,
    year: YearOption,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    rank: RankOption = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the rejection to the national log."""
    who = {"by": by, "agency": agency.value, "reason": reason}
    _rule(record, scheme, year, "rejected", rank=rank, who=who, data=data, json=json)


def reopen(
    record: RecordArgument,
    *,
    scheme: SchemeOption,
    year: YearOption,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    rank: RankOption = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the reopening to the national log."""
    who = {"by": by, "agency": agency.value, "reason": reason}
    _rule(record, scheme, year, "open", rank=rank, who=who, data=data, json=json)


def _rule(
    record: str,
    scheme: str,
    year: int,
    standing: str,
    *,
    rank: str | None,
    who: dict[str, str],
    data: Any,
    json: bool,
) -> None:
    from central.casework import awards  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    with centre_of(data) as centre:
        changed = centre.db.run_sync(
            lambda conn: awards.rule(
                conn,
                centre,
                record,
                scheme=scheme,
                year=year,
                standing=standing,
                rank=rank,
                person=Person(**who),
            )
        )
    if json:
        of = {"record": record, "scheme": scheme, "year": year}
        emit_json({**of, "standing": standing, "changed": changed})
    elif changed:
        say(f"{scheme} {year} of {record} is {standing} now.")
    else:
        say(f"{scheme} {year} of {record} is {standing} already; nothing was decided.")
