"""The node's composition root: settings, parts, health, schedule, stop."""

import asyncio
import logging
import signal
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge

from hubnode.node import Node
from hubnode.opening import online_node
from hubnode.pace import RunEnd, RunResult
from hubnode.schedule import Schedule
from hubnode.settings import NodeSettings
from hubnode.status import status_of
from hubnode.store.runs import RunState
from hubnode.sync.run import sync
from hubnode.verifying import verify_if_due
from runtime.health import live_response
from runtime.http.server import METRICS, build_app, serve
from runtime.metrics import HttpMetrics, metrics_response

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
    folder: Path, settings: NodeSettings, *, announce: Callable[[str], None]
) -> None:
    """Syncs on schedule and answers on loopback until SIGTERM or SIGINT.

    Args:
        folder: the data folder.
        settings: when to sync and where to listen; port 0 takes a free one.
        announce: told the address once it answers.
    """
    async with online_node(folder) as node:
        runner, url = await serve(build_web(node), host=settings.host, port=settings.port)
        schedule = Schedule(
            lambda: run_once(node),
            settings=settings,
            clock=node.clock,
            entropy=node.entropy,
            sleeper=node.sleeper,
        )
        schedule.start()
        announce(url)
        try:
            await _stopped()
        finally:
            await schedule.stop()
            await runner.cleanup()


async def run_once(node: Node) -> RunEnd:
    """A scheduled run, and what the schedule needs to know of its end; weekly a verification."""
    report = await sync(node)
    verified = await verify_if_due(node)
    if verified is not None and verified.message:
        log.error("damage_found", extra={"message_en": verified.message})
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
