"""Pengaturan: who this hub is, when it syncs, and the ways to accounts and keys."""

from aiohttp import web

from hubnode.alerts.telling import channels
from hubnode.settings import SETTINGS_FILE
from hubnode.store import identity
from hubnode.web.visit import Visit


async def settings_page(visit: Visit) -> web.Response:
    """All of it; what a file decides is shown with the file's name."""
    node, settings = visit.node, visit.site.settings
    who = await node.db.read(identity.get)
    return await visit.hub_page(
        "settings.html",
        here="settings",
        who=who,
        cron=settings.schedule_cron,
        interval_s=settings.interval_s(node.clock.now()),
        jitter_s=settings.schedule_jitter_s,
        address=visit.request.host,
        is_local=settings.host in {"127.0.0.1", "::1", "localhost"},
        needs_second=settings.second_person_approves,
        folder=str(node.folder),
        file=SETTINGS_FILE,
        chosen=channels(settings),
        proxy=settings.proxy,
        witnesses=[it.partition("+")[0] for it in settings.witnesses],
        witnesses_required=settings.witnesses_required,
        certificate=settings.tls_certificate,
    )
