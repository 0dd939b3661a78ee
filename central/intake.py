"""Intake: verify a hub's log and keep it. A C2SP mirror (tlog-mirror), without HTTP.

What arrives here is kept if it is authentic; whether it counts, `central.reconciler` decides later.
The receipt, a cosignature, is given only for what is durably stored.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central.centre import Centre
from central.rotation import take_keys
from central.store import audit, closed_logs, cosignatures, hub_keys, hubs, mirrors
from central.store import decisions as index
from central.store.closed_logs import ClosedLogRow
from central.store.hubs import ACTIVE, REFUSALS, HubRow
from protocol.canonical import Json
from protocol.checkpoints import (
    Checkpoint,
    Cosignature,
    cosign,
    open_checkpoint,
    peek_origin,
    peek_size,
    with_cosignatures,
)
from protocol.errors import ProofRefused, ProtocolError
from protocol.keys import VerifierKey
from protocol.merkle import Node, Tree, leaf_hash, root_of
from protocol.merkle_proofs import check_subtree
from protocol.mirror import AddCheckpoint, EntriesHeader, MirrorInfo, Package
from protocol.names import national_origin
from protocol.witness import check_continues
from runtime.logstore import LogRow

EXCESS_ENTRIES_MAX = 8_192
"""Entries that an upload may repeat before it is told where to go on."""


class UnknownOrigin(ProtocolError):
    """No hub with such a log is enrolled."""

    default_code = "unknown_origin"


class HubRefused(ProtocolError):
    """The hub may not send: it is suspended or retired, or its key is revoked."""

    default_code = "key_revoked"


class NoPendingCheckpoint(ProtocolError):
    """Entries before any checkpoint."""

    default_code = "no_pending_checkpoint"


class PackageRefused(ProtocolError):
    """A package that does not fit the pending checkpoint."""

    default_code = "package_refused"


class UploadConflict(ProtocolError):
    """The upload does not begin or end where it may; `info` says where."""

    default_code = "upload_conflict"

    def __init__(self, info: MirrorInfo) -> None:
        super().__init__(f"go on from {info.next_entry} to {info.size}")
        self.info = info


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An accepted add-entries request.

    Attributes:
        origin: of the hub's log.
        tree: of the pending checkpoint that the packages prove themselves against.
        signer: of that checkpoint.
    """

    origin: str
    tree: Tree
    signer: VerifierKey


def add_checkpoint(conn: Connection, centre: Centre, message: AddCheckpoint) -> None:
    """Moves the pending checkpoint of a hub's log (tlog-witness, "add-checkpoint").

    Raises:
        UnknownOrigin, HubRefused, MalformedNote, MalformedCheckpoint, NoteRefused, BadOldSize,
        SizeConflict, ProofRefused: nothing is moved.
    """
    hub, theirs = open_offered(conn, message)
    origin = theirs.origin
    check_continues(message, theirs, latest=mirrors.latest_pending(conn, origin))
    mirrors.keep_pending(conn, origin, theirs.tree, message.checkpoint)
    hubs.change(conn, hub.hub, last_seen_at=centre.clock.now())


def open_offered(conn: Connection, message: AddCheckpoint) -> tuple[HubRow, Checkpoint]:
    """The hub that offers its checkpoint, and the checkpoint, validly signed by that hub.

    Raises:
        UnknownOrigin, HubRefused, MalformedNote, MalformedCheckpoint, NoteRefused: it is not.
    """
    origin = peek_origin(message.checkpoint)
    hub = _sending_hub(conn, origin)
    key = hub_keys.signer(conn, origin, peek_size(message.checkpoint))
    return hub, open_checkpoint(message.checkpoint, origin=origin, keys=[key])


def keep_equivocation(conn: Connection, centre: Centre, message: AddCheckpoint) -> bool:
    """Keeps a validly signed tree as evidence if another of its size is held; else does nothing.

    A wrong proof alone proves nothing: anyone can send a hub's checkpoint with one.

    Returns:
        Whether another tree of its size is held: then the hub signed two histories.
    """
    hub, theirs = open_offered(conn, message)
    origin = theirs.origin
    size = theirs.tree.size
    pending = mirrors.pending_at(conn, origin, size)
    log = centre.logs.open(conn, origin)
    if pending is not None:
        held = pending[0]
    elif size <= log.tree.size:
        held = centre.logs.tree_at(conn, log, size)
    else:
        return False
    ours = pending[1] if pending else centre.logs.latest_checkpoint(conn, log)
    now = centre.clock.now()
    if held != theirs.tree and mirrors.keep_evidence(conn, theirs, ours=ours, at=now):
        audit.note(conn, at=now, what="equivocation", hub=hub.hub, detail=f"size {size}")
    return held != theirs.tree


