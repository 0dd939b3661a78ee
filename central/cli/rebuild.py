"""`central rebuild`: the catalogue again, from the national log alone."""

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, helped
from runtime.console import CommandFailed, ExitCode, counted, emit_json, out


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Fold the national log again and replace the catalogue by what it says."
    help_text = helped("central rebuild --data ./pusat", sentence)
    app.command("rebuild", help=help_text, short_help=sentence)(rebuild)


def rebuild(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Rebuilds in one transaction; leaves with 3 when the catalogue was another."""
    from central.rebuild import rebuild as rebuild_catalogue  # noqa: PLC0415

    with centre_of(data) as centre:
        report = rebuild_catalogue(centre)
    if json:
        emit_json(
            {
                "entries": report.entries,
                "records": report.records,
                "identical": report.identical,
                "catalogue_hash": report.catalogue_hash,
            }
        )
    else:
        found = "the catalogue is exactly theirs" if report.identical else "the catalogue differed"
        records = counted(report.records, "record")
        out(f"{counted(report.entries, 'decision')} folded into {records}; {found}.")
    if not report.identical:
        sentence = "The catalogue differed from the national log; it has been replaced."
        raise CommandFailed(sentence, exit_code=ExitCode.DOCTOR)
