"""The steps that move this hub's own log to the centre: ask, append, mark, offer, send, keep.

An index is never used again with other content: what is appended is never changed, nothing is
appended before the centre was asked, and the issued mark is durable before a signature leaves.
The way back, from the centre to here, is `hubnode.sync.restore`.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection

from hubnode.store import identity, outbox, receipts, runs
from hubnode.store.receipts import Receipt
from hubnode.sync import going_back
from hubnode.sync.answers import UNPROCESSABLE, HubView, Refused
from hubnode.sync.plan import Append, KeepReceipt, Mark, Offer, Send
from hubnode.sync.session import Session, keep_evidence
from protocol.canonical import Json
from protocol.checkpoints import (
    Checkpoint,
    Cosignature,
    open_checkpoint,
    open_cosignature,
    sign_checkpoint,
    with_cosignatures,
)
from protocol.entries.changes import HubOpened, encode_change
from protocol.errors import ProtocolError
from protocol.innovation.validate import SCHEMA_VERSIONS
from protocol.limits import PACKAGE_ENTRIES, REQUEST_PACKAGES_MAX, SALT_BYTES
from protocol.mirror import (
    AddCheckpoint,
    EntriesHeader,
    Package,
    encode_entries_header,
    encode_package,
    packages_of,
)
from protocol.names import continued_origin
from protocol.notes import parse_signature_lines
from runtime.durable import IssuedMark
from runtime.http.codings import encode_pieces
from runtime.software import SOFTWARE

_NO_CHECKPOINT = "own log has no checkpoint of its size"


async def ask_hub(session: Session) -> None:
    """Learns how the centre sees this hub, and whether both copies of its log agree.

    Raises:
        EpochChanged: the national log is of a later epoch.
        Alarm: the centre is behind what it has published.
        Refused: it is being recovered (`centre_recovering`), and has what this node holds.
    """
    view = await session.ask()
    await going_back.look(session, view)
    lost = await session.node.db.read(lambda conn: _lost(session, conn, view.next_entry))
    if lost is not None:
        _keep_lost(session, lost, view)

    def work(conn: Connection) -> None:
        logs = session.node.logs
        log = logs.open(conn, session.identity.origin)
        diverged = (
            view.next_entry <= log.tree.size
            and logs.tree_at(conn, log, view.next_entry).root != view.root
        )
        identity.set_state(conn, view.state)
        code = "" if lost is None else "centre_lost_entries"
        if lost is not None:
            receipts.cut(conn, view.next_entry)
        session.note(
            conn,
            asked=True,
            centre_size=view.next_entry,
            centre_root=view.root,
            centre_pending_size=view.size,
            diverged=diverged,
            call_again_s=view.call_again_s,
            cosigned_national_size=view.national_size,
            cosignatures_count=view.cosignatures_count,
            code=runs.get(conn, session.run).code or code,
        )

    await session.node.db.run(work)


def _lost(session: Session, conn: Connection, next_entry: int) -> Receipt | None:
    """A receipt for entries that the centre lacks; a file older than the receipt proves nothing."""
    receipt = receipts.covering(conn, next_entry)
    if receipt is None or session.carried is None:
        return receipt
    return receipt if session.carried.as_of > receipt.timestamp else None


def _keep_lost(session: Session, receipt: Receipt, view: HubView) -> None:
    """Evidence that the centre gave a receipt for entries that it no longer has (case G)."""
    evidence: dict[str, Json] = {
        "origin": session.identity.origin,
        "centre_size": view.next_entry,
        "receipt": receipt.note.decode(),
        "verifier_keys": [*session.own_verifiers, session.identity.mirror_key],
    }
    keep_evidence(session.node.folder, "centre_lost_entries", evidence)


async def append(session: Session, step: Append) -> None:
    """Moves pending changes into the own log and signs the tree that they make.

    One transaction; the signature is not let out before the issued mark is written.
    """
    opening = _opening(session)

    def work(conn: Connection) -> None:
        logs = session.node.logs
        log = logs.open(conn, session.identity.origin)
        changes = outbox.pending(conn, step.count) if step.count else []
        entries = [change.entry for change in changes]
        if log.tree.size == 0:
            entries.insert(0, opening)
        tree = logs.append(conn, log, entries)
        signed = sign_checkpoint(session.identity.origin, tree, session.log_key)
        logs.save_checkpoint(conn, log, tree.size, signed.note)
        outbox.remove(conn, [change.id for change in changes])

    await session.node.db.run(work)


async def mark(session: Session, step: Mark) -> None:
    """Writes the issued mark, durably, outside the database."""
    IssuedMark(origin=session.identity.origin, size=step.tree.size, root=step.tree.root).write(
        session.mark_path
    )


async def offer(session: Session, step: Offer) -> None:
    """Sends the own checkpoint with a proof from the size that the centre knows.

    Where that size has moved since it was learned, the centre says so, and is offered the same
    checkpoint once more from there.
    """
    run = await session.node.db.read(lambda conn: runs.get(conn, session.run))
    try:
        old_size = min(run.centre_pending_size, step.tree.size)
        known = await _offer_from(session, old_size, step.tree.size)
        if known is not None and known <= step.tree.size:
            known = await _offer_from(session, known, step.tree.size)
    except Refused as refusal:
        if refusal.status != UNPROCESSABLE:
            raise
        known = step.tree.size + 1
    if known is None:
        await session.keep(offered_size=step.tree.size, centre_pending_size=step.tree.size)
    else:
        # The centre has a checkpoint under this hub's key that the own log does not lead to.
        await session.keep(diverged=True)


async def _offer_from(session: Session, old_size: int, size: int) -> int | None:
    message = await session.node.db.read(lambda conn: offer_of(session, conn, old_size, size))
    return await session.link.add_checkpoint(message)


def offer_of(session: Session, conn: Connection, old_size: int, size: int) -> AddCheckpoint:
    """The own checkpoint of `size`, with a proof from `old_size`."""
    logs = session.node.logs
    log = logs.open(conn, session.identity.origin)
    proof = logs.prove_consistency(conn, log, old_size, size) if old_size else ()
    note = _own_checkpoint(session, conn, size).note
    return AddCheckpoint(old_size=old_size, proof=tuple(proof), checkpoint=note)


async def send(session: Session, step: Send) -> None:
    """Sends entry packages from the centre's next entry on, as many as one request may carry."""
    coding = session.link.coding
    body = await session.node.db.read(
        lambda conn: encode_pieces(upload_of(session, conn, step), coding)
    )
    answer = await session.link.add_entries(body, coding)
    learned: dict[str, object]
    if isinstance(answer, bytes):
        centre_size, learned = step.end, {"cosignatures": answer}
    else:
        offered_size = step.end if answer.size == step.end else None
        centre_size = answer.next_entry
        learned = {"ticket": answer.ticket, "offered_size": offered_size}

    def work(conn: Connection) -> None:
        run = runs.get(conn, session.run)
        sent_count = max(0, centre_size - step.start)
        session.note(
            conn, **learned, centre_size=centre_size, pushed_count=run.pushed_count + sent_count
        )

    await session.node.db.run(work)


