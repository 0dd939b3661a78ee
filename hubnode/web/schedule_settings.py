"""Pengaturan, schedule: by an interval or a cron line, with the next runs as they would be."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from hubnode.settings import NodeSettings
from hubnode.settings_file import Value
from hubnode.web.setting_forms import faults_of, kept_faults, setting_page, typed, whole_number
from hubnode.web.visit import Visit
from runtime.settings import SettingsRefused

SCHEDULE = "/pengaturan/jadwal"
RUNS_SHOWN = 3
FIELDS = ("by", "minutes", "schedule_cron")


async def schedule_page(visit: Visit) -> web.Response:
    """The schedule, and the next runs by it."""
    settings = visit.site.settings
    values = {
        "by": "cron" if settings.schedule_cron else "interval",
        "minutes": str(-(-settings.schedule_interval_s // 60)),
        "schedule_cron": settings.schedule_cron,
    }
    next_at = visit.site.next_run_at()
    return await _page(
        visit, values, {}, settings, datetime.fromisoformat(next_at) if next_at else None
    )


async def save(visit: Visit) -> web.Response:
    """Keeps it, or only shows what would be; the schedule goes by it at once."""
    values = typed(visit, FIELDS)
    wanted = _settings_of(values)
    if visit.text("do") == "look":
        return await _look(visit, values, wanted)
    if faults := _missing(visit, values) or kept_faults(visit, wanted):
        return await _page(visit, values, faults, None, None)
    return visit.go(SCHEDULE, told="settings")


async def _look(visit: Visit, values: dict[str, str], wanted: Mapping[str, Value]) -> web.Response:
    faults = _missing(visit, values)
    try:
        settings = visit.site.kept.check(wanted)
    except SettingsRefused as refused:
        return await _page(visit, values, faults_of(visit, refused), None, None)
    return await _page(visit, values, faults, None if faults else settings, None)


def _settings_of(values: Mapping[str, str]) -> dict[str, Value]:
    if values["by"] == "cron":
        return {"schedule_cron": values["schedule_cron"]}
    seconds = whole_number(values["minutes"]) * 60
    return {"schedule_cron": "", "schedule_interval_s": seconds}


def _missing(visit: Visit, values: Mapping[str, str]) -> dict[str, str]:
    if values["by"] == "cron" and not values["schedule_cron"]:
        return {"schedule_cron": visit.say("Tulis baris cron, atau pilih jarak waktu.")}
    return {}


async def _page(
    visit: Visit,
    values: dict[str, str],
    faults: dict[str, str],
    settings: NodeSettings | None,
    first: datetime | None,
) -> web.Response:
    runs = settings.next_runs(visit.node.clock.now(), RUNS_SHOWN, first) if settings else []
    is_kept = settings is visit.site.settings
    jitter_s = visit.site.settings.schedule_jitter_s
    return await setting_page(
        visit,
        "schedule_settings.html",
        values=values,
        faults=faults,
        runs=runs,
        is_kept=is_kept,
        jitter_s=jitter_s,
    )