def begin_entries(conn: Connection, centre: Centre, header: EntriesHeader) -> Upload:
    """Accepts or turns away an upload by its header (tlog-mirror, "Processing").

    Raises:
        UnknownOrigin, HubRefused, NoPendingCheckpoint, UploadConflict: as their names say.
    """
    _sending_hub(conn, header.origin)
    log = centre.logs.open(conn, header.origin)
    latest = mirrors.latest_pending(conn, header.origin)
    pending = mirrors.pending_at(conn, header.origin, header.end)
    if latest.size == 0:
        raise NoPendingCheckpoint("send add-checkpoint first")
    next_entry = log.tree.size
    is_known = pending is not None and header.end >= mirrored_size(conn, centre, log)
    excess = min(header.end, next_entry) - header.start
    if not is_known or header.start > next_entry or excess > EXCESS_ENTRIES_MAX:
        size = header.end if is_known else latest.size
        raise UploadConflict(MirrorInfo(size=size, next_entry=next_entry))
    if pending is None:
        raise AssertionError("is_known says otherwise")
    signer = hub_keys.signer(conn, header.origin, header.end)
    return Upload(origin=header.origin, tree=pending[0], signer=signer)


def keep_packages(
    conn: Connection, centre: Centre, upload: Upload, packages: Sequence[Package]
) -> tuple[int, PackageRefused | None]:
    """Verifies packages against the pending checkpoint and appends, at once, what is new of them.

    Args:
        conn: an open transaction.
        centre: whose it is.
        upload: what they are part of.
        packages: in order, and canonical: each but the first begins a block.

    Returns:
        How many were kept, and why the one behind them was refused: it does not fit, or begins
        beyond the next entry. Raising that would undo what was kept before it.

    Where the last entry under that checkpoint signs in new keys, they are taken with it.

    Raises:
        HubRefused: the hub was revoked meanwhile.
    """
    hub = _sending_hub(conn, upload.origin)
    if hub_keys.signer(conn, upload.origin, upload.tree.size) != upload.signer:
        return 0, PackageRefused("a rotation ended the key that signed its checkpoint")
    log = centre.logs.open(conn, upload.origin)
    entries: list[bytes] = []
    leaves: list[bytes] = []
    kept_count, refusal = 0, None
    for package in packages:
        try:
            known_count = _known_count(package, next_entry=log.tree.size + len(entries))
            before = _leaves_before(conn, centre, log, package)
            known = _redacted_leaves(conn, centre, log, package)
            found = _verified_leaves(package, upload.tree, before, known)
        except PackageRefused as error:
            refusal = error
            break
        kept_count += 1
        entries += package.entries[known_count:]
        leaves += found[known_count:]
    centre.logs.append(conn, log, entries, leaves=leaves)
    if entries and log.tree.size + len(entries) == upload.tree.size:
        take_keys(conn, centre, hub, entries[-1], index=upload.tree.size - 1)
    return kept_count, refusal


def finish(conn: Connection, centre: Centre, upload: Upload) -> bytes | MirrorInfo:
    """The receipt where the log is whole up to the upload's end, else where to go on.

    Raises:
        HubRefused: the hub was revoked meanwhile; what was kept before stays.
        UploadConflict: the pending checkpoint is not known any more.
    """
    _sending_hub(conn, upload.origin)
    log = centre.logs.open(conn, upload.origin)
    if log.tree.size < upload.tree.size:
        return MirrorInfo(size=upload.tree.size, next_entry=log.tree.size)
    pending = mirrors.pending_at(conn, upload.origin, upload.tree.size)
    if pending is None:
        latest = mirrors.latest_pending(conn, upload.origin)
        raise UploadConflict(MirrorInfo(size=latest.size, next_entry=log.tree.size))
    checkpoint = Checkpoint(origin=upload.origin, tree=upload.tree, note=pending[1])
    receipt = _receipt(centre, checkpoint)
    mirrored = with_cosignatures(checkpoint, [receipt])
    centre.logs.save_checkpoint(conn, log, upload.tree.size, mirrored.note)
    return receipt.line.text.encode()


def renewed_receipt(conn: Connection, centre: Centre, hub: HubRow) -> Checkpoint | None:
    """The mirror checkpoint of a hub's log with a cosignature of now; None before there is one.

    It says what the centre holds, and when: an answer that is carried by hand may be old when it
    is read.
    """
    note = centre.logs.latest_checkpoint(conn, centre.logs.open(conn, hub.origin))
    if note is None:
        return None
    keys = [hub_keys.signer(conn, hub.origin, peek_size(note))]
    mirrored = open_checkpoint(note, origin=hub.origin, keys=keys)
    return with_cosignatures(mirrored, [_receipt(centre, mirrored)])


def mirrored_size(conn: Connection, centre: Centre, log: LogRow) -> int:
    """Size of the mirror checkpoint: what a receipt was given for."""
    note = centre.logs.latest_checkpoint(conn, log)
    return int(note.split(b"\n", 2)[1]) if note else 0


