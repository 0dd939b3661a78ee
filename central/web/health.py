"""Kesehatan dan pengaturan: how the centre itself stands, who is told, and by what it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, make_url

from central import batch, issued, logs_of_hubs, matching
from central.monitoring import telling
from central.monitoring.cause_words import WORDS as MATTERS
from central.monitoring.causes import matter_of
from central.monitoring.service_state import ServiceState, state_of
from central.monitoring.witness_lag import WitnessLag, witness_lags
from central.store.alerts import ALERT_STORE
from central.web.hub_words import Word
from central.web.rights import Right
from central.web.serving import DESK
from central.web.visit import Visit
from runtime.alerts.news import Told
from runtime.alerts.store import Sent
from runtime.alerts.undelivered import why_undelivered
from runtime.database import ping
from runtime.pages.translating import INDONESIAN, msg
from runtime.settings import rows_of

HEALTH = f"{DESK}/kesehatan"
CHANNELS: Mapping[str, str] = {
    telling.MAIL: msg("Surat"),
    telling.WEBHOOK: msg("Webhook"),
    telling.TELEGRAM: msg("Telegram"),
}
GOOD = Word("good", "✓", msg("Baik"))
WAITING = Word("wait", "◔", msg("Menunggu"))
WRONG = Word("bad", "✕", msg("Perlu tindakan"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        word: how it stands.
        sentence: what was found.
        detail: in the words of the layer below, or "".
    """

    name: str
    word: Word
    sentence: str
    detail: str = ""


async def health_page(visit: Visit) -> web.Response:
    """The points, the channels, the settings."""
    centre, settings = visit.centre, visit.site.settings
    service = state_of(centre, visit.site.reconciler)
    found = await centre.db.read(lambda conn: _found(conn, visit, service))
    rows = rows_of(settings) if Right.ADMINISTER in visit.rights else []
    database = make_url(settings.database_in(centre.folder))
    shown = {"database_url": database.render_as_string(hide_password=True)}
    return await visit.desk_page(
        "health.html",
        here="health",
        rows=[(it, shown.get(it.name, it.value)) for it in rows],
        chosen=[CHANNELS[it] for it in telling.channels(settings)],
        quiet_hours=settings.alert_quiet_hours,
        free_bytes=service.free_bytes,
        **found,
    )


async def try_alerts(visit: Visit) -> web.Response:
    """Sends a test by every channel, and leads back to where it is said how it went."""
    await telling.send_test(visit.centre, visit.site.settings)
    return visit.go(f"{HEALTH}#hasil", told="tested")


def _found(conn: Connection, visit: Visit, service: ServiceState) -> dict[str, Any]:
    centre, now = visit.centre, visit.centre.clock.now()
    ping(conn)
    lags = witness_lags(conn, centre)
    return {
        "points": [
            _database(service),
            _disk(service),
            _deciding(conn, visit, service),
            _matcher(conn, visit),
            _mark(conn, visit, service),
            *(_witness(it, now) for it in lags),
        ],
        "sent": [_sent(visit, it) for it in ALERT_STORE.sent(conn)],
        "lasting": _told(conn, visit),
    }


def _database(service: ServiceState) -> Point:
    if service.broken:
        sentence = msg("Database tidak lagi dipercaya; layanan akan berhenti.")
        return Point(name=msg("Database"), word=WRONG, sentence=sentence, detail=service.broken)
    return Point(name=msg("Database"), word=GOOD, sentence=msg("Database menjawab."))


def _disk(service: ServiceState) -> Point:
    if service.is_disk_short:
        sentence = msg("Disk hampir penuh: kosongkan sebagian atau perbesar.")
        return Point(name=msg("Disk"), word=WRONG, sentence=sentence)
    return Point(name=msg("Disk"), word=GOOD, sentence=msg("Ruang disk cukup."))


def _deciding(conn: Connection, visit: Visit, service: ServiceState) -> Point:
    waiting = batch.waiting(conn, visit.centre)
    name = msg("Keputusan")
    if service.is_stuck or service.setbacks:
        said = "; ".join(f"{hub}: {why}" for hub, why in sorted(service.setbacks.items()))
        sentence = msg("Perubahan sebagian hub gagal diputuskan; lihat log layanan.")
        return Point(name=name, word=WRONG, sentence=sentence, detail=said)
    if waiting:
        count = sum(logs_of_hubs.undecided_count(conn, visit.centre, it) for it in waiting)
        sentence = msg("Ada entri yang sedang diputuskan.")
        return Point(name=name, word=WAITING, sentence=sentence, detail=str(count))
    return Point(name=name, word=GOOD, sentence=msg("Semua yang diterima sudah diputuskan."))


def _matcher(conn: Connection, visit: Visit) -> Point:
    left, name = matching.left_count(conn, visit.centre), msg("Pencari dugaan ganda")
    if left:
        sentence = msg("Ada keputusan yang belum dibandingkan.")
        return Point(name=name, word=WAITING, sentence=sentence, detail=str(left))
    return Point(name=name, word=GOOD, sentence=msg("Semua keputusan sudah dibandingkan."))


def _mark(conn: Connection, visit: Visit, service: ServiceState) -> Point:
    centre, name = visit.centre, msg("Tanda terbit")
    size = centre.logs.open(conn, centre.national_origin).tree.size
    mark = issued.newest_known(centre)
    marked = mark.size if mark else 0
    if service.mark_failure:
        sentence = msg("Tanda terbit tidak dapat ditulis.")
        return Point(name=name, word=WRONG, sentence=sentence, detail=service.mark_failure)
    if marked < size:
        sentence = msg("Tanda terbit akan ditulis pada putaran berikut.")
        return Point(name=name, word=WAITING, sentence=sentence, detail=f"{marked}/{size}")
    sentence = msg("Tanda terbit sesuai dengan log nasional.")
    return Point(name=name, word=GOOD, sentence=sentence, detail=str(size))


def _witness(lag: WitnessLag, now: datetime) -> Point:
    if lag.is_behind(now):
        sentence = msg("Saksi tertinggal lebih dari enam jam: hubungi lembaganya.")
        return Point(name=lag.name, word=WRONG, sentence=sentence, detail=str(lag.left))
    if lag.left:
        sentence = msg("Saksi menyusul.")
        return Point(name=lag.name, word=WAITING, sentence=sentence, detail=str(lag.left))
    sentence = msg("Saksi sudah menandatangani seluruh log nasional.")
    return Point(name=lag.name, word=GOOD, sentence=sentence)


def _sent(visit: Visit, sent: Sent) -> dict[str, Any]:
    why = why_undelivered(sent.reason) if not sent.is_good else None
    sentence = "" if why is None else (why.id if visit.language == INDONESIAN else why.en)
    return {
        "channel": CHANNELS[sent.channel],
        "at": sent.at,
        "is_good": sent.is_good,
        "why": sentence,
        "detail": sent.detail,
    }


def _told(conn: Connection, visit: Visit) -> list[dict[str, Any]]:
    """What somebody was told of and is not over, once however many channels told it."""
    chosen = telling.channels(visit.site.settings)
    found = {it.key: it for channel in chosen for it in ALERT_STORE.told(conn, channel)}
    return [_lasting(visit, it) for it in found.values()]


def _lasting(visit: Visit, told: Told) -> dict[str, Any]:
    matter, whose = matter_of(told.kind)
    title = MATTERS[matter].title
    word = title.id if visit.language == INDONESIAN else title.en
    return {"title": word, "whose": whose, "code": told.code, "at": told.at}
