"""`central hub health`, `central hub target`: who is as fresh as it should be."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import DATA_DEFAULT, DataOption, HubArgument, centre_of, settings_of
from runtime.command_line import JsonOption, helped
from runtime.console import CommandFailed, ExitCode, counted, emit_json, say, table

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import Connection

    from central.monitoring.hub_health import HubHealth, Lag

COLUMNS = ("hub", "name", "freshness", "last good run", "target", "missing", "undecided", "code")
DEFAULT = "default"
HOURS_A_DAY = 24

_TARGET = re.compile(r"(?P<number>[1-9][0-9]{0,4})(?P<unit>[hd])")


def add_to(hub: typer.Typer) -> None:
    """Adds the commands."""
    sentence = "List every hub, the one that most needs somebody first."
    hub.command("health", help=helped("central hub health", sentence), short_help=sentence)(health)
    sentence = "Set for how long after a good run a hub counts as fresh."
    examples = "central hub target 51 12h\ncentral hub target 94 30d\ncentral hub target 51 default"
    hub.command("target", help=helped(examples, sentence), short_help=sentence)(target)


def health(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints how fresh each hub is and how far the centre is behind it; 4 where one is overdue.

    Raises:
        Exit: with 4 where some hub needs somebody.
    """
    from central.monitoring import hub_health  # noqa: PLC0415

    hours = settings_of(data).freshness_target_hours

    def read(conn: "Connection") -> "list[tuple[HubHealth, Lag]]":
        found = hub_health.of_everyone(conn, centre, default_hours=hours)
        lags = hub_health.lags(conn, centre)
        return [(it, lags[it.hub.hub]) for it in found]

    with centre_of(data) as centre:
        found = centre.db.read_sync(read)
    overdue_count = sum(it.is_overdue for it, _ in found)
    if json:
        emit_json({"items": [_shown(*it) for it in found], "overdue": overdue_count})
    else:
        table(COLUMNS, [_row(*it) for it in found])
        say(f"{counted(overdue_count, 'hub')} of {len(found)} overdue.")
    if overdue_count:
        raise typer.Exit(ExitCode.ATTENTION)


def target(
    hub: HubArgument,
    time: Annotated[str, typer.Argument(help="Such as 6h or 7d; `default` is the setting.")],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Keeps a hub's target; the audit remembers it."""
    from central.monitoring import hub_health  # noqa: PLC0415
    from central.staff import COMMAND_LINE  # noqa: PLC0415

    hours = _hours(time)
    default = settings_of(data).freshness_target_hours
    with centre_of(data) as centre:
        centre.db.run_sync(
            lambda conn: hub_health.set_target(conn, centre, hub, hours, by=COMMAND_LINE)
        )
    if json:
        emit_json({"hub": hub, "target_hours": hours or default, "own": hours is not None})
    elif hours is None:
        say(f"Hub {hub} has the target of the settings again: {counted(default, 'hour')}.")
    else:
        say(f"Hub {hub} counts as fresh for {counted(hours, 'hour')} after a good run.")


def _hours(time: str) -> int | None:
    """What was typed in hours; None of `default`.

    Raises:
        CommandFailed: it is no such text.
    """
    if time == DEFAULT:
        return None
    parts = _TARGET.fullmatch(time)
    if parts is None:
        sentence = f"A target is a number of hours or days, such as 6h or 7d; not {time!r}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    number = int(parts["number"])
    return number * HOURS_A_DAY if parts["unit"] == "d" else number


def _row(found: "HubHealth", lag: "Lag") -> list[object]:
    age = "never" if found.age is None else f"{_in_words(found.age)} ago"
    target_ = f"{found.target_hours} h{'' if found.is_own_target else ' (settings)'}"
    hub = found.hub
    sizes = lag.missing, lag.undecided
    return [hub.hub, hub.name, found.freshness.value, age, target_, *sizes, found.code]


def _in_words(age: "timedelta") -> str:
    """In the largest unit that is whole: days, hours or minutes."""
    minutes = int(age.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} d"
    return f"{minutes // 60} h" if minutes >= 2 * 60 else f"{minutes} min"


def _shown(found: "HubHealth", lag: "Lag") -> dict[str, object]:
    good_at = found.report.good_at if found.report else None
    return {
        "hub": found.hub.hub,
        "name": found.hub.name,
        "state": found.hub.state,
        "freshness": found.freshness.value,
        "overdue": found.is_overdue,
        "good_at": good_at.isoformat() if good_at else None,
        "target_hours": found.target_hours,
        "own_target": found.is_own_target,
        "code": found.code,
        "offered": lag.offered,
        "held": lag.held,
        "undecided": lag.undecided,
        "contradictions": list(lag.contradictions),
    }
