"""Kesehatan: every point of the doctor, with a button where something can be mended here."""

from collections.abc import Mapping

from aiohttp import web

from hubnode.adopting import adopt
from hubnode.doctor import Mend, close_files, examine
from hubnode.store import identity
from hubnode.verifying_apart import verify
from hubnode.web.said import with_moments
from hubnode.web.visit import Visit
from runtime.durable import AlreadyRunning
from runtime.findings import Health
from runtime.http.problem_responses import Refused
from runtime.pages.formats import zone_of
from runtime.pages.translating import msg

HEALTH = "/kesehatan"

POINTS = {
    "keys": msg("Kunci"),
    "files": msg("Berkas"),
    "disk": msg("Disk"),
    "enrolment": msg("Pendaftaran"),
    "centre": msg("Hubungan dengan pusat"),
    "queue": msg("Antrean"),
    "data": msg("Data"),
    "backup": msg("Cadangan"),
    "kit": msg("Kit darurat"),
    "alerts": msg("Pemberitahuan"),
}
BUTTONS: Mapping[str, str] = {
    Mend.CLOSE_FILES: msg("Tutup bagi pengguna lain"),
    Mend.VERIFY: msg("Periksa sekarang"),
    Mend.ADOPT: msg("Jadikan mesin ini mesin hub"),
}
PLACES = {
    "backup": ("/pengaturan/cadangan", msg("Ke Cadangan")),
    "kit": ("/pengaturan/kunci#kit", msg("Cetak kit darurat")),
    "alerts": ("/pengaturan/pemberitahuan", msg("Ke Pemberitahuan")),
}
"""By point: where a person sees to it, where no button here does."""

_SHORT = frozenset(["disk", "files", "queue"])
"""Points whose detail is a word or two."""

TAGS = {
    Health.GOOD: ("good", "✓", msg("Baik")),
    Health.NOTICE: ("wait", "!", msg("Perhatian")),
    Health.PROBLEM: ("bad", "✕", msg("Masalah")),
}


async def health_page(visit: Visit) -> web.Response:
    """All points."""
    node = visit.node
    findings = await node.db.read(lambda conn: examine(conn, node))
    who = await node.db.read(identity.get)
    zone = zone_of(who.hub if who else "")
    rows = [
        {
            "point": it.point,
            "name": POINTS[it.point],
            "tag": TAGS[it.health],
            "sentence": with_moments(visit.said(it.sentence), language=visit.language, zone=zone),
            "detail": it.detail,
            "is_short": it.point in _SHORT,
            "place": PLACES.get(it.point) if it.health is not Health.GOOD else None,
            "mend": it.mend,
            "button": BUTTONS.get(it.mend, ""),
        }
        for it in findings
    ]
    return await visit.hub_page("health.html", here="health", rows=rows)


async def mend(visit: Visit) -> web.Response:
    """Does what a button says."""
    match visit.text("mend"):
        case Mend.CLOSE_FILES:
            close_files(visit.node)
        case Mend.VERIFY:
            await _verify(visit)
        case Mend.ADOPT:
            await _adopt(visit)
        case _:
            raise Refused("bad_query")
    return visit.go(HEALTH, told="mended")


async def _verify(visit: Visit) -> None:
    try:
        await verify(visit.node)
    except AlreadyRunning as error:
        raise Refused("verification_running") from error


async def _adopt(visit: Visit) -> None:
    who = await visit.node.db.read(identity.get)
    if who is None:
        raise Refused("not_enrolled")
    await adopt(visit.node, who)
    visit.site.run_now()
