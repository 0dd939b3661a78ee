"""The centre's composition root: parts, web face, reconciler, stop; alone imports `api`, `web`."""

import asyncio
import logging
import signal
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry

from central import recovery_state
from central.achievements import Reckoning
from central.api import (
    campaigns,
    cases,
    catalogue,
    dictionary,
    dumps,
    exports,
    feeds,
    hubs,
    monitoring,
    national_log,
    oai,
    openapi,
    operations,
    portals,
    recovering,
    submission,
    sync,
    webhooks,
)
from central.api.parts import CENTRE, RECONCILER, SETTINGS
from central.centre import Centre
from central.datestamping import datestamper
from central.dumps.nightly import Nightly
from central.matcher import matcher
from central.monitoring.watch import Watch
from central.opening import opened_centre
from central.quality import quality_keeper
from central.reconciler import Reconciler
from central.recovering import recovering_centre
from central.settings import CentralSettings
from central.web.routes import add_pages
from central.web.site import Site
from central.webhooks.deliverer import Deliverer
from central.webhooks.sending import open_transport
from central.witnessing import submit_forever
from protocol.innovation.search_words import stem
from protocol.innovation.validate import is_valid
from runtime.http.client import HttpTransport
from runtime.http.server import build_app, serve
from runtime.metrics import HttpMetrics
from runtime.pages.environment import environment_of
from runtime.pages.formats import WIB
from runtime.pages.pace import LoginPace
from runtime.pages.rendering import Pages
from runtime.pages.translating import INDONESIAN

WITNESS_READ_S = 10.0
"""Silence of a witness for so long ends a submission."""

PARTS = (
    submission,
    sync,
    national_log,
    catalogue,
    exports,
    campaigns,
    hubs,
    oai,
    openapi,
    portals,
    dictionary,
    dumps,
    feeds,
    monitoring,
    cases,
    webhooks,
    operations,
)
"""What the web face is made of."""

log = logging.getLogger(__name__)


def build_web(centre: Centre, reconciler: Reconciler, settings: CentralSettings) -> web.Application:
    """The web face of a centre, for programs and for people; nothing listens yet."""
    app = build_api(centre, reconciler, settings)
    add_pages(app, site_of(centre, reconciler, settings))
    return app


def build_api(centre: Centre, reconciler: Reconciler, settings: CentralSettings) -> web.Application:
    """What programs ask, without the pages."""
    app = build_app(metrics=HttpMetrics(CollectorRegistry()))
    app[CENTRE] = centre
    app[RECONCILER] = reconciler
    app[SETTINGS] = settings
    for part in PARTS:
        part.add_routes(app)
    return app


def site_of(centre: Centre, reconciler: Reconciler, settings: CentralSettings) -> Site:
    """What the pages stand on."""
    return Site(
        centre=centre,
        reconciler=reconciler,
        settings=settings,
        pages=Pages("central.web"),
        pace=LoginPace(centre.clock),
        reckoning=Reckoning(centre),
    )


def build_recovering_web(centre: Centre, settings: CentralSettings) -> web.Application:
    """The web face of a centre that takes back what it lost; nothing listens yet."""
    app = build_app(metrics=HttpMetrics(CollectorRegistry()))
    app[CENTRE] = centre
    app[SETTINGS] = settings
    recovering.add_routes(app)
    return app


async def run_service(
    folder: Path,
    settings: CentralSettings,
    *,
    announce: Callable[[str], None],
) -> None:
    """Serves and reconciles until SIGTERM or SIGINT.

    Args:
        folder: the data folder.
        settings: say where to listen; port 0 takes a free one.
        announce: told the address once it answers.

    Raises:
        Exception: what ended the reconciler. A centre that decides nothing must not look alive.
    """
    _load_tables()
    if recovery_state.read(folder) is not None:
        await _take_back(folder, settings, announce=announce)
        return
    with opened_centre(folder, settings) as centre:
        reconciler = Reconciler(centre)
        app = build_web(centre, reconciler, settings)
        runner, url = await serve(app, host=settings.host, port=settings.port)
        log.info("serving", extra={"url": url, "authority": settings.authority})
        announce(url)
        reconciling = asyncio.create_task(reconciler.run_forever())
        nightly = Nightly(centre, kept=settings.dumps_kept)
        nightly.start()
        beside = _beside(centre, reconciler, settings)
        try:
            await _stopped_or_ended(reconciling)
        finally:
            nightly.stop()
            await runner.cleanup()
            for task in (reconciling, *beside):
                task.cancel()
            await asyncio.gather(reconciling, *beside, return_exceptions=True)
            log.info("stopped")


def _beside(
    centre: Centre, reconciler: Reconciler, settings: CentralSettings
) -> list[asyncio.Task[None]]:
    """What goes on beside the answers and the decisions; none of it holds either up."""
    loops = (
        _witnessed(centre, settings),
        matcher(centre).run_forever(),
        quality_keeper(centre).run_forever(),
        datestamper(centre).run_forever(),
        Watch(centre, reconciler, settings).run_forever(),
        _told(centre, settings),
    )
    return [asyncio.create_task(it) for it in loops]


async def _take_back(
    folder: Path, settings: CentralSettings, *, announce: Callable[[str], None]
) -> None:
    """Serves hubs that hand back what the centre lost, and decides nothing, until a signal."""
    with recovering_centre(folder, settings) as centre:
        app = build_recovering_web(centre, settings)
        runner, url = await serve(app, host=settings.host, port=settings.port)
        log.warning("recovering", extra={"url": url, "origin": centre.national_origin})
        announce(url)
        try:
            await _stopped()
        finally:
            await runner.cleanup()
            log.info("stopped")


async def _witnessed(centre: Centre, settings: CentralSettings) -> None:
    """Has the agencies cosign what is published, beside everything else."""
    async with HttpTransport(read_s=WITNESS_READ_S) as transport:
        await submit_forever(centre, settings.witnesses, transport)


async def _told(centre: Centre, settings: CentralSettings) -> None:
    """Tells webhooks what is news, beside everything else."""
    async with open_transport(settings.reachable) as transport:
        deliverer = Deliverer(
            centre,
            transport,
            base_url=settings.url,
            target_hours=settings.freshness_target_hours,
        )
        await deliverer.run_forever()


def _load_tables() -> None:
    """Loads what is slow to load, so that the first change need not wait, nor the first page."""
    is_valid({})
    stem("siap")
    environment_of("central.web", INDONESIAN, WIB)


async def _stopped_or_ended(reconciling: asyncio.Task[None]) -> None:
    """Returns when a signal asks to stop; raises what ended the reconciler if it ends before."""
    stopping = asyncio.create_task(_stopped())
    await asyncio.wait({stopping, reconciling}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if reconciling.done():
        reconciling.result()


async def _stopped() -> None:
    """Returns when a signal asks to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
