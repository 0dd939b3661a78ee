"""What is wrong with the federation now, of what somebody at the centre has to be told.

A kind is a matter and, behind a slash, whose it is: `silent/51`. So the silence of one hub ends
without that of another. A hub that is suspended, retired or revoked is never a cause.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from sqlalchemy import Connection

from central.centre import Centre
from central.monitoring.freshness import Freshness
from central.monitoring.hub_health import HubHealth
from central.monitoring.service_state import ServiceState
from central.monitoring.witness_lag import witness_lags
from central.store import mirrors
from central.store.hubs import ACTIVE
from runtime.alerts.news import Cause


class Matter(StrEnum):
    """What may be wrong."""

    SILENT = "silent"
    TROUBLE = "trouble"
    CONTRADICTION = "contradiction"
    DATABASE = "database"
    STUCK = "stuck"
    SETBACK = "setback"
    MARK = "mark"
    DISK = "disk"
    WITNESS = "witness"


HUB_SILENT, HUB_LATE, HUB_NEVER = "hub_silent", "hub_late", "hub_never_synced"
TWO_HISTORIES = "two_histories"
DATABASE_AWAY = "database_away"
NOTHING_DECIDED, BATCH_FAILED = "nothing_decided", "batch_failed"
MARK_NOT_WRITTEN, DISK_SHORT, WITNESS_BEHIND = "mark_not_written", "disk_short", "witness_behind"

_OVERDUE = {
    Freshness.SILENT: HUB_SILENT,
    Freshness.LATE: HUB_LATE,
    Freshness.NEVER: HUB_NEVER,
}


def kind_of(matter: Matter, whose: str = "") -> str:
    """The kind of a cause."""
    return f"{matter}/{whose}"


def matter_of(kind: str) -> tuple[Matter, str]:
    """What a kind is about, and whose matter it is; "" where it is the centre's own."""
    matter, _, whose = kind.partition("/")
    return Matter(matter), whose


def standing(
    conn: Connection, centre: Centre, service: ServiceState, hubs: Sequence[HubHealth]
) -> Sequence[Cause]:
    """All of it, the centre's own first.

    Args:
        conn: an open transaction.
        centre: the centre.
        service: what only the running process knows.
        hubs: how each stands.
    """
    now = centre.clock.now()
    contradicted = mirrors.contradicted(conn)
    return (
        *_of_service(service),
        *(
            Cause(kind=kind_of(Matter.WITNESS, it.name), code=WITNESS_BEHIND, since=it.since)
            for it in witness_lags(conn, centre)
            if it.is_behind(now)
        ),
        *(
            Cause(kind=kind_of(Matter.CONTRADICTION, it.hub.hub), code=TWO_HISTORIES)
            for it in hubs
            if it.hub.state == ACTIVE and it.hub.origin in contradicted
        ),
        *(_of_hub(it) for it in hubs if it.is_overdue),
    )


def _of_service(service: ServiceState) -> Iterator[Cause]:
    if service.is_stuck:
        yield Cause(kind=kind_of(Matter.STUCK), code=NOTHING_DECIDED)
    for hub in sorted(service.setbacks):
        kind = kind_of(Matter.SETBACK, hub)
        yield Cause(kind=kind, code=BATCH_FAILED, is_explained=service.is_stuck)
    if service.mark_failure:
        yield Cause(kind=kind_of(Matter.MARK), code=MARK_NOT_WRITTEN)
    if service.is_disk_short:
        yield Cause(kind=kind_of(Matter.DISK), code=DISK_SHORT)


def _of_hub(found: HubHealth) -> Cause:
    hub, report = found.hub.hub, found.report
    if found.freshness is Freshness.REFUSED:
        code = found.code or (report.state if report else "")
        since = report.trouble_at if report else None
        return Cause(kind=kind_of(Matter.TROUBLE, hub), code=code, since=since)
    since = report.good_at if report and report.good_at else found.hub.enrolled_at
    return Cause(kind=kind_of(Matter.SILENT, hub), code=_OVERDUE[found.freshness], since=since)
