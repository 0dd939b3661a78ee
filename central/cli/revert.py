"""`central hub revert`: a hub's records as they were before something went wrong."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from central.agency import Agency
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    centre_of,
)
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import (
    CommandFailed,
    ExitCode,
    confirm,
    counted,
    emit_json,
    progress,
    say,
    table,
)

if TYPE_CHECKING:
    from central.casework.revert import Plan
    from central.centre import Centre
    from protocol.canonical import Json

RECORDS_AT_ONCE = 100

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")


def add_to(hub: typer.Typer) -> None:
    """Adds this file's command to the group `hub`."""
    sentence = "Give a hub's records back as they were before a moment."
    examples = (
        "central hub revert 51 --to 2026-11-29T08:00:00Z --dry-run "
        "--by rina --reason 'Kunci dicuri'\n"
        "central hub revert 51 --to 418 --by rina --agency panrb --reason 'Kunci dicuri'"
    )
    hub.command("revert", help=helped(examples, sentence), short_help=sentence)(revert)


def revert(
    hub: Annotated[str, typer.Argument(help="Hub id.")],
    *,
    to: Annotated[
        str, typer.Option(help="Place in the national log, or time such as 2026-11-29T08:00:00Z.")
    ],
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption = Agency.PANRB,
    dry_run: Annotated[bool, typer.Option(help="Say what would change, and change nothing.")] = (
        False
    ),
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Appends a reversal for each record that the hub has changed since."""
    from central.casework import revert as casework  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        place = _place(centre, to)
        records = centre.db.read_sync(lambda conn: casework.written_since(conn, hub, place))
        planned = centre.db.read_sync(lambda conn: casework.plan(conn, centre, hub, place, records))
        if dry_run or not planned.reversals:
            _show(hub, place, planned, json=json)
            return
        records_said = counted(len(planned.reversals), "record")
        question = f"Give {records_said} of hub {hub} back as of {place}?"
        if not confirm(question, assume_yes=yes):
            raise CommandFailed("Nothing was changed.")
        count, ids = 0, [it.record for it in planned.reversals]
        with progress("records", total=len(ids)) as advance:
            for start in range(0, len(ids), RECORDS_AT_ONCE):
                part = ids[start : start + RECORDS_AT_ONCE]
                count += centre.db.run_sync(
                    lambda conn, part=part: casework.revert(  # type: ignore[misc]
                        conn, centre, hub, place, part, person=person
                    )
                )
                advance(len(part))
    if json:
        emit_json({"hub": hub, "to": place, "reverted": count, "left": _left(planned)})
        return
    say(f"Given back: {counted(count, 'record')} of hub {hub}.")
    _show_left(planned)


def _place(centre: "Centre", to: str) -> int:
    from central import past  # noqa: PLC0415

    if to.isascii() and to.isdigit():
        return int(to)
    if not _MOMENT.match(to):
        sentence = f"--to takes a place or a time such as 2026-11-29T08:00:00Z, not {to!r}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return centre.db.read_sync(lambda conn: past.place_at(conn, centre, to))


def _show(hub: str, place: int, planned: "Plan", *, json: bool) -> None:
    items: list[Json] = [
        {
            "record": it.record,
            "fields": list["Json"](sorted({*it.set, *it.unset})),
            "state": it.state,
            "unlinked": list["Json"](it.unlinked),
        }
        for it in planned.reversals
    ]
    if json:
        left = _left(planned)
        emit_json({"hub": hub, "to": place, "reverted": 0, "items": items, "left": left})
        return
    if items:
        rows = [
            (it.record, sorted({*it.set, *it.unset}), it.state, list(it.unlinked))
            for it in planned.reversals
        ]
        title = f"{counted(len(rows), 'record')} would change"
        table(("record", "fields", "state", "unlinked"), rows, title=title)
    elif not planned.left:
        say(f"Hub {hub} has changed nothing since {place} that still stands.")
    _show_left(planned)


def _left(planned: "Plan") -> "list[Json]":
    return [{"record": it.record, "why": it.why} for it in planned.left]


def _show_left(planned: "Plan") -> None:
    if planned.left:
        title = f"{counted(len(planned.left), 'record')} left for a person"
        table(("record", "why"), [(it.record, it.why) for it in planned.left], title=title)
