"""`central hub`: who takes part."""

from typing import TYPE_CHECKING, Annotated

import typer

from central.cli import hub_health, hub_states, reinvite, revert, transfer
from central.cli.common import (
    DATA_DEFAULT,
    DataOption,
    HubArgument,
    ReasonOption,
    address_of,
    centre_of,
    settings_of,
)
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import (
    CommandFailed,
    confirm,
    counted,
    emit_json,
    facts,
    out,
    say,
    table,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from central.store.hubs import HubRow
    from central.store.instances import InstanceRow
    from central.store.reports import ReportRow

COLUMNS = ("hub", "name", "state", "last_seen_at", "software")
INVITED = ("hub", "name", "expires_at")


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    hub = group(
        "hub", "Who takes part, and what belongs to whom.", 'central hub invite 51 --name "Bali"'
    )
    sentence = "Invite an institution: prints the text to hand to its operator."
    examples = 'central hub invite 51 --name "Provinsi Bali"\ncentral hub invite lan --hours 12'
    hub.command("invite", help=helped(examples, sentence), short_help=sentence)(invite)
    sentence = "List every hub, and the invitations that can still be used."
    hub.command("list", help=helped("central hub list --json", sentence), short_help=sentence)(
        list_
    )
    sentence = "Show one hub and the eight words of its keys."
    hub.command("show", help=helped("central hub show 51", sentence), short_help=sentence)(show)
    sentence = "Revoke a hub's key: what it signs from now on counts no more."
    examples = 'central hub revoke 51 --reason "laptop stolen"'
    hub.command("revoke", help=helped(examples, sentence), short_help=sentence)(revoke)
    reinvite.add_to(hub)
    revert.add_to(hub)
    transfer.add_to_hub(hub)
    hub_states.add_to(hub)
    hub_health.add_to(hub)
    app.add_typer(hub)


def invite(
    hub: HubArgument,
    *,
    name: Annotated[str, typer.Option(help="The institution's name, as readers see it.")] = "",
    hours: Annotated[int | None, typer.Option(help="How long it can be used.")] = None,
    url: Annotated[str, typer.Option(help="The centre's address; default from settings.")] = "",
    same_keys: Annotated[
        bool,
        typer.Option("--same-keys", help="For a hub that lost its database and not its keys."),
    ] = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints an invitation; its secret is kept only as a hash."""
    from central import registry  # noqa: PLC0415
    from central.staff import COMMAND_LINE  # noqa: PLC0415

    hours = settings_of(data).invitation_hours if hours is None else hours
    address = address_of(data, url)

    def work(conn: "Connection") -> str:
        if same_keys:
            return registry.invite_same_keys(
                conn, centre, hub, hours=hours, url=address, by=COMMAND_LINE
            )
        return registry.create_invitation(
            conn, centre, hub=hub, name=name or hub, hours=hours, url=address, by=COMMAND_LINE
        )

    with centre_of(data) as centre:
        text = centre.db.run_sync(work)
        centre_words = " ".join(centre.fingerprint_words)
    if json:
        emit_json({"hub": hub, "invitation": text, "centre_words": centre_words})
        return
    say(f"Hand this to the operator of {hub}. The centre's keys read: {centre_words}")
    out(text)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints every hub, and the invitations that nobody has used yet."""
    from central import registry  # noqa: PLC0415

    with centre_of(data) as centre:
        rows = [_shown(row) for row in centre.db.read_sync(registry.list_hubs)]
        invited = centre.db.read_sync(lambda conn: registry.open_invitations(conn, centre))
    invitations = [
        {"hub": it.hub, "name": it.name, "expires_at": it.expires_at.isoformat()} for it in invited
    ]
    if json:
        emit_json({"items": rows, "invitations": invitations})
        return
    if rows:
        table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    else:
        say("No hub has enrolled yet. Invite one with: central hub invite HUB --name TEXT")
    if invitations:
        table(INVITED, [list(it.values()) for it in invitations], title="Invited, not enrolled yet")


def show(hub: HubArgument, *, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints one hub, and the words to compare with its operator."""
    from central import registry  # noqa: PLC0415
    from central.intake import contradictions_of, hub_view  # noqa: PLC0415
    from central.store import instances, reports  # noqa: PLC0415
    from protocol.fingerprints import fingerprint, words  # noqa: PLC0415
    from protocol.keys import parse_verifier_key  # noqa: PLC0415

    with centre_of(data) as centre:
        row = centre.db.read_sync(lambda conn: registry.get_hub(conn, hub))
        view = centre.db.read_sync(lambda conn: hub_view(conn, centre, hub))
        contradictions = centre.db.read_sync(lambda conn: contradictions_of(conn, row))
        machines = centre.db.read_sync(lambda conn: instances.of_hub(conn, hub))
        stopped = centre.db.read_sync(lambda conn: registry.why_stopped(conn, row))
        report = centre.db.read_sync(lambda conn: reports.get(conn, hub))
    keys = [parse_verifier_key(row.log_key), parse_verifier_key(row.witness_key)]
    shown = {
        **_shown(row),
        "words": " ".join(words(fingerprint(keys))),
        "size": view["size"],
        "reconciled": view["reconciled"],
        "contradictions": contradictions,
        "machines": [_machine(it) for it in machines],
        "stopped": _stopped(row, stopped),
        "trouble": _trouble(report),
    }
    if json:
        emit_json(shown)
        return
    said = {**shown, "machines": _in_words(machines, row.instance)}
    may_be_empty = said.keys() - {"stopped", "trouble"}
    facts({name: value for name, value in said.items() if value or name in may_be_empty})


def _stopped(row: "HubRow", why: "tuple[datetime, str] | None") -> dict[str, object] | None:
    """Since when nothing of the hub is taken, and why; None of a hub that takes part."""
    if why is None:
        return None
    at, reason = why
    return {"at": at.isoformat(), "reason": reason, "last_good": row.last_good_index}


def _trouble(report: "ReportRow | None") -> dict[str, object] | None:
    """What the hub last said that was wrong, and whether it still is; None where nothing was."""
    from central.troubles import sentence_of  # noqa: PLC0415

    if report is None or report.trouble_at is None:
        return None
    return {
        "code": report.trouble,
        "sentence": sentence_of(report.trouble).en,
        "at": report.trouble_at.isoformat(),
        "over": not report.code,
    }


def _machine(row: "InstanceRow") -> dict[str, object]:
    return {
        "instance": row.instance,
        "first_seen_at": row.first_seen_at.isoformat(),
        "last_seen_at": row.last_seen_at.isoformat(),
        "refused_at": row.refused_at.isoformat() if row.refused_at else None,
    }


def _in_words(machines: "list[InstanceRow]", own: str) -> list[str]:
    """One line a machine: which it is, whether it is the hub's, and when it was seen or stopped."""
    return [
        f"{it.instance}{' (in use)' if it.instance == own else ''}"
        f" seen {it.first_seen_at:%Y-%m-%d %H:%M} to {it.last_seen_at:%Y-%m-%d %H:%M}"
        + (f", stopped {it.refused_at:%Y-%m-%d %H:%M}" if it.refused_at else "")
        for it in machines
    ]


def revoke(
    hub: HubArgument,
    *,
    reason: ReasonOption,
    last_good: Annotated[
        int | None,
        typer.Option(help="Index of the last entry that counts; default is all that is held."),
    ] = None,
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Appends the revocation to the national log."""
    from central import registry  # noqa: PLC0415
    from central.staff import COMMAND_LINE  # noqa: PLC0415
    from central.store.hubs import REVOKED  # noqa: PLC0415

    question = f"Revoke hub {hub} for ever?"
    if not confirm(question, assume_yes=yes):
        raise CommandFailed("Nothing was changed.")

    def work(conn: "Connection") -> "tuple[HubRow, HubRow]":
        before = registry.get_hub(conn, hub)
        return before, registry.revoke(
            conn, centre, hub, reason, by=COMMAND_LINE, last_good_index=last_good
        )

    with centre_of(data) as centre:
        before, row = centre.db.run_sync(work)
    is_known = before.state == REVOKED
    decided_after = max(0, row.reconciled_size - (row.last_good_index or 0) - 1)
    if json:
        counts = {"last_good": row.last_good_index, "decided_after": decided_after}
        emit_json({**_shown(row), **counts, "revoked_already": is_known})
        return
    already = " already" if is_known else ""
    say(f"Hub {hub} is revoked{already}; its entries from 0 to {row.last_good_index} count.")
    if decided_after:
        later = counted(decided_after, "later entry", "later entries")
        say(f"Decided before and standing: {later}. Curate what is wrong.")


def _shown(row: "HubRow") -> dict[str, object]:
    return {
        "hub": row.hub,
        "name": row.name,
        "state": row.state,
        "origin": row.origin,
        "log_key": row.log_key,
        "witness_key": row.witness_key,
        "instance": row.instance,
        "software": row.software,
        "enrolled_at": row.enrolled_at.isoformat(),
        "last_seen_at": row.last_seen_at.isoformat() if row.last_seen_at else None,
    }
