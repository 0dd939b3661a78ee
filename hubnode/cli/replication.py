"""`hubnode replication`: to take over what another hub has, and to let others have one's own."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubnode.cli.common import (
    BY_DEFAULT,
    DATA_DEFAULT,
    ByOption,
    DataOption,
    enrolled,
    node_of,
)
from runtime.command_line import JsonOption, group, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hubnode.authoring import Desk
    from hubnode.replications import Progress
    from hubnode.store.identity import Identity


def _said(details: str) -> str:
    if not details.strip():
        sentence = "--details is empty: say it in words that everybody may read."
        raise CommandFailed(sentence, exit_code=ExitCode.USAGE)
    return details


IdArgument = Annotated[str, typer.Argument(help="Id of the replication.")]
DetailsOption = Annotated[
    str, typer.Option("--details", callback=_said, help="In words that everybody can read.")
]

EXAMPLES = """
hubnode replication interest RECORD --details 'Surat minat 12/2026'
hubnode replication list
"""


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    part = group("replication", "Take over what another hub has, step by step.", EXAMPLES)
    for name, command, example, sentence in (
        (
            "interest",
            interest,
            "hubnode replication interest RECORD --details 'Surat minat 12/2026'",
            "Say that this hub wants to replicate a record of another one.",
        ),
        ("agree", agree, "hubnode replication agree ID", "Agree to share this hub's record."),
        (
            "approve",
            approve,
            "hubnode replication approve ID",
            "Approve of doing what the owner agreed to share.",
        ),
        (
            "implement",
            implement,
            "hubnode replication implement ID --record RESULT",
            "Say which record of this hub came of it.",
        ),
        (
            "refuse",
            refuse,
            "hubnode replication refuse ID --details 'Aplikasinya sedang diganti'",
            "Refuse to share this hub's record.",
        ),
        (
            "withdraw",
            withdraw,
            "hubnode replication withdraw ID --details 'Anggaran ditunda'",
            "Give up what this hub wanted.",
        ),
        (
            "list",
            list_,
            "hubnode replication list --json",
            "List the replications of this hub: what is next, and whose turn it is.",
        ),
    ):
        part.command(name, help=helped(example, sentence), short_help=sentence)(command)
    app.add_typer(part)


def interest(
    record: Annotated[str, typer.Argument(help="Id of the other hub's record.")],
    *,
    details: DetailsOption,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Begins a replication."""
    from hubnode.replications import begin  # noqa: PLC0415

    def step(conn: "Connection", desk: "Desk", who: "Identity") -> dict[str, str]:
        replication = begin(conn, desk, who, record=record, details=details)
        return {"replication": replication, "record": record, "step": "interest"}

    _save(step, by=by, data=data, json=json)


def agree(
    replication: IdArgument,
    *,
    details: DetailsOption = "Disepakati.",
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """The owner agrees."""
    _take(replication, "agreement", details, by=by, data=data, json=json)


def approve(
    replication: IdArgument,
    *,
    details: DetailsOption = "Disetujui.",
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """The hub that wants approves."""
    _take(replication, "approval", details, by=by, data=data, json=json)


def implement(
    replication: IdArgument,
    *,
    record: Annotated[str, typer.Option("--record", help="Id of this hub's record.")],
    details: DetailsOption = "Dilaksanakan.",
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """The hub that wanted names what came of it."""
    _take(replication, "implementation", details, by=by, data=data, json=json, result=record)


def refuse(
    replication: IdArgument,
    *,
    details: DetailsOption,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """The owner refuses."""
    _take(replication, "refusal", details, by=by, data=data, json=json)


def withdraw(
    replication: IdArgument,
    *,
    details: DetailsOption,
    by: ByOption = BY_DEFAULT,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """The hub that wants gives up."""
    _take(replication, "withdrawal", details, by=by, data=data, json=json)


def list_(*, data: DataOption = DATA_DEFAULT, json: JsonOption = False) -> None:
    """Prints every replication of this hub, the one that moved last first."""
    from dataclasses import asdict  # noqa: PLC0415

    from hubnode.replications import held_steps, progress  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        found = node.db.read_sync(lambda conn: progress(conn, node, who))
        held = node.db.read_sync(lambda conn: held_steps(conn, node, who))
    items = [_document(it) for it in found]
    if json:
        emit_json({"items": items, "held": [asdict(it) for it in held]})
        return
    if items:
        table(tuple(items[0]), [tuple(it.values()) for it in items])
    else:
        say("No replication yet. Begin one with: hubnode replication interest RECORD --details ...")
    for it in held:
        say(f"Held: {it.step} of {it.replication}. {it.sentence} ({it.code})")


def _document(it: "Progress") -> dict[str, Any]:
    known = it.replication
    return {
        "replication": known.id,
        "record": known.original,
        "title": it.title,
        "owner": known.owner,
        "hub": known.hub,
        "step": known.step,
        "details": it.details,
        "next": it.next,
        "turn": it.turn,
        "is_waiting": it.is_waiting,
        "result": known.result,
    }


def _take(
    replication: str,
    kind: str,
    details: str,
    *,
    by: str,
    data: Any,
    json: bool,
    result: str | None = None,
) -> None:
    from hubnode.replications import take  # noqa: PLC0415

    def step(conn: "Connection", desk: "Desk", who: "Identity") -> dict[str, str]:
        before = take(
            conn, desk, who, replication=replication, step=kind, details=details, result=result
        )
        return {"replication": replication, "record": before.original, "step": kind}

    _save(step, by=by, data=data, json=json)


def _save(
    step: "Callable[[Connection, Desk, Identity], dict[str, str]]",
    *,
    by: str,
    data: Any,
    json: bool,
) -> None:
    from hubnode.authoring import Desk  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)

        def work(conn: "Connection") -> dict[str, str]:
            desk = Desk.open(conn, node, who, by=by)
            taken = step(conn, desk, who)
            desk.save(conn)
            return taken

        taken = node.db.run_sync(work)
    if json:
        emit_json(taken)
        return
    saved = f"{taken['step']} of {taken['replication']}"
    say(f"Saved: {saved}. It is signed and sent with the next sync.")
