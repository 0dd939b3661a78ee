"""`central doctor`: what may be wrong with this centre, also where it does not start."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from central.cli.common import DATA_DEFAULT, DataOption, centre_of, serving_address, settings_of
from runtime.command_line import JsonOption, helped
from runtime.console import CommandFailed, ExitCode, emit_json, say, table

if TYPE_CHECKING:
    from central.settings import CentralSettings
    from runtime.findings import Finding

ANSWER_S = 5.0
"""Silence of the service on this machine for so long counts as none."""


def add_commands(app: typer.Typer) -> None:
    """Adds this file's command."""
    sentence = "Look at every point of this centre; mend what needs no decision."
    app.command(
        "doctor",
        help=helped("central doctor\ncentral doctor --fix", sentence),
        short_help=sentence,
    )(doctor)


def doctor(
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Close files that other users can read.")
    ] = False,
    data: DataOption = DATA_DEFAULT,
    json: JsonOption = False,
) -> None:
    """Shows how each point is; leaves with 3 where there is a problem."""
    from central.opening import KEY_FILE  # noqa: PLC0415
    from runtime.findings import CLOSE_FILES, Health, close_files  # noqa: PLC0415

    settings = settings_of(data)
    found = _examine(data, settings)
    if fix and any(it.mend == CLOSE_FILES for it in found):
        close_files(data, KEY_FILE)
        found = _examine(data, settings)
    if json:
        emit_json({"findings": [it.document for it in found]})
    else:
        rows = [(it.point, it.health.value, it.sentence.en, it.detail) for it in found]
        table(("point", "health", "sentence", "detail"), rows)
    if any(it.health is Health.PROBLEM for it in found):
        is_mendable = any(it.mend for it in found)
        say("There are problems." + (" Try: central doctor --fix" if is_mendable else ""))
        raise typer.Exit(ExitCode.DOCTOR)


def _examine(data: Path, settings: "CentralSettings") -> "list[Finding]":
    """What can be said of the folder before it is opened, then the rest if it opens."""
    from central.doctor import examine  # noqa: PLC0415
    from central.monitoring.service_state import ServiceState, free_bytes  # noqa: PLC0415
    from central.opening import KEY_FILE  # noqa: PLC0415
    from runtime.findings import Finding, Health, files  # noqa: PLC0415
    from runtime.sentences import Sentence  # noqa: PLC0415

    found = [files(data, KEY_FILE), asyncio.run(_service(data))]
    try:
        with centre_of(data) as centre:
            service = ServiceState(free_bytes=free_bytes(centre))
            found += centre.db.read_sync(lambda conn: examine(conn, centre, settings, service))
    except CommandFailed as failed:
        said = Sentence("Pusat ini tidak dapat dibuka.", "This centre cannot be opened.")
        found.append(
            Finding(point="opening", health=Health.PROBLEM, sentence=said, detail=failed.message)
        )
    return found


async def _service(data: Path) -> "Finding":
    """Whether `central serve` runs, and what it says of itself."""
    import orjson  # noqa: PLC0415

    from runtime.durable import FolderLock  # noqa: PLC0415
    from runtime.findings import Finding, Health  # noqa: PLC0415
    from runtime.http.client import HttpTransport  # noqa: PLC0415
    from runtime.ports import Request, Unreachable  # noqa: PLC0415
    from runtime.sentences import Sentence  # noqa: PLC0415

    if not FolderLock.is_held(data):
        said = Sentence("Layanan tidak berjalan.", "The service does not run.")
        return Finding(point="service", health=Health.NOTICE, sentence=said)
    url = serving_address(data)
    try:
        async with HttpTransport(read_s=ANSWER_S) as transport:
            answer = await transport.request(Request(method="GET", url=f"{url}/readyz"))
    except Unreachable as error:
        said = Sentence(
            "Layanan berjalan dan tidak menjawab.", "The service runs and does not answer."
        )
        return Finding(
            point="service", health=Health.PROBLEM, sentence=said, detail=f"{url}: {error}"
        )
    if answer.status not in (200, 503):
        said = Sentence(
            "Layanan berjalan dan hanya memulihkan.", "The service runs and only recovers."
        )
        return Finding(point="service", health=Health.NOTICE, sentence=said, detail=url)
    failing = [it["sentence"] for it in orjson.loads(answer.body)["checks"] if not it["ok"]]
    if failing:
        said = Sentence("Layanan belum siap.", "The service is not ready.")
        return Finding(
            point="service", health=Health.PROBLEM, sentence=said, detail=" ".join(failing)
        )
    said = Sentence("Layanan berjalan dan siap.", "The service runs and is ready.")
    return Finding(point="service", health=Health.GOOD, sentence=said, detail=url)
