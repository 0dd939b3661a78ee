"""`central conflict`: values that two parties wrote without having seen each other's."""

from typing import Annotated

import typer

from central.cli.batches import in_batches
from central.cli.common import DATA_DEFAULT, AgencyOption, ByOption, DataOption, centre_of
from runtime.command_line import JsonOption, YesOption, group, helped
from runtime.console import CommandFailed, ExitCode, confirm, counted, emit_json, say, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    conflict = group("conflict", "List and resolve conflicts.", "central conflict list")
    sentence = "List every field with more than one current value."
    conflict.command(
        "list", help=helped("central conflict list --json", sentence), short_help=sentence
    )(list_)
    sentence = "Write the value that counts, having seen all of them."
    examples = (
        "central conflict resolve 01942b6e-4c00-7000-8000-000000000001 title "
        "'\"Antrean Daring\"' --by rina --agency panrb"
    )
    conflict.command("resolve", help=helped(examples, sentence), short_help=sentence)(resolve)
    sentence = "Resolve all conflicts on some fields by one rule."
    examples = (
        "central conflict resolve-all owner-wins --field title --by rina --agency panrb --dry-run"
    )
    conflict.command("resolve-all", help=helped(examples, sentence), short_help=sentence)(
        resolve_all
    )
    app.add_typer(conflict)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints the open conflicts; leaves with 4 when there are any."""
    from dataclasses import asdict  # noqa: PLC0415

    from central.casework import conflicts  # noqa: PLC0415

    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: conflicts.list_conflicts(conn, centre))
    if json:
        emit_json({"items": [asdict(conflict) for conflict in found]})
    elif not found:
        say("No conflicts: every field has one value.")
    else:
        rows = [
            [case.record, case.hub, case.title, case.field, head.author, head.value]
            for case in found
            for head in case.heads
        ]
        table(("record", "hub", "title", "field", "author", "value"), rows)
    if found:
        sentence = f"Fields that need a decision: {len(found)}."
        raise CommandFailed(sentence, exit_code=ExitCode.ATTENTION)


def resolve(
    record: Annotated[str, typer.Argument(help="Id of the record.")],
    field: Annotated[str, typer.Argument(help="Name of the field.")],
    value: Annotated[str, typer.Argument(help="The value, as JSON.")],
    *,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Appends a curation to the national log."""
    from central.casework import conflicts  # noqa: PLC0415
    from protocol.canonical import parse  # noqa: PLC0415
    from protocol.errors import MalformedJson  # noqa: PLC0415

    try:
        parsed = parse(value.encode())
    except MalformedJson as error:
        sentence = f"The value is not JSON; text stands in double quotes. ({error.message})"
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE) from error
    with centre_of(data) as centre:
        centre.db.run_sync(
            lambda conn: conflicts.resolve(
                conn, centre, record=record, field=field, value=parsed, by=by, agency=agency.value
            )
        )
    if json:
        emit_json({"record": record, "field": field, "value": parsed})
        return
    say("Resolved.")


def resolve_all(
    rule: Annotated[
        str, typer.Argument(help="Whose value stays: owner-wins, centre-wins or latest-wins.")
    ],
    *,
    field: Annotated[list[str], typer.Option(help="Name of a field that the rule is for.")],
    hub: Annotated[str, typer.Option(help="Only records of this hub.")] = "",
    dry_run: Annotated[
        bool, typer.Option(help="Say what would be resolved, and change nothing.")
    ] = False,
    by: ByOption,
    agency: AgencyOption,
    data: DataOption = DATA_DEFAULT,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Appends a curation for each conflict that the rule covers."""
    from central.casework import rules  # noqa: PLC0415

    if rule not in list(rules.Rule):
        sentence = f"No rule {rule!r}; there are {', '.join(rules.Rule)}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    chosen = rules.Rule(rule)
    with centre_of(data) as centre:
        covered = centre.db.read_sync(
            lambda conn: rules.covered_by(conn, centre, chosen, field, hub)
        )
        if not dry_run and covered:
            question = f"Resolve {counted(len(covered), 'conflict')} by {rule}?"
            if not confirm(question, assume_yes=yes):
                raise CommandFailed("Nothing was changed.")
            in_batches(
                centre,
                sorted({it.record for it, _ in covered}),
                "Resolving",
                lambda conn, part: rules.resolve_many(
                    conn, centre, chosen, field, part, by=by, agency=agency.value
                ),
            )
    items = [
        {"record": it.record, "hub": it.hub, "field": it.field, "value": head.value}
        for it, head in covered
    ]
    if json:
        emit_json({"resolved": 0 if dry_run else len(items), "items": items})
    elif not items:
        say("No open conflict is covered by this rule.")
    else:
        rows = [tuple(it.values()) for it in items]
        table(("record", "hub", "field", "stays"), rows)
        say(f"{'Would be resolved' if dry_run else 'Resolved'}: {len(items)}.")
