"""One batch of one hub: its next entries get their decisions, in one transaction.

Decisions, catalogue, index, cursor and checkpoint move together, so that a crash repeats a batch
and never half of it. A batch ends by the clock too: it holds SQLite's only writer, and other hubs
wait for that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from central import floods, logs_of_hubs, look_alikes, national
from central.centre import Centre
from central.store import hub_keys
from central.store.hubs import HubRow
from protocol.campaigns import Ledger
from protocol.catalogue import apply
from protocol.entries.changes import KeyRotate
from protocol.entries.decisions import Decision, encode_decision
from protocol.lineage import confirmed_above
from protocol.reconcile import (
    Prepared,
    consequence,
    encode_outcome,
    hold,
    prepare,
    reconcile,
)
from protocol.record_state import RecordState
from protocol.verdicts import Known
from runtime.logstore import LogRow

BATCH_S = 1.0
"""A batch takes no further entry after so long; the least is one entry."""

AHEAD_BYTES = 8 * 1_048_576
"""Of entries that are read ahead: no more are read once it is so many. Read, they take some six
times as much."""

_AHEAD_STEP = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The next entries of a hub's log, read before it is their turn.

    Attributes:
        origin: of the log.
        start: index of the first.
        prepared: the entries.
    """

    origin: str
    start: int
    prepared: Sequence[Prepared]


@dataclass(slots=True)
class _Decided:
    """What a batch came to.

    Attributes:
        count: entries of the hub's log that have their outcome now.
        decisions: those outcomes, and what follows from them, in order.
        entries: the bytes of each.
        changed: states of the records that they changed.
    """

    count: int = 0
    decisions: list[Decision] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    changed: dict[str, RecordState] = field(default_factory=dict)


def waiting(conn: Connection, centre: Centre) -> list[str]:
    """Ids of the hubs with entries that have no decision yet."""
    sizes = centre.logs.sizes(conn)
    logs = logs_of_hubs.decided_sizes(conn)
    return sorted({hub for origin, (hub, size) in logs.items() if sizes.get(origin, 0) > size})


def decide(
    conn: Connection,
    centre: Centre,
    hub_id: str,
    count_max: int,
    *,
    ahead: Ahead | None = None,
    on_more: Callable[[str, int], None] = lambda _origin, _start: None,
) -> int:
    """Decides up to `count_max` entries of a hub; returns how many it were.

    Args:
        conn: the transaction of the batch.
        centre: whose it is.
        hub_id: the hub.
        count_max: entries at most.
        ahead: what was read before; of no use where it is of another log or another place in it.
        on_more: told, before the batch is written, from where on its log has entries that it
            leaves.
    """
    hub = _log(conn, centre, hub_id)
    if hub is None:
        return 0
    mirror = centre.logs.open(conn, hub.origin)
    start = hub.reconciled_size
    prepared: list[Prepared] = []
    if ahead is not None and (ahead.origin, ahead.start) == (hub.origin, start):
        prepared += ahead.prepared[:count_max]
    prepared += _read(conn, centre, mirror, start + len(prepared), start + count_max)
    ledger = centre.campaigns.open_ledger(conn, _named(prepared))
    decided = _decide(conn, centre, hub, prepared, ledger)
    if start + decided.count < mirror.tree.size:
        on_more(hub.origin, start + decided.count)
    national.write(conn, centre, decided.decisions, decided.entries, decided.changed, ledger=ledger)
    logs_of_hubs.set_reconciled(conn, hub, start + decided.count)
    return decided.count


def read_ahead(
    conn: Connection, centre: Centre, *, origin: str, start: int, count_max: int
) -> Ahead:
    """Reads entries that have no decision yet; those are never redacted, so they stay as they are.

    Args:
        conn: a transaction that only reads.
        centre: whose it is.
        origin: of a hub's log.
        start: index of the first.
        count_max: entries at most.
    """
    mirror = centre.logs.open(conn, origin)
    prepared: list[Prepared] = []
    while len(prepared) < count_max and sum(it.size for it in prepared) < AHEAD_BYTES:
        index = start + len(prepared)
        few = _read(conn, centre, mirror, index, min(index + _AHEAD_STEP, start + count_max))
        if not few:
            break
        prepared += few
    return Ahead(origin=origin, start=start, prepared=prepared)


def hold_next(conn: Connection, centre: Centre, hub_id: str) -> int:
    """Holds a hub's next entry, whatever it says (docs/decisions/0010); returns 1."""
    hub = _log(conn, centre, hub_id)
    if hub is None:
        return 0
    index = hub.reconciled_size
    known = known_of(centre, hub, place=0, record=None)
    held = hold(known, index=index, at=centre.timestamp(), salt=centre.salt())
    national.append(conn, centre, [held])
    logs_of_hubs.set_reconciled(conn, hub, index + 1)
    return 1


