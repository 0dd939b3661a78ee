"""`central alert`: what is wrong with the federation now, and whether its alerts arrive."""

import asyncio
from typing import TYPE_CHECKING

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of, settings_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from runtime.alerts.news import Cause
    from runtime.alerts.store import Sent

COLUMNS = ("kind", "code", "since", "what it is")
SENT_COLUMNS = ("channel", "sent", "at", "why not")


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    alert = group("alert", "What is wrong now, and who is told.", "central alert list")
    sentence = "List what is wrong now, whether or not anybody is told."
    alert.command("list", help=helped("central alert list", sentence), short_help=sentence)(list_)
    sentence = "Send a test by every channel of the settings."
    alert.command("test", help=helped("central alert test", sentence), short_help=sentence)(send)
    app.add_typer(alert)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints it; what only the running service knows, `/pusat/kesehatan` says.

    Raises:
        Exit: with 4 where something is wrong.
    """
    from central.monitoring.cause_words import sentence_of  # noqa: PLC0415
    from central.monitoring.causes import standing  # noqa: PLC0415
    from central.monitoring.hub_health import of_everyone  # noqa: PLC0415
    from central.monitoring.service_state import ServiceState, free_bytes  # noqa: PLC0415

    hours = settings_of(data).freshness_target_hours

    def read(conn: "Connection") -> "Sequence[Cause]":
        service = ServiceState(free_bytes=free_bytes(centre))
        return standing(conn, centre, service, of_everyone(conn, centre, default_hours=hours))

    with centre_of(data) as centre:
        found = [
            {
                "kind": it.kind,
                "code": it.code,
                "since": it.since.isoformat() if it.since else None,
                "sentence": sentence_of(it.code).en,
            }
            for it in centre.db.read_sync(read)
        ]
    if json:
        emit_json({"items": found})
    elif found:
        table(COLUMNS, [list(it.values()) for it in found])
    else:
        say("Nothing is wrong.")
    if found:
        raise typer.Exit(ExitCode.ATTENTION)


def send(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Sends it, also in quiet hours, and prints how it went.

    Raises:
        CommandFailed: no channel is set up.
        Exit: with 1 where one did not take it.
    """
    from central.monitoring.telling import channels, send_test  # noqa: PLC0415
    from central.store.alerts import ALERT_STORE  # noqa: PLC0415

    settings = settings_of(data)
    chosen = channels(settings)
    if not chosen:
        sentence = "No channel is set up: see alert_smtp_host, alert_webhook, alert_telegram_url."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with centre_of(data) as centre:
        asyncio.run(send_test(centre, settings))
        sent = [it for it in centre.db.read_sync(ALERT_STORE.sent) if it.channel in chosen]
    rows = [_shown(it) for it in sent]
    if json:
        emit_json({"items": rows})
    else:
        table(SENT_COLUMNS, [list(it.values()) for it in rows])
    if not all(it.is_good for it in sent):
        raise typer.Exit(ExitCode.FAILED)


def _shown(sent: "Sent") -> dict[str, object]:
    from runtime.alerts.undelivered import why_undelivered  # noqa: PLC0415

    why = "" if sent.is_good else why_undelivered(sent.reason).en
    detail = f" ({sent.detail})" if sent.detail else ""
    return {
        "channel": sent.channel,
        "sent": sent.is_good,
        "at": sent.at.isoformat(),
        "why": f"{why}{detail}",
    }
