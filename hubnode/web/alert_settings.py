"""Pengaturan, alerts: to whom this node says that something is wrong, and a test of it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode.alerts.messages import WORDS
from hubnode.alerts.telling import MAIL, WEBHOOK, channels, send_test
from hubnode.settings_file import Value
from hubnode.store.alerts import ALERT_STORE
from hubnode.web.setting_forms import kept_faults, setting_page, shown, typed, whole_number
from hubnode.web.visit import Visit
from runtime.alerts.undelivered import why_undelivered
from runtime.pages.translating import msg

ALERTS = "/pengaturan/pemberitahuan"

FIELDS = (
    "alert_to",
    "alert_from",
    "alert_smtp_host",
    "alert_smtp_port",
    "alert_smtp_security",
    "alert_smtp_user",
    "alert_webhook",
)
PASSWORD = "alert_smtp_password"  # noqa: S105 - the name of a field
SECURITIES: Mapping[str, str] = {
    "starttls": msg("STARTTLS (port 587)"),
    "tls": msg("TLS sejak awal (port 465)"),
    "none": msg("Tanpa enkripsi (hanya di jaringan sendiri, tanpa kata sandi)"),
}
CHANNELS: Mapping[str, str] = {MAIL: msg("Surat"), WEBHOOK: msg("Webhook")}


async def alerts_page(visit: Visit) -> web.Response:
    """The form, and how the last sendings went."""
    return await _page(visit, shown(visit.site.kept, FIELDS), {})


async def save(visit: Visit) -> web.Response:
    """Keeps what was typed; from then on it is what is used."""
    values = typed(visit, FIELDS)
    faults = _password_faults(visit, values)
    faults = faults or kept_faults(visit, _settings_of(visit, values))
    if faults:
        return await _page(visit, values, faults)
    await visit.node.db.run(ALERT_STORE.forget_sent)
    return visit.go(ALERTS, told="settings" if channels(visit.site.settings) else "alerts_off")


async def test(visit: Visit) -> web.Response:
    """Sends a test by every channel, and leads back to where it is said how it went."""
    await send_test(visit.node, visit.site.settings)
    return visit.go(f"{ALERTS}#hasil", told="tested")


def _settings_of(visit: Visit, values: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = dict(values)
    found["alert_to"] = tuple(values["alert_to"].split())
    found["alert_smtp_port"] = whole_number(values["alert_smtp_port"])
    password = str(visit.form.get(PASSWORD, ""))
    if password or not values["alert_smtp_user"]:
        found[PASSWORD] = password
    return found


def _password_faults(visit: Visit, values: Mapping[str, str]) -> dict[str, str]:
    """The password that is kept goes to the server that it was typed for, and to no other."""
    now, kept = visit.site.settings, visit.site.kept
    is_kept = bool(now.alert_smtp_password.text) and not visit.form.get(PASSWORD)
    is_moved = values["alert_smtp_host"] != now.alert_smtp_host
    if is_kept and is_moved and values["alert_smtp_user"] and PASSWORD not in kept.fixed:
        return {PASSWORD: visit.say("Servernya lain: ketik lagi kata sandinya.")}
    return {}


async def _page(visit: Visit, values: dict[str, str], faults: dict[str, str]) -> web.Response:
    found = await visit.node.db.read(lambda conn: _found(conn, visit))
    settings = visit.site.settings
    return await setting_page(
        visit,
        "alert_settings.html",
        values=values,
        faults=faults,
        securities=SECURITIES,
        has_password=bool(settings.alert_smtp_password.text),
        chosen=channels(settings),
        **found,
    )


def _found(conn: Connection, visit: Visit) -> dict[str, Any]:
    """How the last sendings went, and what is told of and not over."""
    wanted = channels(visit.site.settings)
    rows = [
        {
            "channel": CHANNELS[it.channel],
            "is_good": it.is_good,
            "at": it.at,
            "why": "" if it.is_good else visit.said(why_undelivered(it.reason)),
            "detail": it.detail,
        }
        for it in ALERT_STORE.sent(conn)
        if it.channel in wanted
    ]
    told = {it.key: it for channel in wanted for it in ALERT_STORE.told(conn, channel)}
    lasting = [
        {"title": visit.said(WORDS[it.kind].title), "code": it.code, "at": it.at}
        for it in told.values()
    ]
    return {"sent": rows, "lasting": lasting}