def known_of(
    centre: Centre,
    hub: HubRow,
    *,
    place: int,
    record: RecordState | None,
    rotates: bool = False,
    result: RecordState | None = None,
    above: Iterable[str] = (),
    is_flooded: bool = False,
    alike: Sequence[RecordState] = (),
) -> Known:
    """What the centre knows when it decides about an entry of a hub.

    Args:
        centre: whose it is.
        hub: the author.
        place: that the decision will have in the national log.
        record: what the entry is about.
        rotates: intake took new keys from the entry.
        result: what it names as the result of a replication.
        above: the originals that the record goes back to (`originals_above`).
        is_flooded: whether it came with a flood.
        alike: active records of other hubs by a key of the one that the entry makes.
    """
    return Known(
        authority=centre.authority,
        hub=hub.hub,
        origin=hub.origin,
        national_origin=centre.national_origin,
        national_size=place,
        last_good_index=hub.last_good_index,
        record=record,
        rotates=rotates,
        result=result,
        above=frozenset(above),
        is_flooded=is_flooded,
        alike=alike,
    )


def originals_above(
    conn: Connection,
    centre: Centre,
    prepared: Prepared,
    states: Mapping[str, RecordState],
) -> list[str]:
    """The originals that the record of an implementation goes back to; of other entries none.

    Args:
        conn: an open transaction.
        centre: whose records they are.
        prepared: the entry, read.
        states: records as they stand at the entry's turn, where they are not as stored.
    """
    record = states.get(prepared.record or "")
    if record is None or prepared.result is None:
        return []

    def find(name: str) -> RecordState | None:
        return states.get(name) or national.load_states(conn, centre, [name]).get(name)

    return list(confirmed_above(record, find))


def _decide(
    conn: Connection,
    centre: Centre,
    hub: HubRow,
    prepared: Sequence[Prepared],
    ledger: Ledger,
) -> _Decided:
    """Decides the entries one after another; not all of them, where time runs out."""
    origin = centre.national_origin
    place = centre.logs.open(conn, origin).tree.size
    states = national.load_states(conn, centre, _named(prepared))
    salts = centre.entropy.bytes(16 * len(prepared)).hex()
    is_flooded = floods.notice(conn, centre, hub.hub, prepared, states)
    alike = look_alikes.find(conn, hub.hub, prepared, states.keys())
    at, until = centre.timestamp(), centre.clock.monotonic() + BATCH_S
    decided = _Decided()
    for number, item in enumerate(prepared):
        if number and centre.clock.monotonic() > until:
            break
        index = hub.reconciled_size + number
        rotates = isinstance(item.change, KeyRotate)
        known = known_of(
            centre,
            hub,
            place=place + len(decided.decisions),
            record=states.get(item.record or ""),
            result=states.get(item.result or ""),
            above=originals_above(conn, centre, item, states),
            is_flooded=is_flooded,
            alike=_alike(conn, centre, item, alike, states),
            rotates=rotates and hub_keys.begins_at(conn, hub.origin, index + 1),
        )
        salt = salts[32 * number : 32 * (number + 1)]
        outcome = reconcile(known, item, index=index, at=at, salt=salt)
        after = apply(states, outcome, place=known.national_size, origin=origin)
        states.update(after)
        decided.changed.update(after)
        ledger.fold(outcome, place=known.national_size, after=after, standing=())
        decided.decisions.append(outcome)
        decided.entries.append(encode_outcome(outcome, item))
        decided.count += 1
        follows = consequence(item, outcome, salt=centre.salt()) if rotates else None
        if follows is not None:
            decided.decisions.append(follows)
            decided.entries.append(encode_decision(follows))
    floods.note_new(conn, centre, hub.hub, place, decided.changed.values())
    return decided


def _alike(
    conn: Connection,
    centre: Centre,
    item: Prepared,
    near: Mapping[str, Sequence[str]],
    states: Mapping[str, RecordState],
) -> Sequence[RecordState]:
    """Of what the record that an entry makes may be a copy; loaded when asked, to save memory."""
    ids = near.get(item.record or "", ())
    if not ids or item.record in states:
        return ()
    found = national.load_states(conn, centre, ids)
    return [found[it] for it in ids]


def _read(conn: Connection, centre: Centre, mirror: LogRow, start: int, end: int) -> list[Prepared]:
    """The entries [start, end) of a mirror, as far as it goes."""
    entries = centre.logs.entries(conn, mirror, start, max(start, min(end, mirror.tree.size)))
    return [prepare(entry) for entry in entries]


def _named(prepared: Sequence[Prepared]) -> list[str]:
    """The records that these entries are about, and those that they name as results."""
    named = [name for it in prepared for name in (it.record, it.result)]
    return [name for name in named if name is not None]


def _log(conn: Connection, centre: Centre, hub_id: str) -> HubRow | None:
    """The hub with its first log that has undecided entries; None where it has none."""
    logs = logs_of_hubs.of_hub(conn, hub_id)
    return next((log for log in logs if logs_of_hubs.is_undecided(conn, centre, log)), None)
