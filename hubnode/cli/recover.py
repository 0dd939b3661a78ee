"""`hubnode recover`: what to type when something went wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, naming, node_of, told
from hubnode.cli.sync import exit_code_of
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import (
    CommandFailed,
    ExitCode,
    confirm,
    counted,
    emit_json,
    progress,
    say,
)

if TYPE_CHECKING:
    from hubnode.damage import Damage
    from hubnode.recovering import Recovered
    from hubnode.rejoining import Finding


EXAMPLES = """hubnode recover
hubnode recover --save-waiting menunggu.jsonl --data mesin-lama
hubnode recover --take-waiting menunggu.jsonl"""

SaveOption = Annotated[
    Path | None,
    typer.Option(
        "--save-waiting",
        help="Only write what was never sent to FILE, for the hub's other machine.",
    ),
]
TakeOption = Annotated[
    Path | None,
    typer.Option("--take-waiting", help="First take what such a FILE holds into what waits here."),
]


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    sentence = "Look what went wrong, say what would be done, and do it."
    app.command(
        "recover",
        help=helped(EXAMPLES, sentence),
        short_help=sentence,
    )(recover)


def recover(
    *,
    save_waiting: SaveOption = None,
    take_waiting: TakeOption = None,
    yes: YesOption = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Compares this machine with the centre and mends what a person has to agree to."""
    if save_waiting is not None:
        _save(save_waiting, data, json=json)
        return
    with node_of(data) as node:
        enrolled(node)
    found = _recovered(data, yes=yes)
    taken = 0
    if take_waiting is not None:
        _require_synced(found)
        taken = _take(take_waiting, data, yes=yes)
        found = _recovered(data, yes=yes)
    if json:
        emit_json({"taken": taken, **_document(found)})
    else:
        say(found.report.sentence)
        for path in found.evidence:
            say(f"Evidence: {path}")
    if found.is_stuck:
        raise typer.Exit(ExitCode.REFUSED)
    if exit_code := exit_code_of(found.report.state, found.report.code):
        raise typer.Exit(exit_code)


def _recovered(data: Path, *, yes: bool) -> "Recovered":
    import asyncio  # noqa: PLC0415

    from hubnode.recovering import RecoveryCancelled  # noqa: PLC0415
    from hubnode.sync.sentences import sentence_of  # noqa: PLC0415
    from runtime.durable import MarkUnreadable  # noqa: PLC0415

    try:
        with told():
            return asyncio.run(_recover(data, yes=yes))
    except RecoveryCancelled as error:
        raise CommandFailed("Nothing was changed.") from error
    except MarkUnreadable as error:
        sentence = sentence_of("issued_mark_unreadable").id
        raise CommandFailed(f"{sentence} — {error}") from error


def _require_synced(found: "Recovered") -> None:
    """Accepts when this machine knows all that the centre has: else a change is taken twice.

    Raises:
        CommandFailed: it does not.
    """
    report = found.report
    if exit_code := exit_code_of(report.state, report.code):
        raise CommandFailed(report.sentence, exit_code=exit_code)


def _save(file: Path, data: Path, *, json: bool) -> None:
    """Writes what waits in a folder; needs neither keys nor a network, and changes nothing."""
    from hubnode.waiting import encode_waiting, gather  # noqa: PLC0415
    from runtime.durable import write_durably  # noqa: PLC0415

    with node_of(data) as node:
        who = enrolled(node)
        found = node.db.read_sync(lambda conn: gather(conn, node, who))
        write_durably(file, encode_waiting(found), mode=0o600)
    count = len(found.changes)
    if json:
        emit_json({"file": str(file), "changes": count})
    say(f"{file}: {counted(count, 'change')}. On the other machine: hubnode recover --take-waiting")


def _take(file: Path, data: Path, *, yes: bool) -> int:
    """Takes what a file holds and this machine does not have."""
    from hubnode.node import SYNC_LOCK  # noqa: PLC0415
    from hubnode.waiting import decode_waiting, news_in, take  # noqa: PLC0415
    from protocol.limits import COURIER_BYTES_MAX  # noqa: PLC0415
    from runtime.durable import FolderLock, read_at_most  # noqa: PLC0415

    with node_of(data) as node, naming(file):
        who = enrolled(node)
        waiting = decode_waiting(read_at_most(file, COURIER_BYTES_MAX))
        news = node.db.read_sync(lambda conn: news_in(conn, node, who, waiting))
        known_count, count = len(waiting.changes) - len(news.changes), len(news.changes)
        say(f"{file}: {counted(count, 'change')} to take, {known_count} known here.")
        if not count:
            return 0
        if not confirm("Sign and send them as this hub's?", assume_yes=yes):
            raise CommandFailed("Nothing was changed.")
        with FolderLock(node.folder, SYNC_LOCK):
            return node.db.run_sync(
                lambda conn: take(conn, node, who, news_in(conn, node, who, waiting))
            )


async def _recover(data: Path, *, yes: bool) -> "Recovered":
    from hubnode.opening import online_node  # noqa: PLC0415
    from hubnode.recovering import recover as recover_node  # noqa: PLC0415

    def agreed(finding: "Finding | Damage") -> bool:
        say(finding.sentence.id)
        return confirm("Go on?", assume_yes=yes)

    with progress("steps") as advance:
        async with online_node(data) as node:
            found = await recover_node(
                node, agreed=agreed, progress=lambda _step, _known: advance(1)
            )
    if found.is_stuck:
        say(found.findings[-1].sentence.id)
    return found


def _document(found: "Recovered") -> dict[str, object]:
    return {
        "mended": [it.document() for it in found.findings],
        "evidence": [str(path) for path in found.evidence],
        "state": str(found.report.state),
        "code": found.report.code,
        "sentence": found.report.sentence,
        "pushed": found.report.pushed,
        "pulled": found.report.pulled,
    }
