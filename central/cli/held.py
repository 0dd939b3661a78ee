"""`central held`: changes that wait for a person, and the ruling on them."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.batches import in_batches
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    centre_of,
)
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, facts, say, table

if TYPE_CHECKING:
    from central.centre import Centre

HubArgument = Annotated[str, typer.Argument(help="Hub id.")]
CodeArgument = Annotated[str, typer.Argument(help="The code for which they wait, such as flood.")]
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
    sentence = "Let all changes of a hub count that wait for one reason."
    examples = "central held release-all 51 flood --by rina --agency panrb"
    held.command("release-all", help=helped(examples, sentence), short_help=sentence)(release_all)
    sentence = "Say that all changes of a hub that wait for one reason will not count."
    examples = 'central held refuse-all 51 flood --reason "Kunci dicuri" --by rina --agency panrb'
    held.command("refuse-all", help=helped(examples, sentence), short_help=sentence)(refuse_all)
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


def release_all(
    hub: HubArgument,
    code: CodeArgument,
    *,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Appends a release for each; leaves with 4 where some cannot be released."""
    from central.casework import holds  # noqa: PLC0415

    with centre_of(data) as centre:
        places = _confirmed(f"Let {{}} changes of hub {hub} count?", hub, code, centre, yes=yes)
        done = in_batches(
            centre,
            places,
            "Releasing",
            lambda conn, part: holds.release_many(conn, centre, part, by=by, agency=agency.value),
        )
    released = sum(it.released for it in done)
    left = dict(sum((Counter(it.left) for it in done), Counter()))
    if json:
        emit_json({"hub": hub, "released": released, "left": left})
    else:
        say(f"Released: {released}.")
    if left:
        reasons = ", ".join(f"{count} {why}" for why, count in left.items())
        raise CommandFailed(f"Still waiting: {reasons}.", exit_code=ExitCode.ATTENTION)


def refuse_all(
    hub: HubArgument,
    code: CodeArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Appends a refusal for each."""
    from central.casework import holds  # noqa: PLC0415

    with centre_of(data) as centre:
        places = _confirmed(f"Refuse {{}} changes of hub {hub}?", hub, code, centre, yes=yes)
        done = in_batches(
            centre,
            places,
            "Refusing",
            lambda conn, part: holds.refuse_many(
                conn, centre, part, by=by, agency=agency.value, reason=reason
            ),
        )
    count = sum(done)
    emit_json({"hub": hub, "refused": count}) if json else say(f"Refused: {count}.")


def _confirmed(question: str, hub: str, code: str, centre: "Centre", *, yes: bool) -> list[int]:
    """The places of what waits of a hub for that reason, once somebody has said yes to them."""
    from central.casework import holds  # noqa: PLC0415

    places = centre.db.read_sync(lambda conn: holds.places_of(conn, hub, code))
    if not places:
        raise CommandFailed(f"No change of hub {hub} waits for {code}.", exit_code=ExitCode.USAGE)
    if not confirm(question.format(len(places)), assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    return places
