"""Ends cases C and H of the recovery table: a frozen hub goes on from what the centre has.

Case C: the branch at the centre stands. What only this machine signed becomes pending changes again
with what their authors had seen, ahead of those that wait already; the trees of both branches are
kept as a dispute file. The next run fetches the centre's branch and cuts back what the returning
changes claim to have seen of it (`hubnode.sync.restore`), so a contradiction shows as a conflict.

Case H: what was signed is nowhere any more. The mark is kept as evidence and begins anew from here.

Whoever is killed in between says it again: evidence first, then the mark, then one transaction.
(protocol.md, "Recovery"; docs/decisions/0027.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from hubnode.evidence import enrolment_excerpt
from hubnode.instance import own_instance
from hubnode.keys import OwnKeys
from hubnode.node import Node
from hubnode.store import identity, outbox, receipts, records, runs
from hubnode.store.identity import Identity
from hubnode.store.runs import RunState
from hubnode.sync.copies import Copy, centre_copy, common_size, own_leaves
from hubnode.sync.knowing import is_met
from hubnode.sync.sentences import sentence_of
from hubnode.sync.session import MARK_FILE, keep_evidence, link_of, own_head, own_mark
from protocol.canonical import Json
from protocol.checkpoints import Checkpoint
from protocol.disputes import Dispute, dispute_object
from protocol.entries.changes import record_change_in
from protocol.merkle import Node as TreeNode
from protocol.merkle import Tree, leaf_hash, root_of
from protocol.merkle_proofs import consistency_ranges, make_proof, nodes_needed
from runtime.durable import IssuedMark
from runtime.failpoints import failpoint
from runtime.log_mending import cut
from runtime.sentences import Sentence

REJOINED = "own_log_rejoined"
MARK_DROPPED = "issued_mark_dropped"
THAWED = "own_log_thawed"
STUCK = "own_log_stuck"
DIVERGED = "own_log_diverged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a frozen hub and the centre say of each other, and so what going on would do.

    Attributes:
        code: `own_log_rejoined`, `issued_mark_dropped`, `own_log_thawed` (nothing is in the way any
            more) or `own_log_stuck` (the centre holds this hub's signature over entries that
            neither side has).
        theirs, leaves: the centre's copy under this hub's signature.
        own: the tree here.
        mark: the issued mark.
        common_size: leading entries that both have.
        returning_count: changes of this machine's branch that become pending again.
        waiting_count: changes that wait already.
        missing_count: of case H, entries that were signed and are nowhere, at least.
    """

    code: str
    theirs: Checkpoint | None
    leaves: tuple[bytes, ...]
    own: Tree
    mark: Tree | None
    common_size: int
    returning_count: int
    waiting_count: int
    missing_count: int

    @property
    def coming_count(self) -> int:
        """Entries that come from the centre."""
        return max(0, len(self.leaves) - self.common_size)

    def document(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "code": self.code,
            "from_centre": self.coming_count,
            "pending_again": self.returning_count,
            "waiting": self.waiting_count,
            "lost": self.missing_count,
            "sentence": self.sentence.id,
        }

    @property
    def sentence(self) -> Sentence:
        """What is done, or was done, with its numbers."""
        said = sentence_of(self.code)
        if self.code == REJOINED:
            numbers = (self.coming_count, self.returning_count, self.waiting_count)
            return Sentence(
                "{} Dari pusat: {}; kembali tertunda: {}; sudah menunggu: {}.".format(
                    said.id, *numbers
                ),
                "{} From the centre: {}; pending again: {}; waiting already: {}.".format(
                    said.en, *numbers
                ),
            )
        if self.code == MARK_DROPPED:
            count = self.missing_count
            return Sentence(f"{said.id} Hilang: {count}.", f"{said.en} Lost: {count}.")
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """A change of the branch that is given up.

    Attributes:
        number: its index there.
        record: what it is about.
        entry: its bytes.
    """

    number: int
    record: str
    entry: bytes


