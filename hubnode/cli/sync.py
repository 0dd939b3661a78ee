"""`hubnode sync`: run now, history, queue."""

from typing import TYPE_CHECKING, Any

import typer

from hubnode.cli.common import (
    DATA_DEFAULT,
    NOT_ENROLLED,
    DataOption,
    LimitOption,
    node_of,
    require_node,
    settings_of,
    told,
)
from runtime.command_line import JsonOption, group, helped
from runtime.console import ExitCode, counted, emit_json, progress, say, table

if TYPE_CHECKING:
    from pathlib import Path

    from hubnode.sync.endings import RunReport

_BY_CODE = {
    "not_enrolled": ExitCode.ATTENTION,
    "key_file_refused": ExitCode.FAILED,
}
_BY_STATE = {
    "ok": ExitCode.OK,
    "attention": ExitCode.OK,
    "offline": ExitCode.UNREACHABLE,
    "blocked": ExitCode.REFUSED,
    "alarm": ExitCode.ATTENTION,
}


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("sync", "Send own changes, fetch the national catalogue.", "hubnode sync now")
    sentence = "Perform one sync run now."
    part.command("now", help=helped("hubnode sync now --json", sentence), short_help=sentence)(now)
    sentence = "Show past runs, the newest first."
    part.command("history", help=helped("hubnode sync history", sentence), short_help=sentence)(
        history
    )
    sentence = "Show the changes that wait to be sent."
    part.command("queue", help=helped("hubnode sync queue", sentence), short_help=sentence)(queue)
    app.add_typer(part)


def now(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Performs one run to its end."""
    import asyncio  # noqa: PLC0415

    require_node(data)
    settings_of(data)  # else a cron job goes well while the service cannot start
    with told():
        report = asyncio.run(_run(data))
    if json:
        emit_json(
            {
                "pushed": report.pushed,
                "pulled": report.pulled,
                "outcomes": dict(report.outcomes),
                "standings": dict(report.standings),
                "national_size": report.national_size,
                "catalogue_hash": report.catalogue_hash,
                "state": str(report.state),
                "code": report.code,
                "sentence": report.sentence,
                "detail": report.detail,
            }
        )
    else:
        say(report.sentence)
        if report.detail:
            say(report.detail)
        say(f"{report.pushed} terkirim, {report.pulled} keputusan diterima.")
    if exit_code := exit_code_of(report.state, report.code):
        raise typer.Exit(exit_code)


def exit_code_of(state: str, code: str) -> ExitCode:
    """What a run tells the shell: its code says whose matter it is, else its state."""
    return _BY_CODE.get(code) or _BY_STATE.get(str(state), ExitCode.FAILED)


def history(
    *, limit: LimitOption = 20, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Shows past runs."""
    from hubnode.status import past_runs  # noqa: PLC0415
    from hubnode.store import identity  # noqa: PLC0415

    with node_of(data) as node:
        is_enrolled = node.db.read_sync(identity.get) is not None
        found = node.db.read_sync(lambda conn: past_runs(conn, node, limit=limit))
    items: list[dict[str, Any]] = [
        {
            "run": it.id,
            "started_at": it.started_at.isoformat(),
            "state": str(it.state),
            "pushed": it.pushed_count,
            "pulled": it.pulled_count,
            "code": it.code,
            "sentence": it.sentence,
        }
        for it in found
    ]
    if json:
        emit_json({"items": items})
        return
    if not items:
        hint = "Start one with: hubnode sync now" if is_enrolled else NOT_ENROLLED
        say(f"No run yet. {hint}")
        return
    table(tuple(items[0]), [tuple(item.values()) for item in items])
    if len(items) == limit:
        say(f"The newest {limit}; --limit shows more.")


def queue(
    *, limit: LimitOption = 20, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Shows pending changes."""
    from hubnode.store import outbox  # noqa: PLC0415
    from protocol.entries.changes import decode_change, type_of  # noqa: PLC0415

    with node_of(data) as node:
        found = node.db.read_sync(lambda conn: outbox.pending(conn, limit))
        total = node.db.read_sync(outbox.count)
    items = [
        {
            "record": it.record,
            "change": type_of(decode_change(it.entry)),
            "created_at": it.created_at.isoformat(),
            "bytes": len(it.entry),
        }
        for it in found
    ]
    if json:
        emit_json({"items": items, "total": total})
        return
    if not items:
        say("Nothing waits to be sent.")
        return
    rows = [tuple(item.values()) for item in items]
    table(tuple(items[0]), rows, title=counted(total, "pending change"))


async def _run(data: "Path") -> "RunReport":
    from hubnode.opening import online_node  # noqa: PLC0415
    from hubnode.sync.run import sync  # noqa: PLC0415

    with progress("steps") as advance:
        async with online_node(data) as node:
            return await sync(node, progress=lambda _step, _known: advance(1))
