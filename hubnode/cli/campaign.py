"""`hubnode campaign`: the records that the centre asks this hub to refresh."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of
from runtime.command_line import JsonOption, group, helped
from runtime.console import emit_json, facts, out, say, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubnode.campaigns import Task


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("campaign", "Records that the centre asks to refresh.", "hubnode campaign list")
    sentence = "List every campaign with what it asks of this hub."
    example = "hubnode campaign list --json"
    part.command("list", help=helped(example, sentence), short_help=sentence)(list_)
    sentence = "Show this hub's records that are left, and what each of them lacks."
    example = "hubnode campaign show 2026-top"
    part.command("show", help=helped(example, sentence), short_help=sentence)(show)
    app.add_typer(part)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints every campaign, the one opened last first."""
    from hubnode.campaigns import tasks  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        found = node.db.read_sync(lambda conn: tasks(conn, node, who.hub))
    if json:
        emit_json({"items": [_document(task) for task in found]})
        return
    if not found:
        say("No campaign yet. They arrive with: hubnode sync now")
        return
    table(
        ("campaign", "title", "due", "state", *found[0].own.all()),
        [
            (it.campaign.id, it.campaign.title, it.campaign.due, it.state, *it.own.all().values())
            for it in found
        ],
    )


def show(
    campaign: Annotated[str, typer.Argument(help="Id of the campaign, such as 2026-top.")],
    *,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Prints one campaign and the hub's records that are left in it."""
    from dataclasses import asdict  # noqa: PLC0415

    from hubnode.campaigns import task_of, to_refresh  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        task = node.db.read_sync(lambda conn: task_of(conn, node, who.hub, campaign))
        left = node.db.read_sync(lambda conn: to_refresh(conn, node, who.hub, campaign))
    if json:
        emit_json({**_document(task), "items": [asdict(it) for it in left]})
        return
    asked = {"campaign": campaign, "title": task.campaign.title, "due": task.campaign.due}
    facts({**asked, "state": task.state, **task.own.all()})
    if not left:
        say("Nothing is left here to refresh.")
        return
    out("")
    table(
        ("record", "title", "waiting", "missing"),
        [(it.record, it.title, it.is_waiting, _listed(it.missing)) for it in left],
    )
    say(f"Still true? hubnode record attest ID --campaign {campaign}")
    say("Otherwise amend it: hubnode record publish ID --set ...")


def _listed(missing: "Mapping[str, list[str]]") -> str:
    return "; ".join(f"{name}: {', '.join(labels)}" for name, labels in missing.items())


def _document(task: "Task") -> dict[str, Any]:
    return {
        "campaign": task.campaign.id,
        "title": task.campaign.title,
        "due": task.campaign.due,
        "state": task.state,
        "own": task.own.all(),
        "everywhere": task.everywhere.all(),
    }
