"""Puts a damaged disk right with what `hubnode.damage` has found and fetched.

The national log and the own one become what was signed; the catalogue is folded afresh by the next
run. Own entries that neither side has end the own log there: what is left of those behind them
waits again, and where the operator's record still says what a lost one wrote, that is published
anew. Evidence first, then the mark, then one transaction.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from hubnode.authoring import Desk, EditRefused
from hubnode.damage import DAMAGED, Damage, LogMend
from hubnode.keys import OwnKeys
from hubnode.node import Node
from hubnode.rejoining import Returning, wait_again
from hubnode.store import (
    catalogue_facets,
    hubs,
    identity,
    outbox,
    outcomes,
    receipts,
    records,
    runs,
)
from hubnode.store.identity import Identity
from hubnode.store.records import OwnRecord
from hubnode.store.runs import RunState
from hubnode.sync.session import MARK_FILE, keep_evidence
from protocol.canonical import Json
from protocol.catalogue import is_withdrawn, shown_record
from protocol.checkpoints import open_checkpoint, sign_checkpoint
from protocol.entries.changes import RecordPut, decode_change, record_change_in
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey
from protocol.merkle import EMPTY_TREE, Tree, root_of
from protocol.record_state import decode_record_state
from runtime.durable import IssuedMark
from runtime.failpoints import failpoint
from runtime.log_mending import keep_checkpoints, mend
from runtime.logstore import LogRow

BY = "recovery"
"""The account that signs for what is published anew."""


async def mend_disk(node: Node, who: Identity, keys: OwnKeys, damage: Damage) -> Path | None:
    """Mends; returns the evidence file where entries are lost.

    Requires the folder's lock since the damage was examined.
    """
    evidence = None
    if damage.own.is_cut:
        evidence = await node.db.read(lambda conn: _keep_evidence(conn, node, who, damage))
        tree = Tree(len(damage.own.leaves), root_of(damage.own.leaves))
        mark = IssuedMark(origin=who.origin, size=tree.size, root=tree.root)
        mark.write(node.folder / MARK_FILE)
    failpoint("mend-mark")
    await node.db.run(lambda conn: _mend(conn, node, who, keys, damage))
    failpoint("mend-done")
    return evidence


def _keep_evidence(conn: Connection, node: Node, who: Identity, damage: Damage) -> Path:
    """What was signed and cannot be shown any more."""
    log = node.logs.open(conn, who.origin)
    note = node.logs.checkpoint_at(conn, log, log.tree.size)
    members: dict[str, Json] = {
        "origin": who.origin,
        "lost": list[Json](damage.own.lost),
        "checkpoint": note.decode(errors="replace") if note else None,
        "verifier_keys": [who.enrolled_key],
    }
    return keep_evidence(node.folder, DAMAGED, members)


def _mend(conn: Connection, node: Node, who: Identity, keys: OwnKeys, damage: Damage) -> None:
    national = node.logs.open(conn, who.national)
    if national.id:
        mend(conn, node.logs, national, damage.national.leaves, damage.national.fetched)
        _mend_checkpoints(conn, node, national, damage.national, [who.national_verifier])
    own = node.logs.open(conn, who.origin)
    if own.id:
        _mend_own(conn, node, who, keys, damage.own)
    _forget_catalogue(conn, node)
    identity.set_national_etag(conn, "")
    now = node.clock.now()
    values = {
        "ended_at": now,
        "state": RunState.OK.value,
        "code": DAMAGED,
        "sentence": damage.sentence.id,
    }
    runs.note(conn, runs.start(conn, now), values)


def _forget_catalogue(conn: Connection, node: Node) -> None:
    """Everything that is derived from the national log alone: the next run derives it again."""
    node.documents.clear(conn)
    catalogue_facets.clear(conn)
    node.campaigns.clear(conn)
    node.lineages.clear(conn)
    outcomes.clear(conn)
    hubs.clear(conn)


def _mend_own(conn: Connection, node: Node, who: Identity, keys: OwnKeys, found: LogMend) -> None:
    log, end = node.logs.open(conn, who.origin), len(found.leaves)
    if found.is_cut:
        branch = [it for at, entry in sorted(found.rest.items()) if (it := _returning(at, entry))]
        wait_again(conn, branch, size=found.size, first=end, now=node.clock.now())
        receipts.cut(conn, end)
    mend(conn, node.logs, log, found.leaves, found.fetched)
    mended = node.logs.open(conn, who.origin)
    _mend_checkpoints(conn, node, mended, found, keys.verifiers)
    if end and node.logs.checkpoint_at(conn, mended, end) is None:
        # The tree was signed before: the mark or the centre's copy vouches for it.
        again = sign_checkpoint(who.origin, mended.tree, keys.current.log)
        node.logs.save_checkpoint(conn, mended, end, again.note)
    if found.is_cut:
        _publish_again(conn, node, who, end)


def _returning(number: int, entry: bytes) -> Returning | None:
    change = record_change_in(entry)
    if change is None:
        return None
    return Returning(number=number, record=change.record, entry=entry)


def _mend_checkpoints(
    conn: Connection, node: Node, log: LogRow, found: LogMend, keys: Sequence[VerifierKey]
) -> None:
    """Takes away checkpoints that are not of this tree; the centre's takes its place."""
    mended = node.logs.open(conn, log.origin)

    def is_right(note: bytes) -> bool:
        try:
            tree = open_checkpoint(note, origin=log.origin, keys=keys).tree
        except ProtocolError:
            return False
        is_known = tree.size <= mended.tree.size
        return not is_known or node.logs.tree_at(conn, mended, tree.size) == tree

    keep_checkpoints(conn, node.logs, mended, is_right)
    theirs = found.checkpoint.tree if found.checkpoint else EMPTY_TREE
    if found.checkpoint is None or not 0 < theirs.size <= mended.tree.size:
        return
    if node.logs.checkpoint_at(conn, mended, theirs.size) is None:
        node.logs.save_checkpoint(conn, mended, theirs.size, found.checkpoint.note)


def _publish_again(conn: Connection, node: Node, who: Identity, end: int) -> None:
    """Publishes what own records say beyond the catalogue and the pending changes."""
    desk = Desk.open(conn, node, who, by=BY)
    for own in records.edited_since(conn, end):
        before = _expected(conn, node, own)
        if before.fields != own.fields:
            try:
                desk.put(before, own.id, own.fields)
            except EditRefused:
                continue  # the record still shows it, and the next edit of it will be refused too
    desk.save(conn)


def _expected(conn: Connection, node: Node, own: OwnRecord) -> OwnRecord:
    """The record as the catalogue and what waits make it."""
    body = node.documents.get(conn, own.id)
    state = None if body is None else decode_record_state(body)
    fields = shown_record(state) if state else {}
    for pending in outbox.of_record(conn, own.id):
        change = decode_change(pending.entry)
        if isinstance(change, RecordPut):
            kept = {name: it for name, it in fields.items() if name not in change.unset}
            fields = {**kept, **change.set}
    return OwnRecord(
        id=own.id,
        fields={name: it for name, it in fields.items() if name not in {"id", "hub"}},
        withdrawn=bool(state and is_withdrawn(state)),
        withdrawn_own=own.withdrawn_own,
        last_own=own.last_own,
        updated_at=own.updated_at,
    )
