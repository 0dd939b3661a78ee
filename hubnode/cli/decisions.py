"""`hubnode decisions`: what the centre decided about this hub's changes."""

from typing import Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, LimitOption, enrolled, node_of
from runtime.command_line import JsonOption, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Show what the centre decided about this hub's changes, and open conflicts."
    app.command(
        "decisions",
        help=helped("hubnode decisions\nhubnode decisions --outcome held --json", sentence),
        short_help=sentence,
    )(decisions)


def decisions(
    *,
    outcome: Annotated[
        str, typer.Option(help="Only: applied, conflict, noop, proposed, held, void or refused.")
    ] = "",
    limit: LimitOption = 50,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Shows outcomes, the newest first."""
    from hubnode.proposals import proposals_to  # noqa: PLC0415
    from hubnode.review import open_conflicts, recent_outcomes  # noqa: PLC0415
    from protocol.entries.decisions import OUTCOMES  # noqa: PLC0415

    if outcome and outcome not in OUTCOMES:
        sentence = f"No outcome {outcome!r}; there are {', '.join(OUTCOMES)}."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    with node_of(data) as node:
        identity = enrolled(node)
        found = node.db.read_sync(
            lambda conn: recent_outcomes(conn, outcome=outcome or None, limit=limit)
        )
        conflicts = node.db.read_sync(lambda conn: open_conflicts(conn, node, identity))
        proposed = [
            {"record": it.record, "hub": it.author, "place": it.place}
            for it in node.db.read_sync(proposals_to)
        ]
    if json:
        emit_json({"items": found, "conflicts": conflicts, "proposals": proposed})
        return
    if conflicts:
        rows = [(c["record"], c["field"], c["author"], str(c["value"])) for c in conflicts]
        table(("record", "field", "author", "value"), rows, title="Open conflicts")
        say("To resolve one, publish the value that is right: hubnode record publish ID --set ...")
    if proposed:
        table(
            tuple(proposed[0]),
            [tuple(it.values()) for it in proposed],
            title="Proposals of other hubs about records of this one",
        )
        say("They are accepted or refused on the page Keputusan of this node.")
    if not found and outcome:
        say(f"No change was decided as {outcome}.")
        return
    if not found:
        say("No decisions yet. They arrive with: hubnode sync now")
        return
    table(tuple(found[0]), [tuple(it.values()) for it in found])
    if len(found) == limit:
        say(f"The newest {limit}; --limit shows more.")
