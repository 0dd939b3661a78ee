"""`central redact`: the bytes of entries are destroyed, by the word of two people."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from central.cli.batches import DryRunOption
from central.cli.common import (
    DATA_DEFAULT,
    AgencyOption,
    ByOption,
    DataOption,
    ReasonOption,
    RecordArgument,
    centre_of,
)
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, say, table
from runtime.reasons import said

if TYPE_CHECKING:
    from central.casework.redaction import RedactionOrder
    from protocol.entries.redaction import EntryRedacted

NOT_SCRUBBED = (
    "The bytes are gone from the log; free pages of the database file may still have them, because "
    "others use it now. Run `central log verify` when they have ended: opening it does the rest."
)


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Destroy the bytes of entries for ever; their hashes stay, and every proof holds."
    who = '--reason "Permohonan warga" --ground "UU 27/2022 pasal 8" --by rina --second-by budi'
    examples = (
        f"central redact ID --place 418 --field summary --dry-run {who} --agency panrb\n"
        f"central redact ID --entry contoh.go.id/hub/51/1:7 {who} --agency panrb"
    )
    app.command("redact", help=helped(examples, sentence), short_help=sentence)(redact)


def redact(
    record: RecordArgument,
    *,
    place: Annotated[
        int | None, typer.Option(min=0, help="Of the decision that has the content.")
    ] = None,
    entry: Annotated[
        str, typer.Option(help="ORIGIN:INDEX of the entry of a hub's log that has it.")
    ] = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="Only this field's value goes; default all that it wrote."),
    ] = None,
    reason: ReasonOption,
    ground: Annotated[
        str, typer.Option("--ground", callback=said, help="Legal basis; stands in the log.")
    ],
    by: ByOption,
    second_by: Annotated[
        str, typer.Option("--second-by", help="Account of the second person, who agrees.")
    ],
    agency: AgencyOption,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends the decisions, and destroys the bytes here; hubs follow with their next sync."""
    from central.casework import redaction as casework  # noqa: PLC0415
    from central.casework.person import Person  # noqa: PLC0415
    from central.dumps.forgetting import forget_redacted  # noqa: PLC0415

    order = casework.RedactionOrder(
        record=record, fields=tuple(field or ()), ground=ground, second_by=second_by
    )
    order = _aimed(order, place, entry)
    person = Person(by=by, agency=agency.value, reason=reason)
    with centre_of(data) as centre:
        planned = centre.db.read_sync(lambda conn: casework.plan(conn, centre, order, person))
        if not json:
            _show(planned)
        if dry_run:
            _emit(planned, is_done=False, json=json)
            return
        question = f"Destroy the bytes of {len(planned[0].entries)} entries for ever?"
        if not confirm(question, assume_yes=yes):
            raise CommandFailed("Nothing was changed.")
        done = centre.db.run_sync(lambda conn: casework.redact(conn, centre, order, person))
        is_scrubbed = centre.db.scrub_sync()
        forget_redacted(centre)
    _emit(done, is_done=True, json=json)
    if not is_scrubbed:
        say(NOT_SCRUBBED)


def _aimed(order: "RedactionOrder", place: int | None, entry: str) -> "RedactionOrder":
    from dataclasses import replace  # noqa: PLC0415

    from protocol.entries.members import Source  # noqa: PLC0415

    origin, _, index = entry.rpartition(":")
    is_entry = bool(origin) and index.isascii() and index.isdigit()
    if (place is None) == (not entry) or (entry and not is_entry):
        sentence = "Say either --place PLACE or --entry ORIGIN:INDEX."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    if place is not None:
        return replace(order, place=place)
    return replace(order, source=Source(origin=origin, index=int(index)))


def _show(planned: "list[EntryRedacted]") -> None:
    rows = [(it.origin, it.index, it.kind or "-") for it in planned[0].entries]
    table(("log", "index", "decision"), rows, title=f"Bytes of {len(rows)} entries go")
    say(f"Fields that lose their value: {', '.join(planned[0].fields) or 'none'}.")
    others = [it.record for it in planned[1:]]
    if others:
        say(f"Restated with it: {', '.join(others)}")


def _emit(decisions: "list[EntryRedacted]", *, is_done: bool, json: bool) -> None:
    first = decisions[0]
    document: dict[str, Any] = {
        "record": first.record,
        "redacted": is_done,
        "entries": [
            {"origin": it.origin, "index": it.index, "kind": it.kind} for it in first.entries
        ],
        "fields": list(first.fields),
        "others": [it.record for it in decisions[1:]],
    }
    if json:
        emit_json(document)
    elif is_done:
        say(f"Redacted: {len(first.entries)} entries of {first.record}.")