async def examine(node: Node, who: Identity, keys: OwnKeys) -> Finding:
    """Compares both sides, and changes nothing.

    Raises:
        Unreachable, Refused: as `hubnode.sync.link` says; `identity_in_use` on a machine that is
            not the hub's.
        MarkUnreadable: the issued mark is there and cannot be read.
    """
    link = link_of(node, who, keys.current.log)
    head = await node.db.read(lambda conn: own_head(conn, node, who))
    instance = await node.db.read(lambda conn: own_instance(conn, node.folder))
    view = await link.hub_view(instance=instance, head=head)
    copy = await centre_copy(link, who, keys.verifiers)
    return await node.db.read(lambda conn: _finding(conn, node, who, copy, view.size))


def _finding(conn: Connection, node: Node, who: Identity, copy: Copy, offered_size: int) -> Finding:
    theirs, leaves = copy
    own, ours = own_leaves(conn, node, who)
    common = common_size(ours, leaves)
    mark = own_mark(node, who)
    log = node.logs.open(conn, who.origin)
    is_forked = common < min(len(ours), len(leaves))
    was_refused = who.frozen == DIVERGED and offered_size > len(leaves)
    met = is_met(conn, node, log, mark, offered_size=offered_size)
    if is_forked:
        code = STUCK if offered_size > len(leaves) else REJOINED
    elif was_refused or offered_size > max(own.size, len(leaves), mark.size if mark else 0):
        code = STUCK
    elif met or own.size < len(leaves):
        code = THAWED
    else:
        code = STUCK if offered_size > own.size else MARK_DROPPED
    branch = returning(conn, node, who, common, leaves) if code == REJOINED else []
    missing = mark.size - own.size if code == MARK_DROPPED and mark else 0
    return Finding(
        code=code,
        theirs=theirs,
        leaves=leaves,
        own=own,
        mark=mark,
        common_size=common,
        returning_count=len(branch),
        waiting_count=outbox.count(conn),
        missing_count=max(1, missing) if code == MARK_DROPPED else 0,
    )


def returning(
    conn: Connection, node: Node, who: Identity, common: int, leaves: Sequence[bytes]
) -> list[Returning]:
    """The changes of the own log from `common` on that are not among the centre's leaves.

    What opens a log or rotates its keys belongs to a place in it, and is not said again by itself.
    """
    log = node.logs.open(conn, who.origin)
    entries = node.logs.entries(conn, log, common, log.tree.size)
    known = set(leaves)
    found: list[Returning] = []
    for number, entry in enumerate(entries, common):
        if leaf_hash(entry) in known or not entry:
            continue
        change = record_change_in(entry)
        if change is not None:
            found.append(Returning(number=number, record=change.record, entry=entry))
    return found


async def mend(node: Node, who: Identity, finding: Finding) -> Path | None:
    """Goes on as the finding says; returns the evidence file of what was given up.

    Requires a finding that is not `own_log_stuck`, and the folder's lock since it was made.
    """
    evidence = await _keep_evidence(node, who, finding)
    failpoint("recover-evidence")
    if finding.code != THAWED:
        tree = await node.db.read(lambda conn: _kept_tree(conn, node, who, finding))
        mark = IssuedMark(origin=who.origin, size=tree.size, root=tree.root)
        mark.write(node.folder / MARK_FILE)
    failpoint("recover-mark")
    now = node.clock.now()
    await node.db.run(lambda conn: _go_on(conn, node, who, finding, now))
    failpoint("recover-done")
    return evidence


def _kept_tree(conn: Connection, node: Node, who: Identity, finding: Finding) -> Tree:
    """What is left of the own log."""
    size = finding.common_size if finding.code == REJOINED else finding.own.size
    return node.logs.tree_at(conn, node.logs.open(conn, who.origin), size)


def _go_on(conn: Connection, node: Node, who: Identity, finding: Finding, now: datetime) -> None:
    if finding.code == REJOINED:
        _give_up_branch(conn, node, who, finding, now)
    identity.thaw(conn)
    values = {
        "ended_at": now,
        "state": RunState.OK.value,
        "code": finding.code,
        "sentence": finding.sentence.id,
    }
    runs.note(conn, runs.start(conn, now), values)


