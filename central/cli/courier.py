"""`central courier`: take and answer what hubs without a network carry here."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, VolumeOption, group, helped, volume_bytes_of
from runtime.console import CommandFailed, counted, emit_json, out, progress, require_folder, say

if TYPE_CHECKING:
    from central.centre import Centre
    from central.courier import Taken
    from central.courier_export import Exported


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group(
        "courier",
        "Take and answer what hubs without a network carry here.",
        "central courier import /media/usb/51-to-centre-*.courier\n"
        "central courier export 51 /media/usb",
    )
    sentence = "Verify and keep hubs' files, as if they came over the network."
    examples = "central courier import /media/usb/51-to-centre-*.courier"
    part.command("import", help=helped(examples, sentence), short_help=sentence)(import_)
    sentence = "Write one hub's answer: its receipt, and the decisions that it lacks."
    examples = (
        "central courier export 51 /media/usb\ncentral courier export 51 /media/usb --since 0"
    )
    part.command("export", help=helped(examples, sentence), short_help=sentence)(export)
    app.add_typer(part)


def import_(
    files: Annotated[list[Path], typer.Argument(help="What hubs wrote for this centre, in order.")],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Takes volumes one after the other, up to the first that is refused."""
    done = []
    with centre_of(data) as centre, progress("entries") as advance:
        for file in files:
            say(f"{file.name}:")
            done.append(_import(centre, file, advance))
            if not json:
                _say_taken(done[-1])
    if json:
        emit_json({"items": [_shown(taken) for taken in done]})


def _import(centre: "Centre", file: Path, advance: Callable[[int], None]) -> "Taken":
    from central.courier import import_file  # noqa: PLC0415
    from protocol.errors import CourierRefused  # noqa: PLC0415
    from protocol.limits import COURIER_BYTES_MAX  # noqa: PLC0415
    from protocol.problems import PROBLEMS  # noqa: PLC0415
    from runtime.durable import read_at_most  # noqa: PLC0415

    try:
        return import_file(centre, read_at_most(file, COURIER_BYTES_MAX), advance=advance)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}.") from error
    except CourierRefused as refused:
        sentence = f"{PROBLEMS[refused.code].en} — {file}: {refused.message} ({refused.code})"
        raise CommandFailed(sentence) from refused


def _say_taken(taken: "Taken") -> None:
    label = taken.label
    say(f"Hub {label.hub}, file {label.sequence}, volume {label.volume} of {label.volumes}.")
    kept = counted(taken.kept_count, "new entry", "new entries")
    say(f"{kept} kept; {taken.mirrored_size} of its log are here.")
    if taken.undecided_count:
        waiting = counted(taken.undecided_count, "entry waits", "entries wait")
        sentence = f"{waiting} for a decision: leave central serve running"
        say(f"{sentence}, then write the answer.")


def export(
    hub: Annotated[str, typer.Argument(help="Hub id, such as 51 or kemenkes.")],
    folder: Annotated[Path, typer.Argument(help="Where the files go, such as a USB stick.")],
    *,
    since: Annotated[
        int | None,
        typer.Option(min=0, help="Decisions that the hub has; default: what it checked last."),
    ] = None,
    own_log: Annotated[
        bool, typer.Option("--own-log", help="With the hub's own log: it restored an old backup.")
    ] = False,
    volume_size: VolumeOption = 64,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes the answer for one hub."""
    from central.courier_export import Order  # noqa: PLC0415
    from central.courier_export import export as write  # noqa: PLC0415

    require_folder(folder)
    order = Order(
        hub=hub, since=since, volume_bytes=volume_bytes_of(volume_size), has_own_log=own_log
    )
    with centre_of(data) as centre, progress("entries") as advance:
        try:
            made = write(centre, order, folder, advance=advance)
        except OSError as error:
            sentence = f"The files cannot be written to {folder}: {error.strerror}."
            raise CommandFailed(sentence) from error
    if json:
        emit_json(_exported(made))
        return
    for file in made.files:
        out(str(file))
    receipt = counted(made.receipt_size, "entry", "entries")
    say(f"Decisions {made.start} to {made.size}; a receipt for {receipt}.")
    if made.undecided_count:
        undecided = counted(made.undecided_count, "entry", "entries")
        say(f"Not decided yet: {undecided} of hub {hub}. What is decided comes with a later file.")


def _shown(taken: "Taken") -> dict[str, Any]:
    return {
        "hub": taken.label.hub,
        "sequence": taken.label.sequence,
        "volume": taken.label.volume,
        "volumes": taken.label.volumes,
        "kept": taken.kept_count,
        "mirrored": taken.mirrored_size,
        "undecided": taken.undecided_count,
        "cosigned": taken.cosigned_size,
    }


def _exported(made: "Exported") -> dict[str, Any]:
    return {
        "files": [str(file) for file in made.files],
        "start": made.start,
        "size": made.size,
        "receipt": made.receipt_size,
        "undecided": made.undecided_count,
    }
