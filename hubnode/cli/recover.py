"""`hubnode recover`: what to type when something went wrong."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hubnode.cli.common import DATA_DEFAULT, DataOption, enrolled, node_of, require_node, told
from hubnode.cli.sync import exit_code_of
from runtime.command_line import JsonOption, YesOption, helped
from runtime.console import CommandFailed, ExitCode, confirm, emit_json, progress, say

if TYPE_CHECKING:
    from hubnode.recovering import Recovered
    from hubnode.rejoining import Finding


def add_commands(app: typer.Typer) -> None:
    """Adds this file's commands."""
    sentence = "Look what went wrong, say what would be done, and do it."
    app.command(
        "recover",
        help=helped("hubnode recover\nhubnode recover --yes --json", sentence),
        short_help=sentence,
    )(recover)


def recover(
    *, yes: YesOption = False, data: DataOption = DATA_DEFAULT, json: JsonOption = False
) -> None:
    """Compares this machine with the centre and mends what a person has to agree to."""
    import asyncio  # noqa: PLC0415

    from hubnode.recovering import RecoveryCancelled  # noqa: PLC0415

    require_node(data)
    with node_of(data) as node:
        enrolled(node)
    try:
        with told():
            found = asyncio.run(_recover(data, yes=yes))
    except RecoveryCancelled as error:
        raise CommandFailed("Nothing was changed.") from error
    if json:
        emit_json(_document(found))
    else:
        say(found.report.sentence)
        for path in found.evidence:
            say(f"Evidence: {path}")
    if found.is_stuck:
        raise typer.Exit(ExitCode.REFUSED)
    if exit_code := exit_code_of(found.report.state, found.report.code):
        raise typer.Exit(exit_code)


async def _recover(data: Path, *, yes: bool) -> "Recovered":
    from hubnode.opening import online_node  # noqa: PLC0415
    from hubnode.recovering import recover as recover_node  # noqa: PLC0415

    def agreed(finding: "Finding") -> bool:
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
        "mended": [_mended(it) for it in found.findings],
        "evidence": [str(path) for path in found.evidence],
        "state": str(found.report.state),
        "code": found.report.code,
        "sentence": found.report.sentence,
        "pushed": found.report.pushed,
        "pulled": found.report.pulled,
    }


def _mended(finding: "Finding") -> dict[str, object]:
    return {
        "code": finding.code,
        "from_centre": finding.coming_count,
        "pending_again": finding.returning_count,
        "waiting": finding.waiting_count,
        "lost": finding.missing_count,
        "sentence": finding.sentence.id,
    }
