"""`hubnode import`: spreadsheets in, with named row errors, and undo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from hubnode.cli.common import (
    BY_DEFAULT,
    DATA_DEFAULT,
    ByOption,
    DataOption,
    enrolled,
    node_of,
    settings_of,
)
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import (
    CommandFailed,
    ExitCode,
    confirm,
    counted,
    emit_json,
    progress,
    say,
    table,
)
from runtime.interrupts import interrupts_held

if TYPE_CHECKING:
    from hubnode.imports.commit import ImportOrder, ImportReport, RowError
    from hubnode.imports.undo import UndoReport
    from hubnode.store.imports import ImportRun

FileArgument = Annotated[Path, typer.Argument(help="CSV, XLSX, JSON or JSON Lines.")]
MappingOption = Annotated[
    str, typer.Option("--mapping", help="`template`, `lan`, a saved name, or a .toml file.")
]
WhereOption = Annotated[
    list[str] | None, typer.Option("--where", help="COLUMN=VALUE: only rows where it holds.")
]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group(
        "import",
        "Bring records in from spreadsheets.",
        "hubnode import template inovasi.xlsx\nhubnode import commit inovasi.xlsx",
    )
    sentence = "Write the empty spreadsheet to fill in."
    part.command(
        "template",
        help=helped("hubnode import template inovasi.xlsx", sentence),
        short_help=sentence,
    )(template)
    sentence = "Say what an import would do; nothing is stored."
    part.command(
        "check", help=helped("hubnode import check inovasi.xlsx", sentence), short_help=sentence
    )(check)
    sentence = "Import what is valid and name what is not."
    part.command(
        "commit",
        help=helped("hubnode import commit inovasi.csv --mapping lan --json", sentence),
        short_help=sentence,
    )(commit)
    sentence = "Undo the newest import as a whole."
    part.command("undo", help=helped("hubnode import undo --yes", sentence), short_help=sentence)(
        undo
    )
    app.add_typer(part)


def template(
    file: Annotated[Path, typer.Argument(help="Where to write it: .xlsx or .csv.")] = Path(
        "inovasi.xlsx"
    ),
    *,
    json: JsonOption = False,
) -> None:
    """Writes the project's own template."""
    from hubnode.imports.refusal import FileRefused  # noqa: PLC0415
    from hubnode.imports.template_file import write_template  # noqa: PLC0415

    if file.exists():
        sentence = f"{file} is there already and may be filled in; name another file."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    try:
        write_template(file)
    except FileRefused as refused:
        raise CommandFailed(refused.message, exit_code=ExitCode.USAGE) from refused
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error.strerror}.") from error
    if json:
        emit_json({"file": str(file)})
        return
    hint = f"Import it with: hubnode import commit {quote(str(file))} --mapping template"
    say(f"Written: {file}. {hint}")


