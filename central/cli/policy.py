"""`central policy`: what another rule would have done."""

from typing import Annotated

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table

ROWS_SHOWN = 50


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    example = "central policy rehearse --without privacy_finding"
    policy = group("policy", "See what another rule would have done.", example)
    sentence = "Decide the past once more under a changed rule, and write nothing."
    examples = f"{example}\ncentral policy rehearse --owner-wins title --owner-wins summary"
    policy.command("rehearse", help=helped(examples, sentence), short_help=sentence)(rehearse)
    app.add_typer(policy)


def rehearse(
    *,
    without: Annotated[
        list[str] | None, typer.Option(help="Code of a verdict that would not hold anything.")
    ] = None,
    owner_wins: Annotated[
        list[str] | None, typer.Option(help="FIELD on which the owner's value would always stay.")
    ] = None,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Replays every log in memory."""
    from dataclasses import asdict  # noqa: PLC0415

    from central.casework import rehearsal  # noqa: PLC0415
    from protocol.innovation.fields import field_to_fill  # noqa: PLC0415
    from protocol.verdicts import VERDICTS  # noqa: PLC0415

    codes = {verdict.code for verdict in VERDICTS}
    if unknown := sorted(set(without or ()) - codes):
        sentence = f"No verdict {unknown[0]!r}; there are {', '.join(sorted(codes))}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    try:
        fields = frozenset(field_to_fill(name).name for name in owner_wins or ())
    except ValueError as error:
        raise CommandFailed(str(error), exit_code=ExitCode.USAGE) from error
    policy = rehearsal.Policy(without=frozenset(without or ()), owner_wins=fields)
    with centre_of(data) as centre:
        found = centre.db.read_sync(lambda conn: rehearsal.rehearse(conn, centre, policy))
    if json:
        emit_json(asdict(found))
        return
    say(f"Judged again: {found.changes} changes. Nothing was written.")
    say(f"Fields in conflict: {found.conflicts}; they would be {found.conflicts_would}.")
    _show(("place", "hub", "record", "was", "would"), found.otherwise, "other outcomes")
    _show(("record", "field", "shown", "would"), found.fields, "other values")


def _show(columns: tuple[str, ...], items: tuple[object, ...], what: str) -> None:
    rows = [tuple(getattr(item, name) for name in columns) for item in items[:ROWS_SHOWN]]
    if rows:
        table(columns, rows, title=f"{len(items)} {what}")
    if len(items) > len(rows):
        say(f"The first {len(rows)} of them; --json has all.")
