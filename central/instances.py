"""Two machines with one hub's identity: the second is stopped (protocol.md, "Recovery", F).

Each sync says which machine asks (its *instance*) and how much of the hub's log that machine knows
to have been signed (its *head*). Another instance than the hub's is stopped at once. A machine that
was cloned whole has the same instance; then the heads tell: one that lags behind is a restored
backup the first time, and two machines taking turns the second (docs/decisions/0022).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import audit, hubs, instances
from central.store.hubs import HubRow
from central.store.instances import InstanceRow
from protocol.errors import ProtocolError

SEEN_AGAIN_AFTER = timedelta(seconds=60)
"""A machine that asks more often is not written down again."""

REMEMBERED = timedelta(days=30)
"""For how long a machine that came back from a backup is watched for another that did not."""


class IdentityInUse(ProtocolError):
    """Another machine is the hub's."""

    default_code = "identity_in_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A machine that asks in the name of a hub.

    Attributes:
        instance: its id, as it says.
        head: entries of the hub's log that it knows to have been signed.
        good_s: seconds since its last good run ended; None where it does not say.
    """

    instance: str
    head: int
    good_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be written down of a call, and why it is stopped.

    Attributes:
        row: of the machine after it; None where nothing changes.
        sentence: names both machines and when they were seen; "" where it is not stopped.
    """

    row: InstanceRow | None
    sentence: str


NOT_JUDGED = Judgement(row=None, sentence="")


def judge(conn: Connection, centre: Centre, hub: HubRow, call: Call) -> Judgement:
    """Whether this machine may speak for the hub; writes nothing.

    A hub that is known only from a decision taken back has no machine: the first that asks is its.
    """
    now = centre.clock.now()
    known = instances.get(conn, hub.hub, call.instance)
    size = centre.logs.open(conn, hub.origin).tree.size
    row = (known or _stranger(hub, call.instance, now)).model_copy()
    is_due = known is None or abs(now - known.last_seen_at) > SEEN_AGAIN_AFTER
    row.last_seen_at = now
    is_behind = call.head < size > (row.taken_size or 0)
    if hub.instance and call.instance != hub.instance:
        sentence = _other_machine(conn, hub, row)
    elif is_behind and _is_watched(row, call, now):
        sentence = _turns(row, call, size)
    else:
        sentence = ""
        if is_behind:
            row.rewound_size, row.rewound_at = size, now
            is_due = True
    if sentence:
        is_due = is_due or row.refused_at is None
        row.refused_at = now
    return Judgement(row=row if is_due else None, sentence=sentence)


def keep(conn: Connection, centre: Centre, judgement: Judgement) -> None:
    """Writes a judgement down; the first time that a machine is stopped is one for the audit."""
    row = judgement.row
    if row is None:
        return
    before = instances.get(conn, row.hub, row.instance)
    instances.save(conn, row)
    hub = hubs.get(conn, row.hub)
    if hub is not None and not hub.instance:
        hubs.change(conn, row.hub, instance=row.instance)
    if judgement.sentence and (before is None or before.refused_at is None):
        now, detail = centre.clock.now(), judgement.sentence
        audit.note(conn, at=now, what="hub.identity_in_use", hub=row.hub, detail=detail)


def take(
    conn: Connection, centre: Centre, hub: HubRow, instance: str, *, former: str | None = None
) -> None:
    """Makes a machine the hub's; every other one is stopped from here on.

    Args:
        conn: an open transaction.
        centre: the centre.
        hub: as read in it.
        instance: of the machine that takes over.
        former: of the one that it knows to take over from; None where that does not matter.

    Raises:
        IdentityInUse: the hub's machine is neither of the two, so this was said before something
            that came between.
    """
    if former is not None and hub.instance not in {former, instance}:
        raise IdentityInUse(f"the hub's machine is {hub.instance} meanwhile, not {former}")
    now = centre.clock.now()
    row = instances.get(conn, hub.hub, instance) or _stranger(hub, instance, now)
    row.taken_size = centre.logs.open(conn, hub.origin).tree.size
    row.last_seen_at = now
    row.rewound_size = row.rewound_at = row.refused_at = None
    instances.save(conn, row)
    hubs.change(conn, hub.hub, instance=instance)
    if instance != hub.instance:
        detail = f"{instance} in place of {hub.instance}"
        audit.note(conn, at=now, what="hub.machine_changed", hub=hub.hub, detail=detail)


def _stranger(hub: HubRow, instance: str, now: datetime) -> InstanceRow:
    return InstanceRow(hub=hub.hub, instance=instance, first_seen_at=now, last_seen_at=now)


def _is_watched(row: InstanceRow, call: Call, now: datetime) -> bool:
    """Whether some machine of this id went back before, and this is the one that did not."""
    if row.rewound_size is None or row.rewound_at is None:
        return False
    return call.head >= row.rewound_size and abs(now - row.rewound_at) <= REMEMBERED


def _other_machine(conn: Connection, hub: HubRow, row: InstanceRow) -> str:
    own = instances.get(conn, hub.hub, hub.instance)
    seen = f", last seen {_time(own.last_seen_at)}" if own else ""
    return f"This machine is {row.instance}; the hub's is {hub.instance}{seen}."


def _turns(row: InstanceRow, call: Call, size: int) -> str:
    when = _time(row.rewound_at) if row.rewound_at else ""
    return (
        f"Two machines are {row.instance}: this one knows {call.head} entries; the other began "
        f"from a copy on {when} and made them {size}."
    )


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
