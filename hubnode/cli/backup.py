"""`hubnode backup create|list|verify|restore`."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of, settings_of, told
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, facts, say, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubnode.backup import Opened
    from protocol.emergency_kit import EmergencyKit

FileArgument = Annotated[Path, typer.Argument(help="The backup.", exists=True, dir_okay=False)]
KitOption = Annotated[bool, typer.Option("--kit", help="Ask for the emergency kit to open it.")]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("backup", "Backups of the node, each one encrypted file.", "hubnode backup create")
    for name, command, example, sentence in (
        ("create", create, "hubnode backup create", "Back the node up into one encrypted file."),
        ("list", list_, "hubnode backup list", "List the backups in the data folder."),
        (
            "verify",
            verify,
            "hubnode backup verify bali.jipp-backup",
            "Open a backup and check everything in it.",
        ),
        (
            "restore",
            restore,
            "hubnode backup restore bali.jipp-backup --kit --data ./node",
            "Put a backup into an empty folder.",
        ),
    ):
        part.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def create(
    file: Annotated[Path | None, typer.Argument(help="Where to; else in the data folder.")] = None,
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes a backup."""
    from hubnode.backup import create as create_backup  # noqa: PLC0415
    from hubnode.store.safeguards import keep_backup  # noqa: PLC0415

    with node_of(data) as node, told():
        path = create_backup(node, enrolled(node), file, kept=settings_of(data).backups_kept)
        node.db.run_sync(lambda conn: keep_backup(conn, node.clock.now()))
    shown = {"file": str(path), "bytes": path.stat().st_size}
    emit_json(shown) if json else facts(shown)
    say("Copy it to another machine. It opens with the keys of now: keep the emergency kit.")


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Lists backups, the newest first."""
    from hubnode.backup import every  # noqa: PLC0415

    rows = [
        {"file": it.name, "made_at": it.made_at.isoformat(), "bytes": it.size_bytes}
        for it in every(data)
    ]
    if json:
        emit_json({"backups": rows})
    else:
        table(("file", "made_at", "bytes"), [tuple(it.values()) for it in rows])


def verify(
    file: FileArgument,
    *,
    kit: KitOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Opens a backup, compares it with its manifest and checks its database."""
    from hubnode.backup import is_sound  # noqa: PLC0415

    with told(), _opened(file, data, by_kit=kit) as (found, _):
        sound = is_sound(found)
        shown = {
            "verified": sound,
            "hub": found.hub,
            "name": found.name,
            "made_at": found.made_at.isoformat(),
            "files": list(found.files),
        }
    emit_json(shown) if json else facts({**shown, "files": " ".join(found.files)})
    if not sound:
        raise CommandFailed("The database in it is damaged.", exit_code=ExitCode.FAILED)


def restore(
    file: FileArgument,
    *,
    kit: KitOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Restores into a folder in which no node lives."""
    from hubnode.backup import restore as restore_backup  # noqa: PLC0415
    from hubnode.restoring import note_restored  # noqa: PLC0415

    with told(), _opened(file, _made(data), by_kit=kit) as (found, typed):
        restore_backup(found, data)
        with node_of(data) as node:
            made_at, now = found.made_at, node.clock.now()
            node.db.run_sync(lambda conn: note_restored(conn, made_at, typed, now))
        shown = {"data": str(data), "hub": found.hub, "made_at": found.made_at.isoformat()}
    emit_json(shown) if json else facts(shown)
    say("Next: hubnode sync now. If it says that another machine is the hub: hubnode adopt.")


def _made(data: Path) -> Path:
    """The folder, so that nothing lies open outside it meanwhile."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


@contextmanager
def _opened(
    file: Path, data: Path, *, by_kit: bool
) -> "Iterator[tuple[Opened, EmergencyKit | None]]":
    """The backup, open under the data folder if there is one, and the kit that was asked for."""
    from hubnode.backup import opened, require_keys_of  # noqa: PLC0415

    kit = _asked_kit() if by_kit else None
    within = data if data.is_dir() else Path(gettempdir())
    with opened(file, [kit.log if kit else _own_key(data)], within=within) as found:
        if kit:
            require_keys_of(found, kit)
        yield found, kit


def _asked_kit() -> "EmergencyKit":
    from protocol.emergency_kit import parse_kit  # noqa: PLC0415

    text = typer.prompt("Emergency kit", hide_input=True, err=True, show_default=False)
    return parse_kit(text)


def _own_key(data: Path) -> bytes:
    """The log key of the key file in the folder, whether or not its node is there."""
    from hubnode.keys import KEY_FILE, KEY_NAMES  # noqa: PLC0415
    from runtime.keyfile import load_keys  # noqa: PLC0415

    return load_keys(data / KEY_FILE, KEY_NAMES)["log"]
