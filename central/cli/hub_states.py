"""`central hub suspend`, `resume`, `retire`: hubs of which the centre takes nothing."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    HubArgument,
    ReasonOption,
    centre_of,
)
from central.cli.transfer import give_all
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, confirm, counted, emit_json, say

if TYPE_CHECKING:
    from central.casework.person import Person
    from central.centre import Centre

WHO = "--by rina --agency panrb"


def add_to(hub: typer.Typer) -> None:
    """Adds the commands."""
    sentence = "Take nothing of a hub for now; what the centre has of it counts."
    examples = f'central hub suspend 51 --reason "server disita" {WHO}'
    hub.command("suspend", help=helped(examples, sentence), short_help=sentence)(suspend)
    sentence = "Take what a suspended or retired hub sends again."
    examples = f'central hub resume 51 --reason "server kembali" {WHO}'
    hub.command("resume", help=helped(examples, sentence), short_help=sentence)(resume)
    sentence = "Close a hub that owns nothing any more."
    examples = f'central hub retire 91 --to 94 --reason "UU 15/2022" {WHO}'
    hub.command("retire", help=helped(examples, sentence), short_help=sentence)(retire)


def suspend(
    hub: HubArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the suspension to the national log."""
    from central.casework import hub_states  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        changed = centre.db.run_sync(lambda conn: hub_states.suspend(conn, centre, hub, person))
    _tell(hub, "suspended", changed=changed, json=json)


def resume(
    hub: HubArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the resumption to the national log."""
    from central.casework import hub_states  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        changed = centre.db.run_sync(lambda conn: hub_states.resume(conn, centre, hub, person))
    _tell(hub, "active", changed=changed, json=json)


def retire(
    hub: HubArgument,
    *,
    reason: ReasonOption,
    by: ByOption,
    agency: AgencyOption,
    to: Annotated[str, typer.Option("--to", help="Hub that is given all its records.")] = "",
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the end of a hub to the national log, after the transfers of what it owns."""
    from central.casework import hub_states  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415

    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        given = _hand_over(centre, hub, to, person, yes=yes)
        changed = centre.db.run_sync(lambda conn: hub_states.retire(conn, centre, hub, person))
    if given and not json:
        say(f"Given: {counted(given, 'record')} of hub {hub} to hub {to}.")
    _tell(hub, "retired", changed=changed, json=json, given=given)


def _hand_over(centre: "Centre", hub: str, to: str, person: "Person", *, yes: bool) -> int:
    """Asks, and gives away what the hub owns where it is said to whom; how many records."""
    from central.casework import hub_states, ownership  # noqa: PLC0415

    centre.db.read_sync(lambda conn: hub_states.check_retirable(conn, centre, hub, to=to))
    owned = centre.db.read_sync(lambda conn: ownership.estate(conn, centre, hub).records)
    first = f" after giving its {counted(len(owned), 'record')} to hub {to}" if owned else ""
    if not confirm(f"Retire hub {hub}{first}?", assume_yes=yes):
        raise CommandFailed("Nothing was changed.")
    if not owned:
        return 0
    return len(give_all(centre, owned, giver=hub, to=to, person=person).records)


def _tell(hub: str, state: str, *, changed: bool, json: bool, given: int = 0) -> None:
    if json:
        emit_json({"hub": hub, "state": state, "changed": changed, "given": given})
    elif changed:
        say(f"Hub {hub} is {state} now.")
    else:
        say(f"Hub {hub} is {state} already; nothing was decided.")
