"""`hubnode courier`: sync by hand, where there is no network."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, naming, node_of
from hubnode.cli.sync import exit_code_of
from runtime.command_line import JsonOption, VolumeOption, group, helped, volume_bytes_of
from runtime.console import ExitCode, emit_json, out, progress, require_folder, say

if TYPE_CHECKING:
    from hubnode.courier import Imported
    from hubnode.courier_export import Exported
    from hubnode.node import Node


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group(
        "courier",
        "Carry changes and answers by hand, where there is no network.",
        "hubnode courier export /media/usb\nhubnode courier import /media/usb/51-to-hub-*.courier",
    )
    sentence = "Sign what is pending and write it to files for the centre."
    examples = "hubnode courier export /media/usb\nhubnode courier export /media/usb --full"
    part.command("export", help=helped(examples, sentence), short_help=sentence)(export)
    sentence = "Read files of the centre, each as a sync run."
    examples = "hubnode courier import /media/usb/51-to-hub-*.courier"
    part.command("import", help=helped(examples, sentence), short_help=sentence)(import_)
    app.add_typer(part)


def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go, such as a USB stick.")],
    *,
    full: Annotated[
        bool,
        typer.Option("--full", help="From the first entry on, whatever the last receipt says."),
    ] = False,
    volume_size: VolumeOption = 64,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes the files; what was signed stays signed, also where they are lost."""
    import asyncio  # noqa: PLC0415

    from hubnode.courier_export import export as write  # noqa: PLC0415

    require_folder(folder)  # before anything is signed
    with node_of(data) as node, progress("entri") as advance:
        made = asyncio.run(
            write(
                node,
                folder,
                volume_bytes=volume_bytes_of(volume_size),
                is_full=full,
                advance=advance,
            )
        )
    if json:
        emit_json(_exported(made))
        return
    for file in made.files:
        out(str(file))
    say(made.report.sentence)
    say(f"{made.end - made.start} entri ditulis, {made.signed_count} baru ditandatangani.")


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="What the centre wrote for this hub, in order.")
    ],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Reads volumes one after the other, up to the first that cannot be taken."""
    done = []
    with node_of(data) as node, progress("langkah") as advance:
        for file in files:
            say(f"{file.name}:")
            done.append(_import(node, file, advance))
            if not json:
                _say_imported(done[-1])
            if _exit_code(done[-1]):
                break
    if json:
        emit_json({"items": [_imported(read) for read in done]})
    if exit_code := _exit_code(done[-1]):
        raise typer.Exit(exit_code)


def _import(node: "Node", file: Path, advance: Callable[[int], None]) -> "Imported":
    import asyncio  # noqa: PLC0415

    from hubnode.courier import import_file  # noqa: PLC0415
    from protocol.limits import COURIER_BYTES_MAX  # noqa: PLC0415
    from runtime.durable import read_at_most  # noqa: PLC0415

    data = read_at_most(file, COURIER_BYTES_MAX)
    with naming(file):
        return asyncio.run(import_file(node, data, progress=lambda _step, _known: advance(1)))


def _exit_code(read: "Imported") -> ExitCode:
    return exit_code_of(read.report.state, read.report.code)


def _say_imported(read: "Imported") -> None:
    say(read.report.sentence)
    say(f"{read.report.pulled} keputusan diterima.")
    if read.is_old:
        say("Berkas ini lebih lama daripada yang sudah ada di sini; tidak ada yang hilang.")
    elif read.next_volume is not None:
        label = read.label
        say(f"Berikutnya: volume {read.next_volume} dari {label.volumes}, berkas {label.sequence}.")


def _exported(made: "Exported") -> dict[str, Any]:
    return {
        "files": [str(file) for file in made.files],
        "start": made.start,
        "end": made.end,
        "signed": made.signed_count,
        "state": str(made.report.state),
        "code": made.report.code,
        "sentence": made.report.sentence,
    }


def _imported(read: "Imported") -> dict[str, Any]:
    report, label = read.report, read.label
    return {
        "sequence": label.sequence,
        "volume": label.volume,
        "volumes": label.volumes,
        "next_volume": read.next_volume,
        "old": read.is_old,
        "pushed": report.pushed,
        "pulled": report.pulled,
        "outcomes": dict(report.outcomes),
        "standings": dict(report.standings),
        "national_size": report.national_size,
        "catalogue_hash": report.catalogue_hash,
        "state": str(report.state),
        "code": report.code,
        "sentence": report.sentence,
    }