def upload_of(session: Session, conn: Connection, step: Send) -> Iterator[bytes]:
    """The body of add-entries in pieces: its header, and each package that a request may carry."""
    logs = session.node.logs
    log = logs.open(conn, session.identity.origin)
    ticket = runs.get(conn, session.run).ticket
    yield encode_entries_header(
        EntriesHeader(origin=log.origin, start=step.start, end=step.end, ticket=ticket)
    )
    for start, end in islice(packages_of(step.start, step.end), REQUEST_PACKAGES_MAX):
        aligned = start - start % PACKAGE_ENTRIES
        entries = tuple(logs.entries(conn, log, start, end))
        proof = logs.prove_subtree(conn, log, aligned, end, step.end)
        gone = tuple(_leaves_of_gone(session, conn, start, entries))
        package = Package(start=start, end=end, entries=entries, proof=proof, gone=gone)
        yield encode_package(package)


def _leaves_of_gone(
    session: Session, conn: Connection, start: int, entries: Sequence[bytes]
) -> Iterator[bytes]:
    """The leaf hashes of own entries that were redacted: the centre lost them and their bytes."""
    logs = session.node.logs
    log = logs.open(conn, session.identity.origin)
    for index, entry in enumerate(entries, start):
        if not entry:
            yield from logs.leaves(conn, log, index, index + 1)


async def keep_receipt(session: Session, step: KeepReceipt) -> None:
    """Keeps the mirror's cosignature on the own checkpoint: the centre has exactly this.

    Raises:
        Refused: no line is a valid cosignature of the mirror that this hub enrolled with.
    """
    now = session.node.clock.now()

    def work(conn: Connection) -> None:
        own = _own_checkpoint(session, conn, step.size)
        lines = runs.get(conn, session.run).cosignatures
        cosignature = _cosignature_in(session, lines, own)
        note = with_cosignatures(own, [cosignature]).note
        if session.carried is not None:  # then nobody has counted yet what the centre took
            taken_count = max(0, step.size - receipts.largest_size(conn))
            session.note(conn, pushed_count=taken_count)
        receipts.keep(
            conn,
            Receipt(size=step.size, timestamp=cosignature.timestamp, note=note, kept_at=now),
        )
        session.note(conn, cosignatures=b"", centre_size=step.size)

    await session.node.db.run(work)


def _cosignature_in(session: Session, lines: bytes, own: Checkpoint) -> Cosignature:
    """The mirror's cosignature among `lines`; lines of unknown keys are ignored."""
    key = session.identity.mirror_verifier
    try:
        for line in parse_signature_lines(lines):
            if (line.name, line.key_id) == (key.name, key.key_id):
                return open_cosignature(line, own, key)
    except ProtocolError as error:
        raise Refused("receipt_refused") from error
    raise Refused("receipt_refused")


def _own_checkpoint(session: Session, conn: Connection, size: int) -> Checkpoint:
    logs = session.node.logs
    log = logs.open(conn, session.identity.origin)
    note = logs.checkpoint_at(conn, log, size)
    if note is None:
        raise LookupError(_NO_CHECKPOINT)
    return open_checkpoint(note, origin=session.identity.origin, keys=session.keys.verifiers)


def _opening(session: Session) -> bytes:
    """The entry at index 0, which binds the log to its centre."""
    clock, entropy = session.node.clock, session.node.entropy
    return encode_change(
        HubOpened(
            salt=entropy.bytes(SALT_BYTES).hex(),
            at=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            by="system",
            authority=session.identity.authority,
            hub=session.identity.hub,
            software=SOFTWARE,
            schemas=SCHEMA_VERSIONS,
            continues=continued_origin(session.identity.origin),
        )
    )
