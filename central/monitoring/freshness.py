"""How fresh a hub is, from when its last run went well. Pure: the time is an argument.

A hub has a target: so long after a good run it is as fresh as it should be, for twice as long
nobody need act, and after that somebody has to. Then a hub that is heard of is late, and one that
is not is silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from central.store.hubs import ACTIVE

LATE_AFTER_TARGETS = 2
"""As a node calls itself late: no success for twice the interval."""


class Freshness(StrEnum):
    """How a hub stands, the worst first."""

    REFUSED = "refused"
    SILENT = "silent"
    LATE = "late"
    NEVER = "never"
    DUE = "due"
    OK = "ok"
    STOPPED = "stopped"


OVERDUE = (Freshness.REFUSED, Freshness.SILENT, Freshness.LATE, Freshness.NEVER)
"""Of whom somebody should ask; in the order of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the centre knows of a hub's runs.

    Attributes:
        state: of the hub: `active`, `suspended`, ...
        enrolled_at: when it enrolled.
        seen_at: when it was last heard of, or None.
        good_at: when its last run ended that went well, or None.
        is_broken: whether its last word was that it sends nothing, or not all.
    """

    state: str
    enrolled_at: datetime
    seen_at: datetime | None
    good_at: datetime | None
    is_broken: bool


BROKEN = frozenset({"blocked", "alarm"})
"""States of a run, in the hub's words, after which it is a person's turn. One that only failed is
tried again, and the hub is late if that goes on."""


def judge(signs: Signs, target: timedelta, now: datetime) -> Freshness:
    """How a hub stands. A time that is yet to come counts as now: the clock was mended."""
    if signs.state != ACTIVE:
        return Freshness.STOPPED
    if signs.is_broken:
        return Freshness.REFUSED
    patience = LATE_AFTER_TARGETS * target
    if signs.good_at is None:
        return Freshness.NEVER
    age = now - signs.good_at
    if age <= target:
        return Freshness.OK
    if age <= patience:
        return Freshness.DUE
    is_heard = signs.seen_at is not None and now - signs.seen_at <= patience
    return Freshness.LATE if is_heard else Freshness.SILENT


def is_overdue(freshness: Freshness, signs: Signs, target: timedelta, now: datetime) -> bool:
    """Whether somebody should ask; of one that has only just enrolled not yet."""
    if freshness is Freshness.NEVER:
        return now - signs.enrolled_at > LATE_AFTER_TARGETS * target
    return freshness in OVERDUE


def counted(found: Mapping[str, Freshness]) -> dict[Freshness, int]:
    """How many hubs stand how; every freshness has its number, and they add up to all hubs."""
    stands = list(found.values())
    return {it: stands.count(it) for it in Freshness}
