"""This hub's copy of the national log, and the catalogue that it folds to.

The log is kept first, verified (`hubnode.sync.pull`), and folded second: `apply_range` moves the
cursor in the transaction that changes the records. A record is stored as the exact bytes of its
`RecordState`, so that two replicas of one log are equal byte for byte.

A document has the same facets and the same search text as at the centre
(`protocol.innovation.searching`), so that a search means the same on both sides. So have campaigns
(`runtime.campaigns`) and lineage (`runtime.lineages`).
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from hubnode import redacting
from hubnode.node import Node
from hubnode.store import catalogue_facets, hubs, outcomes, proposals, records, rulings
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OwnOutcome, Standing
from protocol import catalogue, record_state
from protocol.canonical import canonicalise
from protocol.documents import document_of
from protocol.entries.decisions import (
    NOOP,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeRefused,
    ChangeVoid,
    Decision,
    Outcome,
    Ruling,
    outcome_of,
    read_decisions,
)
from protocol.entries.redaction import EntryRedacted
from protocol.merge import uncovered
from protocol.record_state import RecordState
from runtime.campaigns import standing_records

CURSOR = "catalogue"

FOLD_ENTRIES = 1_024
"""Decisions that a fold from the beginning takes in one go."""


def apply_range(conn: Connection, node: Node, identity: Identity, start: int, end: int) -> None:
    """Folds the decisions `[start, end)` and moves the cursor to `end`.

    Requires that the replica holds them and that the cursor is at `start`.

    Raises:
        VoidEntry: a decision that this version does not understand; the cursor stays.
    """
    log = node.logs.open(conn, identity.national)
    placed = list(read_decisions(node.logs.entries(conn, log, start, end), start))
    decisions = [decision for _, decision in placed]
    states = _states(conn, node, decisions)
    ledger = node.campaigns.open_ledger(conn, states)
    changed: dict[str, RecordState] = {}
    for place, decision in placed:
        after = catalogue.apply(states, decision, place=place, origin=identity.national)
        states.update(after)
        changed.update(after)
        standing = standing_records(conn, node.documents, changed)
        ledger.fold(decision, place=place, after=after, standing=standing)
    _keep_outcomes(conn, identity, placed)  # first: own records ask what is decided
    rulings.keep(conn, decisions, hub=identity.hub)
    hubs.follow(conn, decisions)
    proposals.follow(conn, placed, own=identity.origin)
    _keep_records(conn, node, identity, [changed[record] for record in sorted(changed)])
    _move_standings(conn, identity, [changed[record] for record in sorted(changed)])
    node.campaigns.keep(conn, ledger)
    node.lineages.keep(conn, changed.values())
    redacting.follow(conn, node, identity, placed)
    set_cursor(conn, node, identity, end)


def set_cursor(conn: Connection, node: Node, identity: Identity, size: int) -> None:
    """Keeps that the catalogue was folded from the first `size` entries of the national log."""
    tree = node.logs.tree_at(conn, node.logs.open(conn, identity.national), size)
    node.documents.cursor_set(conn, CURSOR, origin=identity.national, size=size, root=tree.root)


def start_again(conn: Connection, node: Node, identity: Identity) -> None:
    """Folds the whole national log that is here afresh: what was folded before was another one.

    In one transaction, so that nobody edits on a catalogue that is half there.
    """
    derived = (node.documents, catalogue_facets, node.campaigns, node.lineages, outcomes, rulings)
    for store in (*derived, hubs, proposals):
        store.clear(conn)
    size = node.logs.open(conn, identity.national).tree.size
    set_cursor(conn, node, identity, 0)
    for start in range(0, size, FOLD_ENTRIES):
        apply_range(conn, node, identity, start, min(size, start + FOLD_ENTRIES))


def applied_size(conn: Connection, node: Node, identity: Identity) -> int:
    """How much of the national log the catalogue was folded from."""
    cursor = node.documents.cursor_get(conn, CURSOR)
    return cursor.size if cursor is not None and cursor.origin == identity.national else 0


def uncounted(conn: Connection, node: Node) -> frozenset[str]:
    """Own records that the catalogue does not have: what made them was held, refused or void."""
    waiting = outcomes.records_that_wait(conn)
    return frozenset(waiting) - node.documents.known(conn, waiting)


def catalogue_hash(conn: Connection, node: Node) -> str:
    """The hash that every replica of one log agrees on."""
    return record_state.catalogue_hash(node.documents.digests(conn))


def _states(conn: Connection, node: Node, decisions: Iterable[Decision]) -> dict[str, RecordState]:
    touched = {record for decision in decisions for record in catalogue.touched(decision)}
    stored = node.documents.get_many(conn, sorted(touched))
    return {record: record_state.decode_record_state(body) for record, body in stored.items()}


def _keep_records(
    conn: Connection, node: Node, identity: Identity, states: Sequence[RecordState]
) -> None:
    shown = [(state, catalogue.shown_record(state)) for state in states]
    node.documents.put_many(conn, [document_of(*it) for it in shown])
    catalogue_facets.keep(conn, [record for _, record in shown])
    records.follow(conn, states, identity.hub)


def _keep_outcomes(
    conn: Connection, identity: Identity, decisions: Iterable[tuple[int, Decision]]
) -> None:
    own: list[OwnOutcome] = []
    for place, decision in decisions:
        found = _own_outcome(decision, place, identity.origin)
        own += [] if found is None else [found]
        if isinstance(decision, EntryRedacted):
            own += _redacted_outcomes(decision, identity.origin)
    outcomes.put_many(conn, own)


def _redacted_outcomes(decision: EntryRedacted, origin: str) -> Iterator[OwnOutcome]:
    """The outcomes of own entries whose bytes are gone, as the redaction says them."""
    for it in decision.entries:
        if it.source is not None and it.source.origin == origin:
            yield OwnOutcome(
                number=it.source.index,
                place=it.index,
                outcome=it.outcome or "",
                standing=Standing.REDACTED,
                record=it.record,
                code=it.code or "",
            )


def _own_outcome(decision: Decision, place: int, origin: str) -> OwnOutcome | None:
    match decision:
        case ChangeApplied() | ChangeProposed() | ChangeHeld() | ChangeRefused():
            record = decision.record
        case ChangeVoid():
            record = None
        case _:
            return None
    if decision.source.origin != origin:
        return None
    errors = decision.errors if isinstance(decision, ChangeHeld) else ()
    return OwnOutcome(
        number=decision.source.index,
        place=place,
        outcome=outcome_of(decision) or "",
        standing=_first_standing(decision),
        record=record,
        code=decision.code if isinstance(decision, ChangeHeld | ChangeVoid) else "",
        errors=canonicalise([dict(it) for it in errors]),
    )


def _first_standing(decision: Outcome | Ruling) -> Standing:
    """Writes start as shown, and are then moved by `_move_standings`; the rest never moves."""
    match decision:
        case ChangeProposed():
            return Standing.PROPOSED
        case ChangeHeld():
            return Standing.HELD
        case ChangeVoid():
            return Standing.VOID
        case ChangeRefused():
            return Standing.REFUSED
        case ChangeApplied():
            writes = decision.outcome != NOOP and catalogue.writes_of(decision)
            return Standing.SHOWN if writes else Standing.NOTED


def _move_standings(conn: Connection, identity: Identity, states: Sequence[RecordState]) -> None:
    moved = [state for state in states if not _is_as_created(state)]
    alive: dict[int, Standing] = {}
    for state in moved:
        alive |= standings_in(state, identity.origin)
    outcomes.set_standings(conn, [state.id for state in moved], alive.items())


def _is_as_created(state: RecordState) -> bool:
    """Whether nobody has written on it again: then its one write stands as it started."""
    return state.revision == 1 and not state.rewritten


def standings_in(state: RecordState, origin: str) -> dict[int, Standing]:
    """Which entries of the log `origin` still count on this record, and how readers see them."""
    found: dict[int, Standing] = {}
    is_visible = catalogue.standing_of(state) == "active"
    uncontested = Standing.SHOWN if is_visible else Standing.HIDDEN
    contested = catalogue.conflicts(state)
    for name, writes in state.fields.items():
        for write in uncovered(writes):
            if write.stamp.origin != origin:
                continue
            if name in contested:
                found[write.stamp.number] = Standing.CONFLICT
            else:
                found.setdefault(write.stamp.number, uncontested)
    return found
