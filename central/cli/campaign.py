"""`central campaign`: refreshes that the centre asks of the hubs, and how far they have come."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    centre_of,
)
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, counted, emit_json, facts, out, say, table

if TYPE_CHECKING:
    from central.casework.campaigns import CampaignOrder, Look
    from protocol.canonical import Json

CampaignArgument = Annotated[str, typer.Argument(help="Id of the campaign, such as 2026-top.")]

OPEN_EXAMPLES = """
central campaign open 2026-top --title "Pemutakhiran Top Inovasi 2026" --due 2026-12-31 \\
  --scheme "Top 99" --scheme "Top 45" --award-year 2019 --by rina --agency panrb
"""


class Format(StrEnum):
    """What a report can be written as."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


class Breakdown(StrEnum):
    """By what the numbers can be told apart (`protocol.campaign_numbers`)."""

    HUB = "hub"
    YEAR = "year"
    SCHEME = "scheme"
    DAY = "day"
    GROUP = "group"


def _format(text: str) -> Format:
    return Format(_known(text, tuple(Format), "format"))


def _breakdown(text: str) -> Breakdown:
    return Breakdown(_known(text, tuple(Breakdown), "breakdown"))


def _known(text: str, names: tuple[str, ...], what: str) -> str:
    if text not in names:
        sentence = f"No {what} {text!r}; there are {', '.join(names)}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return text


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("campaign", "Ask hubs to refresh records, and watch it.", "central campaign list")
    for name, command, example, sentence in (
        ("open", open_, OPEN_EXAMPLES, "Ask for a refresh of the records that fit a target."),
        ("list", list_, "central campaign list --json", "List every campaign with its numbers."),
        (
            "show",
            show,
            "central campaign show 2026-top --by hub",
            "Show one campaign, and its numbers by hub, year, scheme, day or group.",
        ),
        (
            "close",
            close,
            'central campaign close 2026-top --reason "Selesai" --by rina --agency panrb',
            "End a campaign: nothing counts for it any more, and its numbers stand.",
        ),
        (
            "report",
            report,
            "central campaign report 2026-top --format markdown > laporan.md",
            "Write the report of a campaign: its numbers in every breakdown.",
        ),
    ):
        part.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def open_(
    campaign: CampaignArgument,
    *,
    title: Annotated[str, typer.Option(help="As people read it.")],
    due: Annotated[str, typer.Option(help="The last day in time, YYYY-MM-DD.")],
    hub: Annotated[list[str] | None, typer.Option(help="Only records of this hub.")] = None,
    year: Annotated[list[str] | None, typer.Option(help="Only started in this year.")] = None,
    scheme: Annotated[list[str] | None, typer.Option(help="Only with this award.")] = None,
    award_year: Annotated[
        list[str] | None, typer.Option(help="Only with an award of this year.")
    ] = None,
    by: ByOption,
    agency: AgencyOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the records.")] = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the opening to the national log."""
    from central.casework import campaigns  # noqa: PLC0415

    given = {"hub": hub, "year": year, "scheme": scheme, "award_year": award_year}
    order = campaigns.CampaignOrder(
        campaign=campaign,
        title=title,
        due=due,
        target={name: values for name, values in given.items() if values},
        by=by,
        agency=agency.value,
    )
    if dry_run:
        _count(order, data=data, json=json)
        return
    with centre_of(data) as centre:
        found = centre.db.run_sync(lambda conn: campaigns.open_campaign(conn, centre, order))
    if json:
        emit_json(campaigns.document_of(found))
    else:
        targeted = counted(found.numbers.targeted, "record is", "records are")
        say(f"Opened: {targeted} asked for until {due}.")


def _count(order: "CampaignOrder", *, data: Path, json: bool) -> None:
    from central.casework import campaigns  # noqa: PLC0415

    with centre_of(data) as centre:
        count = centre.db.read_sync(lambda conn: campaigns.count_targeted(conn, centre, order))
    if json:
        emit_json({"campaign": order.campaign, "targeted": count})
    else:
        say(f"It would ask for {counted(count, 'record')}; nothing was decided.")


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints every campaign, the one opened last first."""
    from central.casework import campaigns  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: campaigns.list_campaigns(conn, centre))
    if json:
        emit_json({"items": [campaigns.document_of(it) for it in found]})
        return
    if not found:
        say("No campaign yet.")
        return
    rows = [
        (it.campaign.id, it.campaign.title, it.campaign.due, it.state, *it.numbers.all().values())
        for it in found
    ]
    table(("campaign", "title", "due", "state", *found[0].numbers.all()), rows)


def show(
    campaign: CampaignArgument,
    *,
    by: Annotated[
        Breakdown, typer.Option(parser=_breakdown, help="hub, year, scheme, day or group.")
    ] = Breakdown.HUB,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints one campaign and its numbers; a record is counted in one row, but for groups."""
    from central.casework import campaigns  # noqa: PLC0415
    from central.casework.campaign_report import row_of  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: campaigns.look(conn, centre, campaign))
        rows = centre.db.read_sync(
            lambda conn: campaigns.progress(conn, centre, campaign, by.value)
        )
    if json:
        items: list[Json] = [
            {"value": value, **row_of(campaign, numbers, by=by.value, value=value)}
            for value, numbers in rows.items()
        ]
        emit_json({**campaigns.document_of(found), "by": by.value, "items": items})
        return
    facts(_told(found))
    out("")
    table(
        (by.value, *found.numbers.all()),
        [(value, *numbers.all().values()) for value, numbers in rows.items()],
    )


def close(
    campaign: CampaignArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the closing to the national log."""
    from central.casework import campaigns  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.run_sync(
            lambda conn: campaigns.close_campaign(
                conn, centre, campaign=campaign, reason=reason, by=by, agency=agency.value
            )
        )
    if json:
        emit_json(campaigns.document_of(found))
        return
    numbers = found.numbers
    say(f"Closed: {numbers.refreshed} of {counted(numbers.targeted, 'record')} refreshed.")
    say(f"Its report: central campaign report {campaign}")


def report(
    campaign: CampaignArgument,
    *,
    format_: Annotated[
        Format, typer.Option("--format", parser=_format, help="markdown, csv or json.")
    ] = Format.MARKDOWN,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints the report; of a closed campaign it does not change any more."""
    from central.casework import campaign_report as reports  # noqa: PLC0415
    from runtime.spreadsheets import CSV_MARK  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: reports.report_of(conn, centre, campaign))
    if json or format_ is Format.JSON:
        emit_json(reports.as_document(found))
        return
    write = reports.as_csv if format_ is Format.CSV else reports.as_markdown
    out(write(found).removeprefix(CSV_MARK).rstrip("\n"))  # a terminal needs no mark


def _told(found: "Look") -> dict[str, object]:
    """A campaign as people read it: names and values."""
    campaign, closing = found.campaign, found.campaign.closing
    told: dict[str, object] = {
        "campaign": campaign.id,
        "title": campaign.title,
        "due": campaign.due,
        "state": found.state,
        "target": dict(campaign.target) or "the whole catalogue",
        "opened": f"{campaign.at} by {campaign.by} for {campaign.agency}",
    }
    if closing is not None:
        told["closed"] = f"{closing.at} by {closing.by} for {closing.agency}: {closing.reason}"
    return told | dict(found.numbers.all())
