"""`hubnode serve`: sync on schedule until stopped."""

from typing import Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, require_node, settings_of, told
from runtime.command_line import JsonOption, helped, with_options
from runtime.console import emit_json, out


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Sync on schedule, and answer /healthz and /metrics, until SIGTERM."
    examples = "hubnode serve --data ./node\nhubnode serve --interval 60 --port 0 --json"
    app.command("serve", help=helped(examples, sentence), short_help=sentence)(serve)


def serve(
    *,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
    ] = None,
    interval: Annotated[int | None, typer.Option(help="Seconds between runs.")] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Runs the service; the first line on stdout is its address."""
    import asyncio  # noqa: PLC0415

    from hubnode.app import run_service  # noqa: PLC0415
    from runtime.durable import FolderLock  # noqa: PLC0415
    from runtime.logs import configure_logs  # noqa: PLC0415

    require_node(data)
    given = {"port": port, "schedule_interval_s": interval}
    if interval is not None:
        given["schedule_jitter_s"] = max(0, min(interval // 2, 30))
    settings = with_options(settings_of(data), given)
    configure_logs(level=settings.log_level)

    def announce(url: str) -> None:
        emit_json({"url": url}) if json else out(url)

    with told(), FolderLock(data, "serve.lock"):
        asyncio.run(run_service(data, settings, announce=announce, given=given))
