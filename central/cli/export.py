"""`central export`: what a search finds, as a file; the same files as over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Write what a search finds to a file; its ending says the format."
    examples = (
        "central export inovasi.csv\n"
        "central export bali.xlsx --query antrean --where province=51 --header id"
    )
    app.command("export", help=helped(examples, sentence), short_help=sentence)(export)


def export(
    file: Annotated[Path, typer.Argument(help="File to write: .csv, .jsonl, .xlsx, ...")],
    *,
    query: Annotated[str, typer.Option(help="Words, as in a search.")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="FACET=VALUE, such as province=51; repeatable.")
    ] = None,
    header: Annotated[str, typer.Option(help="Above the columns: fields, id or en.")] = "fields",
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Writes the file; one that is there already stays as it is."""
    from central.outlets.columns import HEADERS  # noqa: PLC0415
    from central.outlets.exporting import FORMATS, Order, Selection, write_export  # noqa: PLC0415

    ending = file.suffix.removeprefix(".")
    if ending not in FORMATS or header not in HEADERS:
        takes = f"The ending is one of {', '.join(FORMATS)}; --header takes {', '.join(HEADERS)}."
        raise CommandFailed(takes, exit_code=ExitCode.USAGE)
    selection = Selection(text=query, filters=_filters(where or []))
    order = Order(ending=ending, header=header, selection=selection)
    try:
        with centre_of(data) as centre, _new(file) as target:
            centre.db.read_sync(lambda conn: write_export(conn, centre, order, target))
            size = target.tell()
    except FileExistsError as error:
        sentence = f"{file} is there already; name another file."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE) from error
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error.strerror}.") from error
    emit_json({"file": str(file), "bytes": size}) if json else say(f"Written: {file}")


@contextmanager
def _new(file: Path) -> Iterator[BinaryIO]:
    """A file that is not there yet, and is not there afterwards unless it is whole."""
    with file.open("xb") as target:
        try:
            yield target
        except BaseException:
            file.unlink()
            raise


def _filters(where: list[str]) -> dict[str, str]:
    """Facet to value.

    Raises:
        CommandFailed: no facet, or a value that no innovation has.
    """
    from protocol.innovation.searching import FACETS, misfit  # noqa: PLC0415

    filters = dict(it.partition("=")[::2] for it in where)
    for name, value in filters.items():
        known = f"--where takes FACET=VALUE, with a facet of {', '.join(FACETS)}."
        if fault := misfit(name, value) if name in FACETS else known:
            raise CommandFailed(fault, exit_code=ExitCode.USAGE)
    return filters
