"""A hub's courier file, taken as its requests would be: `central.intake` verifies and keeps.

The file offers one checkpoint with a proof from every size that the centre may know of, because it
cannot be asked for another. What is here already is passed over; nothing of it is kept twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from central import cosigning, intake, registry
from central.centre import Centre
from central.intake import Upload
from central.store import audit, hub_keys, mirrors
from protocol.checkpoints import Checkpoint
from protocol.courier import (
    ADD_CHECKPOINT,
    ADD_ENTRIES,
    COSIGN,
    CourierFile,
    Direction,
    Label,
    decode_courier_file,
)
from protocol.errors import CourierRefused, MalformedEntries, ProofRefused, ProtocolError
from protocol.mirror import (
    AddCheckpoint,
    EntriesDecoder,
    EntriesHeader,
    Package,
    decode_add_checkpoint,
)
from protocol.witness import SizeConflict

IMPORTED, REFUSED = "courier.imported", "courier.refused"

Advance = Callable[[int], None]
"""Told how many entries were gone through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a hub's file.

    Attributes:
        label: of the file.
        kept_count: entries that were not here before.
        mirrored_size: entries of the hub's log that are here now.
        undecided_count: those of them without an outcome yet.
        cosigned_size: the national size that the hub says it has, or None where it has none.
    """

    label: Label
    kept_count: int
    mirrored_size: int
    undecided_count: int
    cosigned_size: int | None


def import_file(centre: Centre, data: bytes, *, advance: Advance = lambda _entries: None) -> Taken:
    """Verifies and keeps what a hub wrote; each package is a transaction, as over the network.

    Taken or refused, it is a row of the audit.

    Raises:
        CourierRefused: no such file, damaged, somebody else's, or what comes before it is missing:
            nothing is kept. Or the hub has seen a national log that is not here
            (courier_national_unknown): its entries are kept.
        UnknownOrigin, HubRefused, NoteRefused, ProofRefused: as over the network; nothing is kept.
        PackageRefused: as over the network; what was verified before it is kept.
        ProtocolError: code equivocation: the hub signed another tree; both are kept as evidence.
    """
    try:
        return _import(centre, decode_courier_file(data), advance)
    except ProtocolError as refusal:
        now, detail = centre.clock.now(), f"{refusal.code}: {refusal.message}"
        centre.db.run_sync(
            lambda conn: audit.note(conn, at=now, what=REFUSED, hub=None, detail=detail)
        )
        raise


def _import(centre: Centre, file: CourierFile, advance: Advance) -> Taken:
    _refuse_foreign(file.label, centre)
    messages = _messages(file)
    hub, offered = centre.db.read_sync(lambda conn: intake.open_offered(conn, messages[0]))
    if hub.hub != file.label.hub:
        raise CourierRefused(f"hub {hub.hub} signed it, not {file.label.hub}")
    before = _mirrored(centre, offered.origin)
    _refuse_gap(file.label, before)
    _offer(centre, messages, offered)
    for body in file.bodies(ADD_ENTRIES):
        _keep_upload(centre, body, offered, advance)
    centre.db.run_sync(lambda conn: _finish(conn, centre, offered))
    cosigned_size = _keep_cosignature(centre, file, offered)
    return centre.db.run_sync(lambda conn: _taken(conn, centre, file.label, before, cosigned_size))


def _messages(file: CourierFile) -> list[AddCheckpoint]:
    """The offers of the one checkpoint of a file.

    Raises:
        CourierRefused: there is none, or there are two.
    """
    messages = [decode_add_checkpoint(body) for body in file.bodies(ADD_CHECKPOINT)]
    if len({message.checkpoint for message in messages}) != 1:
        raise CourierRefused("not one checkpoint")
    return messages


def _refuse_foreign(label: Label, centre: Centre) -> None:
    """Accepts a file that a hub wrote for this centre.

    Raises:
        CourierRefused: it is another's.
    """
    if label.direction is not Direction.TO_CENTRE:
        sentence = f"a file of the centre for hub {label.hub}"
    elif label.authority != centre.authority:
        sentence = f"a file of hub {label.hub} for {label.authority}"
    else:
        return
    raise CourierRefused(sentence, code="courier_foreign")


def _refuse_gap(label: Label, size: int) -> None:
    """Accepts a file that begins within what is here, or right behind it.

    Raises:
        CourierRefused: entries between are missing; the message says which file has them.
    """
    if label.start <= size:
        return
    begins = f"{size} entries of hub {label.hub} are here, and this file begins at {label.start}"
    if label.volume_before:
        sentence = f"{begins}: import {label.volume_before} first"
    else:
        sentence = f"{begins}: ask the hub for a file made with `hubnode courier export --full`"
    raise CourierRefused(sentence, code="courier_volume_missing")


def _offer(centre: Centre, messages: Sequence[AddCheckpoint], offered: Checkpoint) -> None:
    """Moves the pending checkpoint, unless this one or a later one that fits is there already.

    Raises:
        ProofRefused, SizeConflict: the offer does not fit.
        ProtocolError: code equivocation.
    """
    try:
        centre.db.run_sync(lambda conn: _move_pending(conn, centre, messages, offered.origin))
    except (SizeConflict, ProofRefused) as refusal:
        message = messages[0]
        if centre.db.run_sync(lambda conn: intake.keep_equivocation(conn, centre, message)):
            sentence = f"another tree of {offered.tree.size} entries is held"
            raise ProtocolError(sentence, code="equivocation") from refusal
        is_known = isinstance(refusal, SizeConflict) and refusal.size >= offered.tree.size
        if not is_known:
            raise


def _move_pending(
    conn: Connection, centre: Centre, messages: Sequence[AddCheckpoint], origin: str
) -> None:
    """Offers the checkpoint with its proof from the size that is pending here."""
    pending_size = mirrors.latest_pending(conn, origin).size
    fitting = (message for message in messages if message.old_size == pending_size)
    intake.add_checkpoint(conn, centre, next(fitting, messages[0]))


def _keep_upload(centre: Centre, body: bytes, offered: Checkpoint, advance: Advance) -> None:
    """Keeps one body of add-entries; of what is here already not even the header is asked about."""
    header, packages = _decoded(body)
    if header.origin != offered.origin or header.end != offered.tree.size:
        raise CourierRefused("entries of another checkpoint")
    if not packages or packages[-1].end <= _mirrored(centre, offered.origin):
        advance(sum(package.end - package.start for package in packages))
        return
    upload = centre.db.read_sync(lambda conn: intake.begin_entries(conn, centre, header))
    for package in packages:
        keep = partial(intake.keep_packages, centre=centre, upload=upload, packages=[package])
        _, refusal = centre.db.run_sync(keep)
        if refusal is not None:
            raise refusal
        advance(package.end - package.start)


def _decoded(body: bytes) -> tuple[EntriesHeader, list[Package]]:
    """The whole packages of a body, which may be a prefix of what its header names."""
    decoder = EntriesDecoder()
    items = decoder.feed(body)
    headers = [item for item in items if isinstance(item, EntriesHeader)]
    if decoder.is_cut or not headers:
        raise MalformedEntries("entries that end within a package")
    return headers[0], [item for item in items if isinstance(item, Package)]


def _finish(conn: Connection, centre: Centre, offered: Checkpoint) -> None:
    """Cosigns the offered checkpoint, once all that it covers is here."""
    origin, tree = offered.origin, offered.tree
    is_known = mirrors.pending_at(conn, origin, tree.size) is not None
    log = centre.logs.open(conn, origin)
    if is_known and intake.mirrored_size(conn, centre, log) < tree.size:
        signer = hub_keys.signer(conn, origin, tree.size)
        intake.finish(conn, centre, Upload(origin=origin, tree=tree, signer=signer))


def _keep_cosignature(centre: Centre, file: CourierFile, offered: Checkpoint) -> int | None:
    """Keeps what the hub says of the national log; the size, or None where it says nothing.

    What a key said that the hub has replaced since is passed over: the file is an old one.

    Raises:
        NoteRefused: no active hub's key made it.
        CourierRefused: that checkpoint is not here.
    """
    if centre.db.read_sync(lambda conn: _is_by_former_keys(conn, file.label.hub, offered)):
        return None
    size = None
    for body in file.bodies(COSIGN):
        try:
            centre.db.run_sync(partial(cosigning.keep_cosignatures, centre=centre, message=body))
        except cosigning.UnknownCheckpoint as refusal:
            sentence = f"hub {file.label.hub} has checked what is not here: {refusal.message}"
            raise CourierRefused(sentence, code="courier_national_unknown") from refusal
        size = int(body.partition(b"\n")[0])
    return size


def _is_by_former_keys(conn: Connection, hub: str, offered: Checkpoint) -> bool:
    signer = hub_keys.signer(conn, offered.origin, offered.tree.size)
    return signer.text != registry.get_hub(conn, hub).log_key


def _taken(
    conn: Connection, centre: Centre, label: Label, before: int, cosigned_size: int | None
) -> Taken:
    hub = registry.get_hub(conn, label.hub)
    size = centre.logs.open(conn, hub.origin).tree.size
    taken = Taken(
        label=label,
        kept_count=size - before,
        mirrored_size=size,
        undecided_count=size - hub.reconciled_size,
        cosigned_size=cosigned_size,
    )
    detail = f"{label.file_name}: {taken.kept_count} entries"
    audit.note(conn, at=centre.clock.now(), what=IMPORTED, hub=hub.hub, detail=detail)
    return taken


def _mirrored(centre: Centre, origin: str) -> int:
    return centre.db.read_sync(lambda conn: centre.logs.open(conn, origin).tree.size)
