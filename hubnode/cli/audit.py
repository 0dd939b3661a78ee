"""`hubnode audit`: whether the centre kept its word about this hub's changes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of, quorum_of, told
from runtime.command_line import JsonOption, helped
from runtime.console import ExitCode, emit_json, facts, say

if TYPE_CHECKING:
    from hubnode.auditing import Audited, Finding
    from hubnode.keys import OwnKeys
    from hubnode.store.identity import Identity


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Audit every receipt and every change of this hub, and what the centre shows now."
    app.command(
        "audit",
        help=helped("hubnode audit\nhubnode audit --offline --json", sentence),
        short_help=sentence,
    )(audit)


def audit(
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody.")] = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Leaves with 0 where all is well, 4 where something waits for a person, 1 on an alarm."""
    from hubnode.auditing import Level, audit_node  # noqa: PLC0415
    from hubnode.keys import load_own_keys  # noqa: PLC0415

    quorum = quorum_of(data)
    with node_of(data) as node:
        who = enrolled(node)
        keys = load_own_keys(data, who)
        audited = node.db.read_sync(
            lambda conn: audit_node(conn, node, who, keys.verifiers, quorum)
        )
    asked, online = ("", ()) if offline else _ask(data, who, keys)
    findings = (*audited.findings, *online)
    shown = [_row(data, it) for it in findings]
    _show(audited, shown, asked="offline" if offline else asked, json=json)
    levels = {it.level for it in findings}
    if Level.ALARM in levels:
        raise typer.Exit(ExitCode.FAILED)
    if levels:
        raise typer.Exit(ExitCode.ATTENTION)


def _ask(data: Path, who: "Identity", keys: "OwnKeys") -> tuple[str, "Sequence[Finding]"]:
    """Why the centre could not be asked, or "", and what is wrong with its answers."""
    import asyncio  # noqa: PLC0415

    from hubnode.auditing_online import audit_online  # noqa: PLC0415
    from hubnode.opening import online_node  # noqa: PLC0415
    from runtime.ports import Unreachable  # noqa: PLC0415

    async def run() -> "Sequence[Finding]":
        async with online_node(data) as node:
            return await audit_online(node, who, keys)

    with told():
        try:
            return "", asyncio.run(run())
        except Unreachable as error:
            return f"unreachable: {error}", ()


def _row(data: Path, finding: "Finding") -> dict[str, Any]:
    """A finding as it is shown; of an alarm the evidence file is written."""
    from hubnode.sync.sentences import sentence_of  # noqa: PLC0415
    from hubnode.sync.session import keep_evidence  # noqa: PLC0415

    kept = keep_evidence(data, finding.code, finding.evidence) if finding.evidence else None
    return {
        "level": str(finding.level),
        "code": finding.code,
        "sentence": sentence_of(finding.code).id,
        "index": finding.index,
        "record": finding.record,
        "detail": finding.detail,
        "file": str(kept) if kept else None,
    }


def _show(audited: "Audited", rows: list[dict[str, Any]], *, asked: str, json: bool) -> None:
    counts = {
        "own": audited.own,
        "receipted": audited.receipted,
        "undecided": audited.undecided,
        "pending": audited.pending,
        "standings": {str(it): count for it, count in sorted(audited.standings.items())},
    }
    centre = asked or "asked"
    state = max((row["level"] for row in rows), key=("attention", "alarm").index, default="clean")
    if json:
        emit_json({"state": state, **counts, "centre": centre, "findings": rows})
        return
    facts({"state": state, **counts, "centre": centre})
    for row in rows:
        say(f"{row['level']}: {row['sentence']} ({row['code']}) {row['detail']}".rstrip())
        if row["file"]:
            say(f"  {row['file']}")
