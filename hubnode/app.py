"""The node's composition root: settings, parts, health, schedule, stop."""

import asyncio
import logging
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge

from hubnode.imports.uploads import FOLDER, Uploads
from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.pace import RunEnd, RunResult
from hubnode.rounds import Rounds
from hubnode.schedule import Schedule
from hubnode.settings import NodeSettings
from hubnode.status import status_of
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from hubnode.unsealed import remove_leftovers
from hubnode.verifying_apart import VerificationFailed, verify_if_due
from hubnode.web.live import CountingTransport, LiveRun
from hubnode.web.routes import add_pages
from hubnode.web.site import Site
from runtime.durable import AlreadyRunning
from runtime.health import live_response
from runtime.http.server import METRICS, build_app, serve
from runtime.http.tls import server_context
from runtime.metrics import HttpMetrics, metrics_response
from runtime.pages.pace import LoginPace
from runtime.pages.rendering import Pages

log = logging.getLogger(__name__)

NODE: web.AppKey[Node] = web.AppKey("node", Node)
GAUGES: web.AppKey[dict[str, Gauge]] = web.AppKey("gauges", dict)

_RESULTS = {
    RunState.OK: RunResult.SUCCEEDED,
    RunState.ATTENTION: RunResult.SUCCEEDED,
    RunState.OFFLINE: RunResult.UNREACHABLE,
}


def build_web(node: Node) -> web.Application:
    """The node's own addresses; nothing listens yet."""
    app = build_app(metrics=HttpMetrics(CollectorRegistry()))
    app[NODE] = node
    app[GAUGES] = {
        "pending": Gauge(
            "jipp_pending_changes", "Changes not sent.", registry=app[METRICS].registry
        ),
        "national_size": Gauge(
            "jipp_national_entries", "Decisions applied here.", registry=app[METRICS].registry
        ),
    }
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/metrics", _metrics)
    return app


async def run_service(
    folder: Path,
    settings: NodeSettings,
    *,
    announce: Callable[[str], None],
    given: Mapping[str, Any] | None = None,
) -> None:
    """Syncs on schedule and answers on loopback until SIGTERM or SIGINT.

    Args:
        folder: the data folder.
        settings: when to sync and where to listen; port 0 takes a free one.
        announce: told the address once it answers.
        given: settings that the command line said, which nobody changes meanwhile.

    Raises:
        SettingsRefused: the certificate of the pages cannot be used.
    """
    remove_leftovers(folder)
    kept = LiveSettings(folder, settings, given=given)
    opened = online_node(folder, proxy=lambda: kept.now.proxy)
    async with opened as node, answering(node, settings, kept=kept) as url:
        announce(url)
        await _stopped()


@asynccontextmanager
async def answering(
    node: Node, settings: NodeSettings, *, kept: LiveSettings | None = None
) -> AsyncIterator[str]:
    """Syncs on schedule, goes its rounds and serves the pages meanwhile; gives the address."""
    kept = kept or LiveSettings(node.folder, settings)
    tls = _tls_of(node.folder, settings)
    live, rounds = LiveRun(node.clock), Rounds(node, kept)

    async def run() -> RunEnd:
        try:
            return await run_once(node, live)
        finally:
            rounds.soon()

    schedule = Schedule(
        run, settings=settings, clock=node.clock, entropy=node.entropy, sleeper=node.sleeper
    )
    kept.follow(schedule.follow)
    app = build_web(node)
    add_pages(app, site_of(node, kept, live, schedule))
    runner, url = await serve(app, host=settings.host, port=settings.port, tls=tls)
    schedule.start()
    rounds.start()
    try:
        yield url
    finally:
        await rounds.stop()
        await schedule.stop()
        await runner.cleanup()


def _tls_of(folder: Path, settings: NodeSettings) -> ssl.SSLContext | None:
    """How the pages are encrypted, if they are; paths are those of the data folder.

    Raises:
        SettingsRefused: the files cannot be used.
    """
    if not settings.tls_certificate:
        return None
    certificate = folder / settings.tls_certificate
    key = folder / settings.tls_key if settings.tls_key else certificate
    return server_context(certificate, key)


def site_of(node: Node, settings: LiveSettings, live: LiveRun, schedule: Schedule) -> Site:
    """What the pages stand on."""
    return Site(
        node=node,
        kept=settings,
        pages=Pages("hubnode.web"),
        live=live,
        run_now=schedule.run_now,
        next_run_at=lambda: schedule.next_run_at,
        pace=LoginPace(node.clock),
    )


async def _say_damage(node: Node) -> None:
    """Verifies where that is due; a verification that fails is tried again after the next run."""
    try:
        verified = await verify_if_due(node)
    except AlreadyRunning:  # somebody has pressed the button
        return
    except VerificationFailed as error:
        log.error("verification_failed", extra={"message_en": str(error)})  # noqa: TRY400
        return
    if verified is not None and verified.message:
        log.error("damage_found", extra={"message_en": verified.message})


async def run_once(node: Node, live: LiveRun) -> RunEnd:
    """A scheduled run, and what the schedule needs to know of its end; weekly a verification."""
    live.begin()
    try:
        counted = replace(node, transport=CountingTransport(node.transport, live))
        report = await sync(counted, progress=live.progress)
    finally:
        live.end()
    await node.db.worker.run(
        lambda: Uploads(node.folder / FOLDER).discard_abandoned(node.clock.now())
    )
    await _say_damage(node)
    counts = {"pushed": report.pushed, "pulled": report.pulled}
    result = _RESULTS.get(report.state, RunResult.STOPPED)
    level = logging.INFO if result is RunResult.SUCCEEDED else logging.WARNING
    said = {"state": str(report.state), "code": report.code, "sentence": report.sentence_en}
    log.log(level, "synced", extra={**said, **counts})
    return RunEnd(
        result=result,
        retry_after_s=report.retry_after_s,
        call_again_s=report.call_again_s,
    )


async def _stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


async def _healthz(_request: web.Request) -> web.Response:
    return live_response()


async def _metrics(request: web.Request) -> web.Response:
    node = request.app[NODE]
    status = await node.db.read(lambda conn: status_of(conn, node))
    for name, gauge in request.app[GAUGES].items():
        gauge.set(int(str(status.get(name, 0))))
    return metrics_response(request.app[METRICS].registry)
