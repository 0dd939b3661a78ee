"""`central init`, `central serve`: make a centre and run it."""

from shlex import quote
from typing import Annotated

import typer

from central.cli.common import ADDRESS_FILE, DATA_DEFAULT, DataOption, settings_of
from runtime.command_line import JsonOption, helped, with_options
from runtime.console import CommandFailed, ExitCode, emit_json, facts, out, say


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    sentence = "Make a data folder with settings and fresh keys."
    examples = "central init --data ./pusat --authority jippnas.go.id"
    app.command("init", help=helped(examples, sentence), short_help=sentence)(init)
    sentence = "Serve hubs and readers, and decide, until SIGTERM."
    examples = "central serve --data ./pusat\ncentral serve --data ./pusat --port 0 --json"
    app.command("serve", help=helped(examples, sentence), short_help=sentence)(serve)


def init(
    *,
    authority: Annotated[
        str, typer.Option(help="Name of this centre in every log, such as jippnas.go.id.")
    ],
    url: Annotated[str, typer.Option(help="Address under which hubs will reach it.")] = "",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Makes a data folder and shows the fingerprint of its keys."""
    from central.opening import FolderRefused, create_folder, load_centre_keys  # noqa: PLC0415
    from protocol.fingerprints import fingerprint, words  # noqa: PLC0415
    from runtime.settings import SettingsRefused  # noqa: PLC0415
    from runtime.system import SystemEntropy  # noqa: PLC0415

    try:
        create_folder(data, authority=authority, url=url, entropy=SystemEntropy())
    except (FolderRefused, SettingsRefused) as refused:
        raise CommandFailed(str(refused), exit_code=ExitCode.USAGE) from refused
    keys = load_centre_keys(data, settings_of(data))
    shown = {
        "data": str(data),
        "authority": authority,
        "national_key": keys.national.verifier_key.text,
        "mirror_key": keys.mirror.verifier_key.text,
        "fingerprint": " ".join(
            words(fingerprint([keys.national.verifier_key, keys.mirror.verifier_key]))
        ),
    }
    emit_json(shown) if json else facts(shown)
    say(f"Start it with: central serve --data {quote(str(data))}")


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port; 0 is any.")] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Runs the service; the first line on stdout is its address."""
    import asyncio  # noqa: PLC0415

    from central.app import run_service  # noqa: PLC0415
    from runtime.database import DatabaseError  # noqa: PLC0415
    from runtime.durable import AlreadyRunning, FolderLock, write_durably  # noqa: PLC0415
    from runtime.keyfile import KeyFileRefused  # noqa: PLC0415
    from runtime.logs import configure_logs  # noqa: PLC0415

    settings = with_options(settings_of(data), {"host": host, "port": port})
    configure_logs(level=settings.log_level)

    def announce(url: str) -> None:
        write_durably(data / ADDRESS_FILE, url.encode())
        emit_json({"url": url}) if json else out(url)

    try:
        with FolderLock(data):
            asyncio.run(run_service(data, settings, announce=announce))
    except AlreadyRunning as error:
        raise CommandFailed(f"A centre is already serving {data}.") from error
    except (KeyFileRefused, DatabaseError, OSError) as error:
        raise CommandFailed(str(error)) from error