def check(
    file: FileArgument,
    *,
    mapping: MappingOption = "template",
    where: WhereOption = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Rehearses an import."""
    report, order = _import(file, mapping, where or [], data, is_rehearsal=True)
    _show(report, order, json=json)
    if report.added + report.amended and not json:
        would = _saved(report, "would be saved")
        say(f"Nothing is stored yet. {would} {_then(data)} Import it with `hubnode import commit`.")
    _leave_where_no_row_is_valid(report)


def commit(
    file: FileArgument,
    *,
    mapping: MappingOption = "template",
    where: WhereOption = None,
    withdraw_missing: Annotated[
        bool, typer.Option(help="Withdraw records whose rows have vanished from the file.")
    ] = False,
    yes: YesOption = False,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Imports a file."""
    if withdraw_missing:
        _confirm_withdrawals(file, mapping, where or [], data, yes=yes)
    report, order = _import(
        file, mapping, where or [], data, by=by, withdraw_missing=withdraw_missing
    )
    _show(report, order, json=json)
    if report.added + report.amended + report.withdrawn and not json:
        say(f"{_saved(report, 'saved')} {_then(data)} Undo it with `hubnode import undo`.")
    if report.missing and not withdraw_missing:
        say(
            f"Imported earlier and not in this file: {report.missing}; these records stay. "
            "To withdraw them: --withdraw-missing"
        )
    if report.still_withdrawn:
        say(
            f"Withdrawn records that stay so: {report.still_withdrawn}. "
            "To bring one back: hubnode record restore ID"
        )
    _leave_where_no_row_is_valid(report)


def _saved(report: "ImportReport", verb: str) -> str:
    """How many records are saved, such as "1 record saved: 1 new, 0 changed."."""
    count = report.added + report.amended + report.withdrawn
    withdrawn = f", {report.withdrawn} withdrawn" if report.withdrawn else ""
    kinds = f"{report.added} new, {report.amended} changed{withdrawn}"
    return f"{counted(count, 'record')} {verb}: {kinds}."


def _then(data: Path) -> str:
    """What happens to them, and that on the command line nobody else approves it."""
    sentence = "They are signed and sent to the centre at the next sync."
    if settings_of(data).second_person_approves:
        sentence += " `second_person_approves` holds on the pages only: here nobody else is asked."
    return sentence


def _leave_where_no_row_is_valid(report: "ImportReport") -> None:
    """Ends with the exit code that wants a person where every row is wrong.

    Raises:
        typer.Exit: it is so.
    """
    if report.errors and not (report.added + report.amended + report.unchanged):
        raise typer.Exit(ExitCode.ATTENTION)


def undo(
    *,
    yes: YesOption = False,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Undoes the newest import."""
    from hubnode.imports.undo import latest_import, rehearse_undo, undo_import  # noqa: PLC0415
    from hubnode.store.imports import titles_among  # noqa: PLC0415

    with node_of(data) as node:
        identity = enrolled(node)
        run = node.db.read_sync(latest_import)
        would = rehearse_undo(node, identity, run.id, by=by)
        if not confirm(_undo_question(run, would), assume_yes=yes):
            raise CommandFailed("Nothing was changed.")
        with progress("records", total=run.records_count) as advance:
            advice = "Run it again to go on."
            with _interruptible(
                advance, total=counted(run.records_count, "record"), advice=advice
            ) as move:
                done = undo_import(node, identity, run, by=by, advance=move)
        ids = [it.record for it in done.kept]
        titles = node.db.read_sync(lambda conn: titles_among(conn, run.id, ids))
    kept = [{"record": it.record, "fields": list(it.fields)} for it in done.kept]
    if json:
        of = {"file": run.file, "mapping": run.mapping, "at": run.at.isoformat()}
        emit_json({**of, "records": run.records_count, "undone": done.undone, "kept": kept})
        return
    say(f"{counted(done.undone, 'record')} put back. {_then(data)}")
    if kept:
        rows = [(it.record, titles[it.record], ", ".join(it.fields)) for it in done.kept]
        edited = counted(len(kept), "record was", "records were")
        table(("record", "title", "fields"), rows, title=f"{edited} edited since, and that stays")


def _undo_question(run: "ImportRun", would: "UndoReport") -> str:
    edited = (
        f" {len(would.kept)} of them edited since: what was edited stays." if would.kept else ""
    )
    return (
        f"The import of {run.file} with the mapping {run.mapping}, {run.at:%Y-%m-%d %H:%M} UTC, "
        f"changed {counted(run.records_count, 'record')}.{edited} "
        f"{counted(would.undone, 'record')} would be put back as before it, "
        f"{would.withdrawn} of them withdrawn. Go on?"
    )


def _confirm_withdrawals(
    file: Path, mapping: str, where: list[str], data: Path, *, yes: bool
) -> None:
    report, _ = _import(file, mapping, where, data, is_rehearsal=True)
    missing = report.missing
    vanished = counted(missing, "record is", "records are")
    question = f"{vanished} not in the file any more. Withdraw what is not there?"
    if missing and not confirm(question, assume_yes=yes):
        raise CommandFailed("Nothing was imported.")


def _import(
    file: Path,
    mapping: str,
    where: list[str],
    data: Path,
    *,
    by: str = BY_DEFAULT,
    withdraw_missing: bool = False,
    is_rehearsal: bool = False,
) -> tuple["ImportReport", "ImportOrder"]:
    """What was done, and of what."""
    from hubnode.imports.commit import ImportOrder, import_table, selected_rows  # noqa: PLC0415
    from hubnode.imports.headings import fitted  # noqa: PLC0415
    from hubnode.imports.mapping import FOLDER, load_mapping  # noqa: PLC0415
    from hubnode.imports.readers import read_table  # noqa: PLC0415

    with node_of(data) as node:
        chosen = load_mapping(mapping, folder=data / FOLDER)
        read = read_table(file, sheet=chosen.sheet, header_row=chosen.header_row)
        order = ImportOrder(
            table=read,
            mapping=fitted(chosen, read.columns),
            file=file.name,
            by=by,
            where=dict(_pair(text) for text in where),
            withdraw_missing=withdraw_missing,
            is_rehearsal=is_rehearsal,
        )
        selected = len(selected_rows(order))
        if not selected:
            say(f"The mapping and --where let none of the {len(order.table.rows)} rows through.")
        with progress("rows", total=selected) as advance:
            if is_rehearsal:
                return import_table(node, enrolled(node), order, advance=advance), order
            advice = "Import the file again to go on; `hubnode import undo` takes them back."
            with _interruptible(
                advance, total=counted(selected, "row"), advice=advice
            ) as advance_stored:
                return import_table(node, enrolled(node), order, advance=advance_stored), order


@contextmanager
def _interruptible(
    advance: Callable[[int], None], *, total: str, advice: str
) -> Iterator[Callable[[int], None]]:
    """Lets Ctrl-C end it between two transactions, with a sentence on how far it came.

    Args:
        advance: told the number of rows done, or of records.
        total: how many there are to do, such as `3 rows`.
        advice: how to go on.

    Raises:
        CommandFailed: it was interrupted.
    """
    done = 0
    with interrupts_held() as release:

        def move(rows: int) -> None:
            nonlocal done
            done += rows
            advance(rows)
            release()

        try:
            yield move
        except KeyboardInterrupt as interrupt:
            sentence = f"Interrupted: of {total}, the first {done} are stored. "
            raise CommandFailed(sentence + advice) from interrupt


def _pair(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign:
        raise CommandFailed(f"--where takes COLUMN=VALUE, not {text!r}", exit_code=ExitCode.USAGE)
    return column, value


def _show(report: "ImportReport", order: "ImportOrder", *, json: bool) -> None:
    from hubnode.imports.correcting import columns_at_fault  # noqa: PLC0415
    from hubnode.imports.headings import place_words, unread_columns  # noqa: PLC0415

    unread = unread_columns(order.mapping, order.table.columns, order.where)
    counts = {
        "added": report.added,
        "amended": report.amended,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
    }
    if json:
        errors = [
            {"row": e.row, "field": e.field, "code": e.code, "message": e.message}
            for e in report.errors
        ]
        others = {"missing": report.missing, "still_withdrawn": report.still_withdrawn}
        emit_json({**counts, **others, "unread_columns": unread, "errors": errors})
        return
    table(tuple(counts), [tuple(counts.values())])
    if unread:
        names = ", ".join(map(repr, unread))
        say(
            f"Columns of the file that are not read: {names}. "
            "`template` knows a column by its heading in the template or by the field's name."
        )
    if report.errors:
        columns = order.table.columns
        rows = [
            (e.row, place_words(e.field, columns_at_fault(order.mapping, e, columns)), *_said(e))
            for e in report.errors
        ]
        title = counted(len(rows), "error")
        table(("row", "column", "field", "code", "message"), rows, title=title)


def _said(error: "RowError") -> tuple[str, str, str]:
    return error.field, error.code, error.message
