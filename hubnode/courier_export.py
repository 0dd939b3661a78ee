"""What a sync run would send, written to courier files: signed as a run begins, never asked about.

An export moves the pending changes into the own log, signs, and writes the issued mark, by the very
steps of `hubnode.sync`; then it writes the bodies that a run would post. As nobody is asked what
the centre has, the last receipt says where to begin, and nothing is signed unless the issued mark
vouches for all that these keys have signed before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from hubnode import exclusion, replica
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import identity, receipts
from hubnode.store.runs import RunState
from hubnode.sync import push
from hubnode.sync.answers import Refused
from hubnode.sync.endings import Ending, RunReport, finish
from hubnode.sync.knowing import known_of
from hubnode.sync.link import encode_cosign
from hubnode.sync.plan import Append, Known, Mark, Rotate, Send, plan
from hubnode.sync.run import PERFORMERS
from hubnode.sync.session import Session, open_session
from protocol.checkpoints import cosign, open_checkpoint
from protocol.courier import (
    ADD_CHECKPOINT,
    ADD_ENTRIES,
    COSIGN,
    CourierFile,
    Direction,
    Label,
    Part,
    encode_courier_file,
    split_volumes,
)
from protocol.limits import COURIER_CHECKPOINTS_MAX, REQUEST_PACKAGES_MAX
from protocol.merkle import Tree
from protocol.merkle_proofs import Range
from protocol.mirror import encode_add_checkpoint, packages_of
from runtime.durable import FolderLock, MarkUnreadable, write_durably

PROOF_BYTES_MAX = 4_096
"""What a package weighs besides its entries: its proof, and its share of a header."""

Advance = Callable[[int], None]
"""Told how many entries were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote.

    Attributes:
        files: the volumes, in order.
        start, end: which entries of the own log they hold.
        signed_count: entries that were signed for it.
        report: how its run ended.
    """

    files: tuple[Path, ...]
    start: int
    end: int
    signed_count: int
    report: RunReport


async def export(
    node: Node,
    folder: Path,
    *,
    volume_bytes: int,
    is_full: bool = False,
    passphrase: str | None = None,
    advance: Advance = lambda _entries: None,
) -> Exported:
    """Signs what is pending and writes all that the centre is not known to have.

    Args:
        node: of an enrolled hub.
        folder: where the files go; they are named by their labels.
        volume_bytes: what a file holds; a package that is larger has a file of its own.
        is_full: from the first entry on, whatever the last receipt says.
        passphrase: of the key file.
        advance: told of entries as they are written.

    Raises:
        Refused: not enrolled, or nothing may be signed here; the run is kept with the code.
        AlreadyRunning: a sync run is under way.
        KeyFileRefused: the key file cannot be used.
        OSError: of the folder. What was signed stays signed, and is in the next export.
    """
    who = await node.db.read(identity.get)
    if who is None:
        raise Refused("not_enrolled")
    with FolderLock(node.folder, SYNC_LOCK):
        session = await open_session(node, who, passphrase=passphrase)
        before = await node.db.read(lambda conn: _own_tree(session, conn).size)
        await _sign_or_refuse(session)
        first = 0 if is_full else await node.db.read(receipts.largest_size)
        labels, files = await _write(session, folder, first, volume_bytes, advance)
        names = ", ".join(file.name for file in files)
        report = await _finish(session, Ending(RunState.OFFLINE, "courier_exported", names))
    return Exported(
        files=tuple(files),
        start=labels[0].start,
        end=labels[-1].end,
        signed_count=labels[-1].size - before,
        report=report,
    )


async def _finish(session: Session, ending: Ending) -> RunReport:
    return await session.node.db.run(lambda conn: finish(session, conn, ending))


async def _sign_or_refuse(session: Session) -> None:
    try:
        await _sign(session)
    except Refused as refusal:
        await _finish(session, Ending(RunState.BLOCKED, refusal.code))
        raise
    except MarkUnreadable as error:
        code = "issued_mark_unreadable"
        await _finish(session, Ending(RunState.BLOCKED, code, str(error)))
        raise Refused(code) from error


async def _sign(session: Session) -> None:
    """Performs what a run performs before it sends: append, sign in new keys, write the mark.

    The last receipt stands for the centre's view. What is signed already counts as delivered,
    because it goes into the same files.
    """
    await session.node.db.run(lambda conn: _presume(session, conn))
    while True:
        known = await known_of(session)
        _refuse_to_sign(session, known)
        size = known.own.size
        delivered = replace(known, centre_size=size, receipt_size=size, offered_size=size)
        step = plan(delivered)
        if not isinstance(step, Append | Rotate | Mark):
            return
        await PERFORMERS[type(step)](session, step)


def _presume(session: Session, conn: Connection) -> None:
    size = receipts.largest_size(conn)
    session.note(conn, asked=True, centre_size=size, centre_pending_size=size)


def _refuse_to_sign(session: Session, known: Known) -> None:
    """Accepts where signing makes no second history.

    Raises:
        Refused: it may, or the centre takes nothing of this hub.
    """
    if known.frozen:
        raise Refused(session.identity.frozen)
    if not known.active:
        raise Refused(exclusion.code_of(session.identity.state))
    if known.mark is None:
        raise Refused("courier_mark_missing")
    if not known.mark_met:
        raise Refused("courier_mark_ahead")


async def _write(
    session: Session, folder: Path, first: int, volume_bytes: int, advance: Advance
) -> tuple[list[Label], list[Path]]:
    """Writes each volume before the next is made, on one snapshot of the log."""

    def work(conn: Connection) -> tuple[list[Label], list[Path]]:
        labels, files = [], []
        for volume in _volumes(session, conn, first, volume_bytes):
            path = folder / volume.label.file_name
            write_durably(path, encode_courier_file(volume))
            advance(volume.label.end - volume.label.start)
            labels.append(volume.label)
            files.append(path)
        return labels, files

    return await session.node.db.read(work)


def _volumes(
    session: Session, conn: Connection, first: int, volume_bytes: int
) -> Iterator[CourierFile]:
    """The files of one export, each of which can be verified alone."""
    size = _own_tree(session, conn).size
    packages = list(packages_of(first, size))
    offers, cosignature = _offers(session, conn, first, size), _cosignature(session, conn)
    room = max(1, volume_bytes - sum(len(part.body) for part in offers))
    weights = [_weight(session, conn, package) for package in packages]
    volumes = split_volumes(weights, volume_bytes=room)
    for number, (low, high) in enumerate(volumes, 1):
        inside = packages[low:high]
        label = Label(
            authority=session.identity.authority,
            hub=session.identity.hub,
            direction=Direction.TO_CENTRE,
            sequence=session.run,
            volume=number,
            volumes=len(volumes),
            start=inside[0][0] if inside else size,
            end=inside[-1][1] if inside else size,
            size=size,
        )
        parts = (*offers, *_uploads(session, conn, inside, size), *cosignature)
        yield CourierFile(label=label, parts=parts)


def _offers(session: Session, conn: Connection, first: int, size: int) -> tuple[Part, ...]:
    """The checkpoint of `size`, once for each size that the centre may know of: nobody asks it."""
    log = session.node.logs.open(conn, session.identity.origin)
    notes = session.node.logs.checkpoints(conn, log, first, size)[-COURIER_CHECKPOINTS_MAX:]
    keys = session.keys.verifiers
    sizes = [open_checkpoint(note, origin=log.origin, keys=keys).tree.size for note in notes]
    messages = (push.offer_of(session, conn, known, size) for known in {first, *sizes})
    ordered = sorted(messages, key=lambda message: message.old_size)
    return tuple(Part(name=ADD_CHECKPOINT, body=encode_add_checkpoint(it)) for it in ordered)


def _weight(session: Session, conn: Connection, package: Range) -> int:
    log = session.node.logs.open(conn, session.identity.origin)
    entries = session.node.logs.entries(conn, log, *package)
    return sum(len(entry) + 2 for entry in entries) + PROOF_BYTES_MAX


def _uploads(
    session: Session, conn: Connection, packages: Sequence[Range], size: int
) -> Iterator[Part]:
    """Bodies of add-entries, each with as many packages as a request carries."""
    for low in range(0, len(packages), REQUEST_PACKAGES_MAX):
        some = packages[low : low + REQUEST_PACKAGES_MAX]
        pieces = push.upload_of(session, conn, Send(start=some[0][0], end=size))
        yield Part(name=ADD_ENTRIES, body=b"".join(islice(pieces, 1 + len(some))))


def _cosignature(session: Session, conn: Connection) -> tuple[Part, ...]:
    """This hub's cosignature on the largest national checkpoint that it has folded to its end.

    None while new keys are on their way: when the centre comes to it, the present one is no more.
    """
    if session.keys.next is not None:
        return ()
    node, who = session.node, session.identity
    applied_size = replica.applied_size(conn, node, who)
    notes = node.logs.checkpoints(conn, node.logs.open(conn, who.national), 0, applied_size)
    if not notes:
        return ()
    checkpoint = open_checkpoint(notes[-1], origin=who.national, keys=[who.national_verifier])
    timestamp = int(node.clock.now().timestamp())
    made = cosign(checkpoint, session.witness_key, timestamp=timestamp)
    return (Part(name=COSIGN, body=encode_cosign(checkpoint.tree.size, made)),)


def _own_tree(session: Session, conn: Connection) -> Tree:
    return session.node.logs.open(conn, session.identity.origin).tree