def hub_view(conn: Connection, centre: Centre, hub_id: str) -> dict[str, Json]:
    """How the centre sees a hub: what it has of its log, and what became of it."""
    hub = hubs.get(conn, hub_id)
    if hub is None:
        raise UnknownOrigin(hub_id)
    log = centre.logs.open(conn, hub.origin)
    national = centre.logs.open(conn, centre.national_origin)
    counts: dict[str, Json] = dict(index.outcomes(conn, hub.origin))
    return {
        "hub": hub.hub,
        "state": hub.state,
        "origin": hub.origin,
        "size": mirrors.latest_pending(conn, hub.origin).size,
        "next_entry": log.tree.size,
        "root": b64encode(log.tree.root).decode(),
        "reconciled": hub.reconciled_size,
        "outcomes": counts,
        "earlier": [_closed(conn, log) for log in closed_logs.of_hub(conn, hub_id)],
        "instance": hub.instance,
        "log_key": hub.log_key,
        "national": {
            "origin": centre.national_origin,
            "size": national.tree.size,
            "carried": _carried_size(conn, centre),
            "cosignatures": cosignatures.count_of_size(
                conn, centre.national_origin, national.tree.size
            ),
        },
    }


def _carried_size(conn: Connection, centre: Centre) -> int:
    """How much of the log before the national log carries over; 0 in the first epoch."""
    before = national_origin(centre.authority, centre.epoch - 1)
    return centre.logs.open(conn, before).tree.size


def _closed(conn: Connection, log: ClosedLogRow) -> dict[str, Json]:
    """What became of a log that the hub's own continues."""
    counts: dict[str, Json] = dict(index.outcomes(conn, log.origin))
    return {"origin": log.origin, "reconciled": log.reconciled_size, "outcomes": counts}


def contradictions_of(conn: Connection, hub: HubRow) -> list[int]:
    """Sizes at which the hub signed another tree than the one held: proof of two histories."""
    return mirrors.evidence_sizes(conn, hub.origin)


def contradictions_count(conn: Connection) -> int:
    """How many such trees all hubs signed."""
    return mirrors.evidence_count(conn)


def _receipt(centre: Centre, checkpoint: Checkpoint) -> Cosignature:
    timestamp = int(centre.clock.now().timestamp())
    return cosign(checkpoint, centre.keys.mirror, timestamp=timestamp)


def _sending_hub(conn: Connection, origin: str) -> HubRow:
    hub = hubs.of_origin(conn, origin)
    if hub is None and closed_logs.is_closed(conn, origin):
        raise HubRefused(f"the log {origin} is closed")
    if hub is None:
        raise UnknownOrigin(f"no hub has the log {origin}")
    if hub.state != ACTIVE:
        raise HubRefused(f"hub {hub.hub} is {hub.state}", code=REFUSALS[hub.state])
    return hub


def _known_count(package: Package, *, next_entry: int) -> int:
    """How many entries of a package are there already, if not even more."""
    if package.start > next_entry:
        raise PackageRefused(f"begins at {package.start}, the next entry is {next_entry}")
    return next_entry - package.start


def _verified_leaves(
    package: Package, tree: Tree, before: Sequence[bytes], known: Mapping[int, bytes]
) -> list[bytes]:
    """The leaf hashes of a package that is part of the tree, behind those of its block."""
    leaves = [
        leaf_hash(entry) if entry else known[index]
        for index, entry in enumerate(package.entries, package.start)
    ]
    try:
        check_subtree(
            start=package.subtree_start,
            end=package.end,
            subtree_hash=root_of([*before, *leaves]),
            proof=package.proof,
            tree=tree,
        )
    except ProofRefused as error:
        raise PackageRefused(error.message) from error
    return leaves


def _redacted_leaves(
    conn: Connection, centre: Centre, log: LogRow, package: Package
) -> Mapping[int, bytes]:
    """The leaf hashes of entries that a hub sends again without bytes, where they were redacted.

    Raises:
        PackageRefused: no decision has redacted one of them.
    """
    gone = [index for index, entry in enumerate(package.entries, package.start) if not entry]
    if gone and not centre.logs.redacted(conn, log.origin).issuperset(gone):
        raise PackageRefused("an entry of no bytes that no decision has redacted")
    return dict(zip(gone, package.gone, strict=True))


def _leaves_before(conn: Connection, centre: Centre, log: LogRow, package: Package) -> list[bytes]:
    """The leaf hashes of the package's block that stand before its first entry."""
    start = package.subtree_start
    nodes = [Node(0, index_) for index_ in range(start, package.start)]
    hashes = centre.logs.hashes(conn, log, nodes)
    return [hashes[node] for node in nodes]
