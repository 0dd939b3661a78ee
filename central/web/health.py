"""Kesehatan dan pengaturan: how the centre itself stands, who is told, and by what it goes."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.doctor import examine
from central.monitoring import telling
from central.monitoring.cause_words import WORDS as MATTERS
from central.monitoring.causes import matter_of
from central.monitoring.service_state import ServiceState, state_of
from central.store.alerts import ALERT_STORE
from central.web.hub_words import Word
from central.web.rights import Right
from central.web.serving import DESK
from central.web.visit import Visit
from runtime.alerts.news import Told
from runtime.alerts.store import Sent
from runtime.alerts.undelivered import why_undelivered
from runtime.findings import Finding, Health
from runtime.pages.translating import msg
from runtime.setting_values import shown
from runtime.settings import rows_of

HEALTH = f"{DESK}/kesehatan"
CHANNELS: Mapping[str, str] = {
    telling.MAIL: msg("Surat"),
    telling.WEBHOOK: msg("Webhook"),
    telling.TELEGRAM: msg("Telegram"),
}
POINTS: Mapping[str, str] = {
    "database": msg("Database"),
    "disk": msg("Disk"),
    "decisions": msg("Keputusan"),
    "mark": msg("Tanda terbit"),
    "witness": msg("Saksi"),
    "dump": msg("Dump malam"),
    "matcher": msg("Pencari dugaan ganda"),
    "webhooks": msg("Webhook"),
    "alerts": msg("Pemberitahuan"),
    "people": msg("Pengguna"),
    "second_factor": msg("Kode kedua"),
    "url": msg("Alamat"),
}
TAGS: Mapping[Health, Word] = {
    Health.GOOD: Word("good", "✓", msg("Baik")),
    Health.NOTICE: Word("wait", "!", msg("Perhatian")),
    Health.PROBLEM: Word("bad", "✕", msg("Masalah")),
}


async def health_page(visit: Visit) -> web.Response:
    """The points, the channels, the settings."""
    centre, settings = visit.centre, visit.site.settings
    service = state_of(centre, visit.site.reconciler)
    found = await centre.db.read(lambda conn: _found(conn, visit, service))
    rows = rows_of(settings) if Right.ADMINISTER in visit.rights else []
    whole = {"database_url": shown(settings.database_in(centre.folder))}
    return await visit.desk_page(
        "health.html",
        here="health",
        rows=[(it, whole.get(it.name, it.value)) for it in rows],
        chosen=[CHANNELS[it] for it in telling.channels(settings)],
        quiet_hours=settings.alert_quiet_hours,
        **found,
    )


async def try_alerts(visit: Visit) -> web.Response:
    """Sends a test by every channel, and leads back to where it is said how it went."""
    await telling.send_test(visit.centre, visit.site.settings)
    return visit.go(f"{HEALTH}#hasil", told="tested")


def _found(conn: Connection, visit: Visit, service: ServiceState) -> dict[str, Any]:
    findings = examine(conn, visit.centre, visit.site.settings, service)
    return {
        "points": [_point(visit, it) for it in findings],
        "sent": [_sent(visit, it) for it in ALERT_STORE.sent(conn)],
        "lasting": _told(conn, visit),
    }


def _point(visit: Visit, finding: Finding) -> dict[str, Any]:
    return {
        "name": POINTS[finding.point],
        "word": TAGS[finding.health],
        "sentence": visit.said(finding.sentence),
        "detail": finding.detail,
    }


def _sent(visit: Visit, sent: Sent) -> dict[str, Any]:
    why = why_undelivered(sent.reason) if not sent.is_good else None
    return {
        "channel": CHANNELS[sent.channel],
        "at": sent.at,
        "is_good": sent.is_good,
        "why": "" if why is None else visit.said(why),
        "detail": sent.detail,
    }


def _told(conn: Connection, visit: Visit) -> list[dict[str, Any]]:
    """What somebody was told of and is not over, once however many channels told it."""
    chosen = telling.channels(visit.site.settings)
    found = {it.key: it for channel in chosen for it in ALERT_STORE.told(conn, channel)}
    return [_lasting(visit, it) for it in found.values()]


def _lasting(visit: Visit, told: Told) -> dict[str, Any]:
    matter, whose = matter_of(told.kind)
    return {
        "title": visit.said(MATTERS[matter].title),
        "whose": whose,
        "code": told.code,
        "at": told.at,
    }