def _give_up_branch(
    conn: Connection, node: Node, who: Identity, finding: Finding, now: datetime
) -> None:
    """Cuts the own log back to the last common entry; its changes wait before all others."""
    log = node.logs.open(conn, who.origin)
    branch = returning(conn, node, who, finding.common_size, finding.leaves)
    _, ours = own_leaves(conn, node, who)
    places = {leaf: at for at, leaf in enumerate(finding.leaves)}
    both = {old: places[leaf] for old, leaf in enumerate(ours) if leaf in places}
    records.move(conn, {old: new for old, new in both.items() if old != new})
    wait_again(conn, branch, size=finding.own.size, first=len(finding.leaves), now=now)
    cut(conn, node.logs, log, finding.common_size)
    receipts.cut(conn, finding.common_size)


def wait_again(
    conn: Connection, branch: Sequence[Returning], *, size: int, first: int, now: datetime
) -> None:
    """Puts changes of a log that is cut before those that wait already.

    Args:
        conn: an open transaction.
        branch: what comes back, in order.
        size: of the log before the cut.
        first: the number that the first of them will have.
        now: when.
    """
    waiting = outbox.pending(conn, outbox.count(conn))
    behind = first + len(branch)
    numbers = {it.number: new for new, it in enumerate(branch, first)}
    numbers |= {size + at: behind + at for at in range(len(waiting))}
    records.move(conn, numbers)
    outbox.remove(conn, [change.id for change in waiting])
    for it in branch:
        outbox.add(conn, entry=it.entry, record=it.record, created_at=now)
    for change in waiting:
        outbox.add(conn, entry=change.entry, record=change.record, created_at=change.created_at)


async def _keep_evidence(node: Node, who: Identity, finding: Finding) -> Path | None:
    if finding.code == REJOINED:
        members = await node.db.read(lambda conn: _fork_evidence(conn, node, who, finding))
        return keep_evidence(node.folder, DIVERGED, members)
    if finding.code == MARK_DROPPED and finding.mark is not None:
        lost: dict[str, Json] = {
            "origin": who.origin,
            "mark": _tree_object(finding.mark),
            "own": _tree_object(finding.own),
        }
        return keep_evidence(node.folder, MARK_DROPPED, lost)
    return None


def _fork_evidence(
    conn: Connection, node: Node, who: Identity, finding: Finding
) -> dict[str, Json]:
    """Both trees; as a dispute that anyone can check, where both are signed."""
    log = node.logs.open(conn, who.origin)
    note = node.logs.checkpoint_at(conn, log, finding.own.size)
    receipt = next(iter(receipts.latest(conn, limit=1)), None)
    is_beyond = receipt is not None and receipt.size > finding.common_size
    members: dict[str, Json] = {
        "origin": who.origin,
        "common_size": finding.common_size,
        "own": _tree_object(finding.own),
        "centre": _tree_object(finding.theirs.tree) if finding.theirs else None,
        **({"receipt": receipt.note.decode()} if receipt and is_beyond else {}),
    }
    if note is None or finding.theirs is None:
        return members
    _, ours = own_leaves(conn, node, who)
    dispute = _dispute(conn, node, who, (note, ours), (finding.theirs.note, finding.leaves))
    return {**members, **dispute_object(dispute)}


Side = tuple[bytes, Sequence[bytes]]
"""A signed checkpoint, and the leaf hashes below it."""


def _dispute(conn: Connection, node: Node, who: Identity, one: Side, other: Side) -> Dispute:
    smaller, larger = sorted((one, other), key=lambda side: len(side[1]))
    size = len(smaller[1])
    ranges = consistency_ranges(size, len(larger[1]))
    hashes = {it: _hash_in(larger[1], it) for it in nodes_needed(ranges)}
    is_of_two_sizes = size < len(larger[1])
    return Dispute(
        origin=who.origin,
        checkpoints=(smaller[0], larger[0]),
        prefix=root_of(larger[1][:size]) if is_of_two_sizes else None,
        proof=make_proof(ranges, hashes) if is_of_two_sizes else (),
        enrolment=enrolment_excerpt(conn, node, who),
        verifier_keys=(who.national_key,),
    )


def _hash_in(leaves: Sequence[bytes], node: TreeNode) -> bytes:
    return root_of(leaves[node.index << node.height : (node.index + 1) << node.height])


def _tree_object(tree: Tree) -> dict[str, Json]:
    return {"size": tree.size, "root": tree.root.hex()}
