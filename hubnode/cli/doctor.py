"""`hubnode doctor`: what may be wrong with this node, and mending it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, require_node, told
from runtime.command_line import JsonOption, helped
from runtime.console import ExitCode, emit_json, say, table

if TYPE_CHECKING:
    from runtime.findings import Finding


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Look at every point of this node; mend what needs no decision."
    app.command(
        "doctor",
        help=helped("hubnode doctor\nhubnode doctor --fix", sentence),
        short_help=sentence,
    )(doctor)


def doctor(
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what needs no decision.")] = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Shows how each point is; leaves with 3 where there is a problem."""
    from runtime.findings import Health  # noqa: PLC0415

    require_node(data)
    with told():
        findings = asyncio.run(_examine(data, fix=fix))
    if json:
        emit_json({"findings": [it.document for it in findings]})
    else:
        rows = [(it.point, it.health.value, it.sentence.id, it.detail) for it in findings]
        table(("point", "health", "sentence", "detail"), rows)
    if any(it.health is Health.PROBLEM for it in findings):
        say("There are problems." if fix else "There are problems. Try: hubnode doctor --fix")
        raise typer.Exit(ExitCode.DOCTOR)


async def _examine(data: Path, *, fix: bool) -> "list[Finding]":
    from hubnode.doctor import Mend, close_files, examine  # noqa: PLC0415
    from hubnode.opening import online_node  # noqa: PLC0415
    from hubnode.verifying import verify_now  # noqa: PLC0415

    async with online_node(data) as node:
        found = await node.db.read(lambda conn: examine(conn, node))
        mends = {it.mend for it in found} if fix else set()
        if Mend.CLOSE_FILES in mends:
            close_files(node)
        if Mend.VERIFY in mends:
            await verify_now(node)
        return await node.db.read(lambda conn: examine(conn, node)) if mends else found
