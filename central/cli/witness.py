"""`central witness`: an agency's own witness of the national log, on its own machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.command_line import JsonOption, group, helped, with_options
from runtime.console import CommandFailed, ExitCode, emit_json, facts, out, say

if TYPE_CHECKING:
    from central.witness.settings import WitnessSettings
    from protocol.keys import VerifierKey

DataOption = Annotated[
    Path, typer.Option("--data", envvar="JIPP_WITNESS_DATA", help="The witness's data folder.")
]
DATA_DEFAULT = Path("witness-data")


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("witness", "Watch a national log and cosign it.", "central witness serve")
    sentence = "Make a witness's data folder with a fresh key."
    examples = "central witness init kemendagri --log jippnas.go.id/national/1+f1aef086+AZuV..."
    part.command("init", help=helped(examples, sentence), short_help=sentence)(init)
    sentence = "Answer centres and monitors until SIGTERM."
    part.command("serve", help=helped("central witness serve", sentence), short_help=sentence)(
        serve
    )
    sentence = "Show the witness's public key, and what it cosigned last."
    part.command("key", help=helped("central witness key", sentence), short_help=sentence)(key)
    app.add_typer(part)


def init(
    name: Annotated[str, typer.Argument(help="Of the agency, such as kemendagri or lan.")],
    *,
    log: Annotated[str, typer.Option(help="Verifier key of the national log that it watches.")],
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Makes the folder; the key's name follows from the log's."""
    from central.witness.settings import SETTINGS_FILE, WitnessSettings  # noqa: PLC0415
    from central.witness.watch import WitnessRefused, create_key, load_key, name_of  # noqa: PLC0415
    from protocol.errors import KeyRefused  # noqa: PLC0415
    from protocol.keys import parse_verifier_key  # noqa: PLC0415
    from runtime.durable import write_durably  # noqa: PLC0415
    from runtime.settings import SettingsRefused, make_settings  # noqa: PLC0415
    from runtime.system import SystemEntropy  # noqa: PLC0415

    try:
        key_name = name_of(parse_verifier_key(log), name)
        make_settings(WitnessSettings, {"key_name": key_name, "logs": (log,)})
        create_key(data, entropy=SystemEntropy())
    except (KeyRefused, SettingsRefused, WitnessRefused) as refused:
        raise CommandFailed(str(refused), exit_code=ExitCode.USAGE) from refused
    lines = [f'key_name = "{key_name}"', f'logs = ["{log}"]', ""]
    write_durably(data / SETTINGS_FILE, "\n".join(lines).encode())
    _show(data, load_key(data, key_name).verifier_key, json=json)
    say(f"Start it with: central witness serve --data {data}")


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Port; 0 is any.")] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Runs the service; the first line on stdout is its address."""
    import asyncio  # noqa: PLC0415

    from central.witness.service import run_service  # noqa: PLC0415
    from central.witness.watch import Witness, load_key  # noqa: PLC0415
    from runtime.durable import AlreadyRunning, FolderLock  # noqa: PLC0415
    from runtime.keyfile import KeyFileRefused  # noqa: PLC0415
    from runtime.logs import configure_logs  # noqa: PLC0415
    from runtime.system import SystemClock  # noqa: PLC0415

    settings = with_options(_settings_of(data), {"host": host, "port": port})
    configure_logs(level=settings.log_level)

    def announce(url: str) -> None:
        emit_json({"url": url}) if json else out(url)

    try:
        with FolderLock(data):
            witness = Witness(
                folder=data,
                key=load_key(data, settings.key_name),
                logs=settings.keys_by_origin(),
                clock=SystemClock(),
            )
            asyncio.run(run_service(witness, settings, announce=announce))
    except AlreadyRunning as error:
        raise CommandFailed(f"A witness is already serving {data}.") from error
    except (KeyFileRefused, OSError) as error:
        raise CommandFailed(str(error)) from error


def key(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Shows what the centre and readers configure."""
    from central.witness.watch import load_key  # noqa: PLC0415
    from runtime.keyfile import KeyFileRefused  # noqa: PLC0415

    settings = _settings_of(data)
    try:
        verifier = load_key(data, settings.key_name).verifier_key
    except KeyFileRefused as error:
        raise CommandFailed(str(error)) from error
    _show(data, verifier, json=json)


def _show(data: Path, verifier: "VerifierKey", *, json: bool) -> None:
    from central.witness.watch import Witness, load_key  # noqa: PLC0415
    from protocol.fingerprints import fingerprint, words  # noqa: PLC0415
    from runtime.system import SystemClock  # noqa: PLC0415

    settings = _settings_of(data)
    witness = Witness(
        folder=data,
        key=load_key(data, settings.key_name),
        logs=settings.keys_by_origin(),
        clock=SystemClock(),
    )
    latest = {origin: witness.latest(origin) for origin in witness.logs}
    shown: dict[str, object] = {
        "key": verifier.text,
        "fingerprint": " ".join(words(fingerprint([verifier]))),
        "logs": {origin: it.tree.size if it else 0 for origin, it in latest.items()},
    }
    emit_json(shown) if json else facts(shown)


def _settings_of(data: Path) -> "WitnessSettings":
    from central.witness.settings import SETTINGS_FILE, load_witness_settings  # noqa: PLC0415
    from runtime.settings import SettingsRefused  # noqa: PLC0415

    if not (data / SETTINGS_FILE).exists():
        sentence = f"There is no witness in {data}. Make one with `central witness init`."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    try:
        return load_witness_settings(data)
    except SettingsRefused as refused:
        raise CommandFailed("\n".join(refused.faults), exit_code=ExitCode.USAGE) from refused
