"""Hubs that fall silent, and are heard of again: what no decision says.

As with records, what is so now is compared with what was last told. How silent is too silent, each
hub's freshness target says (`central.monitoring.freshness`).
"""

from sqlalchemy import Connection

from central.centre import Centre
from central.monitoring import hub_health
from central.monitoring.freshness import Freshness
from central.store import announced
from central.store import webhooks as store
from central.store.webhooks import WebhookRow
from central.webhooks import queue
from central.webhooks.events import HUB_HEARD, HUB_SILENT, Event

_STAMP = "%Y%m%dT%H%M%SZ"


def is_news(conn: Connection, centre: Centre, *, default_hours: int) -> bool:
    """Whether a hub fell silent, or is heard of again, and there is somebody to tell."""
    if not any(_wants(hook) for hook in store.active(conn, now=centre.clock.now())):
        return False
    return _silent(conn, centre, default_hours) != announced.silent(conn)


def follow(conn: Connection, centre: Centre, *, base_url: str, default_hours: int) -> int:
    """Lets what is news of hubs wait; returns how many events it were."""
    now, told = _silent(conn, centre, default_hours), announced.silent(conn)
    place = centre.logs.open(conn, centre.national_origin).tree.size
    moment = centre.clock.now().strftime(_STAMP)
    events = [_event(HUB_SILENT, hub, place, moment) for hub in sorted(now - told)]
    events += [_event(HUB_HEARD, hub, place, moment) for hub in sorted(told - now)]
    queue.add(conn, centre, events, base_url=base_url)
    announced.keep_silent(conn, now)
    return len(events)


def _wants(hook: WebhookRow) -> bool:
    return bool({HUB_SILENT, HUB_HEARD} & set(hook.events.split()))


def _silent(conn: Connection, centre: Centre, default_hours: int) -> set[str]:
    found = hub_health.of_everyone(conn, centre, default_hours=default_hours)
    return {it.hub.hub for it in found if it.freshness is Freshness.SILENT}


def _event(type_: str, hub: str, place: int, moment: str) -> Event:
    return Event(type=type_, place=place, subject=f"{hub}-{moment}", members={"hub": hub})
