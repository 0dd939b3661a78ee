"""`central held`: changes that wait for a person, and the ruling on them."""

from typing import Annotated

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
from runtime.console import CommandFailed, ExitCode, emit_json, facts, say, table

PlaceArgument = Annotated[int, typer.Argument(help="Place, as `central held list` shows it.")]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    held = group("held", "Rule on held changes and proposals.", "central held list")
    sentence = "List every change that waits for a person."
    held.command("list", help=helped("central held list --json", sentence), short_help=sentence)(
        list_
    )
    sentence = "Show one of them: what it says, and what is wrong with it."
    held.command("show", help=helped("central held show 418", sentence), short_help=sentence)(show)
    sentence = "Let it count from now on."
    examples = "central held release 418 --by rina --agency panrb"
    held.command("release", help=helped(examples, sentence), short_help=sentence)(release)
    sentence = "Say that it will not count, and why."
    examples = 'central held refuse 418 --reason "NIK warga" --by rina --agency panrb'
    held.command("refuse", help=helped(examples, sentence), short_help=sentence)(refuse)
    app.add_typer(held)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints what waits; leaves with 4 when there is anything."""
    from dataclasses import asdict  # noqa: PLC0415

    from central.casework import holds  # noqa: PLC0415

    with centre_of(data) as centre:
        rows = [asdict(it) for it in centre.db.read_sync(holds.list_waiting)]
    if json:
        emit_json({"items": rows})
    elif not rows:
        say("Nothing waits: every change is decided.")
    else:
        table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    if rows:
        raise CommandFailed(f"Changes that wait: {len(rows)}.", exit_code=ExitCode.ATTENTION)


def show(
    place: PlaceArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Prints one change as its hub signed it."""
    from dataclasses import asdict  # noqa: PLC0415

    from central.casework import holds  # noqa: PLC0415

    with centre_of(data) as centre:
        case = centre.db.read_sync(lambda conn: holds.look(conn, centre, place))
    shown = {**asdict(case.waiting), "change": case.change, "content": case.content}
    if json:
        emit_json({**shown, "errors": list(case.errors)})
        return
    facts(shown)
    if case.errors:
        columns = ("pointer", "code", "message")
        table(columns, [tuple(error[name] for name in columns) for error in case.errors])


def release(
    place: PlaceArgument,
    *,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the release to the national log."""
    from central.casework import holds  # noqa: PLC0415

    with centre_of(data) as centre:
        outcome = centre.db.run_sync(
            lambda conn: holds.release_change(conn, centre, place=place, by=by, agency=agency.value)
        )
    emit_json({"place": place, "outcome": outcome}) if json else say(f"Released: {outcome}.")


def refuse(
    place: PlaceArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the refusal to the national log."""
    from central.casework import holds  # noqa: PLC0415

    with centre_of(data) as centre:
        centre.db.run_sync(
            lambda conn: holds.refuse_change(
                conn, centre, place=place, by=by, agency=agency.value, reason=reason
            )
        )
    emit_json({"place": place, "outcome": "refused"}) if json else say("Refused.")
