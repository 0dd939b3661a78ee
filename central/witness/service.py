"""A witness over HTTP (C2SP tlog-witness): add-checkpoint, and its latest checkpoints to read.

Statuses are the specification's: 200 with the cosignature, 400 malformed or a bad old size, 403 no
valid signature, 404 a log that is not watched, 409 with the size to go on from, 422 a proof that
does not hold.
"""

import asyncio
import logging
import signal
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry

from central.witness.settings import WitnessSettings
from central.witness.watch import Witness, origin_hash
from protocol.limits import NOTE_BYTES_MAX
from protocol.mirror import decode_add_checkpoint
from protocol.witness import SizeConflict
from runtime.health import live_response
from runtime.http.body import read_body
from runtime.http.problem_responses import Refused
from runtime.http.server import build_app, serve
from runtime.metrics import HttpMetrics

BODY_BYTES_MAX = NOTE_BYTES_MAX + 8_192
"""A note, and the old size with 63 hashes before it."""

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"

WITNESS: web.AppKey[Witness] = web.AppKey("witness", Witness)

log = logging.getLogger(__name__)


def build_web(witness: Witness) -> web.Application:
    """The web face of a witness; nothing listens yet."""
    app = build_app(metrics=HttpMetrics(CollectorRegistry()))
    app[WITNESS] = witness
    app.router.add_post("/add-checkpoint", add_checkpoint)
    app.router.add_get("/{origin_hash:[0-9a-f]{64}}/checkpoint", checkpoint)
    app.router.add_get("/healthz", healthz)
    return app


async def run_service(
    witness: Witness, settings: WitnessSettings, *, announce: Callable[[str], None]
) -> None:
    """Answers until SIGTERM or SIGINT.

    Args:
        witness: who answers.
        settings: say where to listen; port 0 takes a free one.
        announce: told the address once it answers.
    """
    runner, url = await serve(build_web(witness), host=settings.host, port=settings.port)
    log.info("serving", extra={"url": url, "witness": witness.key.name})
    announce(url)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await stop.wait()
    finally:
        await runner.cleanup()


async def add_checkpoint(request: web.Request) -> web.Response:
    """Cosigns a checkpoint that continues the latest one."""
    message = decode_add_checkpoint(await read_body(request, limit_bytes=BODY_BYTES_MAX))
    try:
        lines = await asyncio.to_thread(request.app[WITNESS].observe, message)
    except SizeConflict as conflict:
        body = b"%d\n" % conflict.size
        return web.Response(status=409, body=body, headers={"Content-Type": SIZE_TYPE})
    return web.Response(body=lines, headers={"Content-Type": TEXT_TYPE})


async def checkpoint(request: web.Request) -> web.Response:
    """The latest cosigned checkpoint of a log, for monitors."""
    witness, asked = request.app[WITNESS], request.match_info["origin_hash"]
    origin = next((it for it in witness.logs if origin_hash(it) == asked), None)
    latest = None if origin is None else await asyncio.to_thread(witness.latest, origin)
    if latest is None:
        raise Refused("not_found")
    return web.Response(body=latest.note, headers={"Content-Type": TEXT_TYPE})


async def healthz(_request: web.Request) -> web.Response:
    """The process lives."""
    return live_response()
