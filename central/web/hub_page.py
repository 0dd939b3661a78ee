"""One hub: its last runs, what it says and what the centre says, its keys and machines."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central import registry, troubles
from central.centre import Centre
from central.monitoring import hub_health, two_views
from central.monitoring.hub_health import HubHealth, TargetRefused
from central.settings import TARGET_HOURS_MAX
from central.store import audit, hub_keys, hub_runs, instances
from central.store.hub_runs import HubRun
from central.store.hubs import HubRow
from central.web.audit_details import detail_words
from central.web.audit_words import ACTS
from central.web.hub_acts import acts_of
from central.web.hub_list import HUBS
from central.web.hub_words import (
    AGREEMENTS,
    FACTS,
    FRESHNESS,
    RUNS,
    STATES,
    UNKNOWN_RUN,
    Word,
)
from central.web.stamps import stamp_of
from central.web.visit import Visit
from protocol.fingerprints import fingerprint, words
from protocol.keys import parse_verifier_key
from runtime.pages.formats import format_number
from runtime.software import is_older

STRIP_RUNS = 30
AUDIT_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of the strip."""

    run: HubRun
    word: Word


async def hub_page(visit: Visit) -> web.Response:
    """Everything that is known of a hub."""
    return await _hub_page(visit, faults={})


async def set_target(visit: Visit) -> web.Response:
    """Gives a hub a target of its own, or that of the settings again."""
    hub, typed = visit.request.match_info["hub"], visit.text("hours")
    hours = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= HOURS_DIGITS else 0
    centre = visit.centre
    found = await centre.db.read(lambda conn: _health(conn, visit, hub))
    visit.require_seen(target_stamp(found))
    wanted, by = None if visit.text("settings") or not typed else hours, visit.person().name
    try:
        await centre.db.run(lambda conn: hub_health.set_target(conn, centre, hub, wanted, by=by))
    except TargetRefused:
        most = format_number(TARGET_HOURS_MAX, language=visit.language)
        sentence = visit.say("Tulis jumlah jam, dari 1 sampai {0} (90 hari).").format(most)
        return await _hub_page(visit, faults={"hours": sentence}, status=422)
    return visit.go(f"{HUBS}/{hub}", told="target")


HOURS_DIGITS = len(str(TARGET_HOURS_MAX))


def target_stamp(found: HubHealth) -> str:
    """Of the target that a page shows."""
    return stamp_of(found.target_hours, found.is_own_target)


async def _hub_page(visit: Visit, *, faults: dict[str, str], status: int = 200) -> web.Response:
    hub = visit.request.match_info["hub"]
    known = await visit.centre.db.read(lambda conn: _known(conn, visit, hub))
    found: HubHealth = known["health"]
    return await visit.desk_page(
        "hub.html",
        here="hubs",
        status=status,
        faults=faults,
        hours=visit.text("hours") if faults else str(found.target_hours),
        seen=target_stamp(found),
        acts=acts_of(found.hub.state),
        trouble=_trouble(visit, found),
        fresh=FRESHNESS[found.freshness],
        state=STATES[found.hub.state],
        facts=FACTS,
        agreements=AGREEMENTS,
        audit_words=ACTS,
        detail_said=partial(detail_words, reader=visit.reader),
        is_older=is_older(found.hub.software),
        hours_max=TARGET_HOURS_MAX,
        **known,
    )


def _known(conn: Connection, visit: Visit, hub: str) -> dict[str, Any]:
    centre, found = visit.centre, _health(conn, visit, hub)
    lag = hub_health.lags(conn, centre)[hub]
    runs = hub_runs.latest(conn, hub, count_max=STRIP_RUNS)
    return {
        "health": found,
        "lag": lag,
        "pairs": two_views.both(conn, centre, found, lag),
        "strip": [Mark(run=it, word=RUNS.get(it.state, UNKNOWN_RUN)) for it in runs],
        "key_words": key_words(found.hub),
        "keys": hub_keys.log_keys(conn, hub),
        "machines": instances.of_hub(conn, hub),
        "stopped": registry.why_stopped(conn, found.hub),
        "audit_rows": audit.of_hub(conn, hub, count_max=AUDIT_ROWS),
        "owned_count": _owned_count(conn, centre, hub),
    }


def _health(conn: Connection, visit: Visit, hub: str) -> HubHealth:
    hours = visit.site.settings.freshness_target_hours
    return hub_health.of_hub(conn, visit.centre, hub, default_hours=hours)


def key_words(hub: HubRow) -> str:
    """The fingerprint of a hub's keys, as two people compare it."""
    keys = [parse_verifier_key(hub.log_key), parse_verifier_key(hub.witness_key)]
    return " ".join(words(fingerprint(keys)))


def _owned_count(conn: Connection, centre: Centre, hub: str) -> int:
    return centre.documents.count_having(conn, "hub", hub)


def _trouble(visit: Visit, found: HubHealth) -> str:
    """What the hub last said that was wrong, in the reader's language; "" where nothing was."""
    if found.report is None or not found.report.trouble:
        return ""
    return visit.said(troubles.sentence_of(found.report.trouble))
