"""How each hub stands: what it said of itself, what the centre holds of it, and how fresh it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central import registry
from central.centre import Centre
from central.monitoring.freshness import (
    BROKEN,
    OVERDUE,
    Freshness,
    Signs,
    is_overdue,
    judge,
)
from central.settings import TARGET_HOURS_MAX
from central.store import audit, cosignatures, hubs, mirrors, reports, targets
from central.store.hubs import HubRow
from central.store.reports import ReportRow
from protocol.errors import ProtocolError
from protocol.names import witness_name


class TargetRefused(ProtocolError):
    """No target that a hub can have."""

    default_code = "freshness_target"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubHealth:
    """How a hub stands now.

    Attributes:
        hub: as the registry has it.
        report: what it last said of itself, or None.
        freshness: how fresh it is.
        is_overdue: whether somebody should ask.
        age: since its last good run ended; None where there was none.
        target_hours: for how long after a good run it counts as fresh.
        is_own_target: whether that was set for this hub.
    """

    hub: HubRow
    report: ReportRow | None
    freshness: Freshness
    is_overdue: bool
    age: timedelta | None
    target_hours: int
    is_own_target: bool

    @property
    def code(self) -> str:
        """The code of its last run; "" where nothing was wrong."""
        return self.report.code if self.report else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far the centre is behind a hub, in entries of the hub's log.

    Attributes:
        offered: under the newest checkpoint that the hub signed.
        held: that the centre has.
        decided: that have an outcome.
        cosigned: of the *national* log, that the hub has checked and cosigned; 0 for none.
        contradictions: sizes at which it signed another tree than the one held.
    """

    offered: int
    held: int
    decided: int
    cosigned: int
    contradictions: tuple[int, ...]

    @property
    def missing(self) -> int:
        """Signed by the hub, and not here."""
        return max(0, self.offered - self.held)

    @property
    def undecided(self) -> int:
        """Here, and without an outcome."""
        return self.held - self.decided


def of_everyone(conn: Connection, centre: Centre, *, default_hours: int) -> list[HubHealth]:
    """Every hub, the one that most needs somebody first.

    Args:
        conn: an open transaction.
        centre: whose hubs.
        default_hours: the target of a hub that has none of its own.
    """
    said, own = reports.everyone(conn), targets.everyone(conn)
    now = centre.clock.now()
    found = [_health(row, said, own, default_hours, now) for row in hubs.everyone(conn)]
    return sorted(found, key=_urgency)


def of_hub(conn: Connection, centre: Centre, hub: str, *, default_hours: int) -> HubHealth:
    """One hub.

    Raises:
        UnknownHub: there is none of that id.
    """
    row, report, hours = registry.get_hub(conn, hub), reports.get(conn, hub), targets.get(conn, hub)
    said = {} if report is None else {hub: report}
    own = {} if hours is None else {hub: hours}
    return _health(row, said, own, default_hours, centre.clock.now())


def lags(conn: Connection, centre: Centre) -> dict[str, Lag]:
    """How far the centre is behind the present log of each hub, by hub id: in four questions."""
    offered, held = mirrors.pending_sizes(conn), centre.logs.sizes(conn)
    cosigned = cosignatures.largest_sizes(conn, centre.national_origin)
    contradicted = mirrors.contradicted(conn)
    return {
        hub: Lag(
            offered=offered.get(origin, 0),
            held=held.get(origin, 0),
            decided=decided,
            cosigned=cosigned.get(witness_name(centre.authority, hub), 0),
            contradictions=tuple(contradicted.get(origin, ())),
        )
        for hub, (origin, decided) in hubs.logs(conn).items()
    }


def set_target(conn: Connection, centre: Centre, hub: str, hours: int | None, *, by: str) -> None:
    """Sets how fresh a hub should be; None is the centre's setting again. The audit says who.

    Raises:
        UnknownHub: there is none of that id.
        TargetRefused: out of bounds.
    """
    registry.get_hub(conn, hub)
    if hours is not None and not 1 <= hours <= TARGET_HOURS_MAX:
        raise TargetRefused(f"a target is 1 to {TARGET_HOURS_MAX} hours, not {hours}")
    if hours == targets.get(conn, hub):
        return
    targets.keep(conn, hub, hours)
    detail = audit.signed(by, "" if hours is None else f"{hours} h")
    audit.note(conn, at=centre.clock.now(), what="hub.target", hub=hub, detail=detail)


def _health(
    row: HubRow,
    said: Mapping[str, ReportRow],
    own: Mapping[str, int],
    default_hours: int,
    now: datetime,
) -> HubHealth:
    report, hours = said.get(row.hub), own.get(row.hub, default_hours)
    good_at = report.good_at if report else None
    signs = Signs(
        state=row.state,
        enrolled_at=row.enrolled_at,
        seen_at=row.last_seen_at,
        good_at=good_at,
        is_broken=report is not None and report.state in BROKEN,
    )
    target = timedelta(hours=hours)
    freshness = judge(signs, target, now)
    return HubHealth(
        hub=row,
        report=report,
        freshness=freshness,
        is_overdue=is_overdue(freshness, signs, target, now),
        age=None if good_at is None else max(timedelta(0), now - good_at),
        target_hours=hours,
        is_own_target=row.hub in own,
    )


_ORDER = (*OVERDUE, Freshness.DUE, Freshness.OK, Freshness.STOPPED)


def _urgency(found: HubHealth) -> tuple[bool, int, float, str]:
    age_s = found.age.total_seconds() if found.age is not None else 0.0
    return not found.is_overdue, _ORDER.index(found.freshness), -age_s, found.hub.hub
