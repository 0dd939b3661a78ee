"""The centre's answer to one hub, written to courier files: what the hub's pull would fetch.

Its receipt, cosigned now, the national checkpoint, and the entries from the size on that the hub is
known to have, as the tiles and bundles of tlog-tiles. Every volume can be verified alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from central import cosigning, intake, registry
from central.centre import Centre
from central.store import audit, cosignatures
from central.store.hubs import ACTIVE, HubRow
from protocol.checkpoints import Checkpoint
from protocol.courier import (
    MIRROR,
    CourierFile,
    Direction,
    Label,
    Part,
    encode_courier_file,
    national_prefix,
    split_volumes,
)
from protocol.names import witness_name
from protocol.tiles import TILE_WIDTH, Tile, bundle_path, decode_bundle, tile_path
from runtime.database import DatabaseDamaged
from runtime.durable import write_durably
from runtime.logstore import GONE, LogRow

EXPORTED = "courier.exported"

Advance = Callable[[int], None]
"""Told how many entries were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an export is asked for.

    Attributes:
        hub: whom it is for.
        since: national entries that the hub has; None: what it cosigned last.
        volume_bytes: what a file holds; a bundle that is larger has a file of its own.
        has_own_log: with the hub's own log, for a hub that lost entries of it.
    """

    hub: str
    since: int | None = None
    volume_bytes: int
    has_own_log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote.

    Attributes:
        files: the volumes, in order.
        start, size: which national entries they hold.
        receipt_size: entries of the hub's log that the receipt in them is for.
        undecided_count: entries of the hub's log whose outcomes will be in a later file.
    """

    files: tuple[Path, ...]
    start: int
    size: int
    receipt_size: int
    undecided_count: int


def export(
    centre: Centre, order: Order, folder: Path, *, advance: Advance = lambda _entries: None
) -> Exported:
    """Writes one answer, on one snapshot of both logs.

    Raises:
        UnknownHub: there is no such hub.
        OSError: of the folder.
    """
    sequence = centre.db.run_sync(lambda conn: _number(conn, centre, order.hub))

    def work(conn: Connection) -> Exported:
        answer = _answer(conn, centre, order, sequence)
        files = []
        for volume in _volumes(answer):
            path = folder / volume.label.file_name
            write_durably(path, encode_courier_file(volume))
            advance(volume.label.end - volume.label.start)
            files.append(path)
        own_size = centre.logs.open(conn, answer.hub.origin).tree.size
        return Exported(
            files=tuple(files),
            start=answer.first_bundle * TILE_WIDTH,
            size=answer.national.tree.size,
            receipt_size=answer.receipt.tree.size if answer.receipt else 0,
            undecided_count=own_size - answer.hub.reconciled_size,
        )

    return centre.db.read_sync(work)


def _number(conn: Connection, centre: Centre, hub_id: str) -> int:
    """The number of this export among the hub's, from 1; the act of a person is written down."""
    hub = registry.get_hub(conn, hub_id)
    number = audit.count(conn, what=EXPORTED, hub=hub.hub) + 1
    detail = f"file {number}"
    audit.note(conn, at=centre.clock.now(), what=EXPORTED, hub=hub.hub, detail=detail)
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One export on its snapshot: both logs as they stand in `conn`."""

    conn: Connection
    centre: Centre
    order: Order
    sequence: int
    hub: HubRow
    national: LogRow
    first_bundle: int
    receipt: Checkpoint | None


def _answer(conn: Connection, centre: Centre, order: Order, sequence: int) -> _Answer:
    hub = registry.get_hub(conn, order.hub)
    national = centre.logs.open(conn, centre.national_origin)
    since = order.since
    if since is None:
        witness = witness_name(centre.authority, hub.hub)
        since = cosignatures.latest_size(conn, centre.national_origin, witness) or 0
    is_active = hub.state == ACTIVE  # of its own log a revoked hub is told nothing, as over HTTP
    return _Answer(
        conn=conn,
        centre=centre,
        order=order,
        sequence=sequence,
        hub=hub,
        national=national,
        first_bundle=min(since, national.tree.size) // TILE_WIDTH,
        receipt=intake.renewed_receipt(conn, centre, hub) if is_active else None,
    )


def _volumes(answer: _Answer) -> Iterator[CourierFile]:
    """The files, one at a time. What proves the entries lies in each of them."""
    size = answer.national.tree.size
    bundles = range(answer.first_bundle, size // TILE_WIDTH)
    common = tuple(_proof_parts(answer))
    room = max(1, answer.order.volume_bytes - _weight(common))
    weights = [_weight(_with_leaves(answer, index)) for index in bundles]
    ranges = split_volumes(weights, volume_bytes=room)
    for number, (low, high) in enumerate(ranges, 1):
        is_last = number == len(ranges)
        label = Label(
            authority=answer.centre.authority,
            hub=answer.hub.hub,
            direction=Direction.TO_HUB,
            sequence=answer.sequence,
            volume=number,
            volumes=len(ranges),
            start=(answer.first_bundle + low) * TILE_WIDTH,
            end=size if is_last else (answer.first_bundle + high) * TILE_WIDTH,
            size=size,
            state=answer.hub.state,
        )
        own = tuple(_own_log(answer)) if number == 1 and answer.order.has_own_log else ()
        inside = tuple(it for index in bundles[low:high] for it in _with_leaves(answer, index))
        yield CourierFile(label=label, parts=(*common, *inside, *own))


def _weight(parts: Iterable[Part]) -> int:
    return sum(len(part.body) for part in parts)


def _proof_parts(answer: _Answer) -> Iterator[Part]:
    """Receipt and national checkpoint, and what adds up to its root: tiles, and the last bundle."""
    tree, prefix = answer.national.tree, _prefix(answer)
    if answer.receipt is not None:
        yield Part(name=f"{MIRROR}/checkpoint", body=answer.receipt.note)
    note = cosigning.published_checkpoint(answer.conn, answer.centre, answer.national.origin)
    yield Part(name=f"{prefix}/checkpoint", body=_there(note))
    count = tree.size // TILE_WIDTH
    for start in range(0, count, TILE_WIDTH):
        tile = Tile(1, start // TILE_WIDTH, min(TILE_WIDTH, count - start))
        yield _tile(answer, prefix, answer.national, tile)
    if width := tree.size % TILE_WIDTH:
        yield from _with_leaves(answer, count, width)


def _own_log(answer: _Answer) -> Iterator[Part]:
    """The hub's log as far as the receipt goes: leaf hashes and entries."""
    if answer.receipt is None:
        return
    logs, size = answer.centre.logs, answer.receipt.tree.size
    log = logs.open(answer.conn, answer.hub.origin)
    for start in range(0, size, TILE_WIDTH):
        index, width = start // TILE_WIDTH, min(TILE_WIDTH, size - start)
        yield _tile(answer, MIRROR, log, Tile(0, index, width))
        body = _there(logs.bundle(answer.conn, log, index, width))
        yield Part(name=f"{MIRROR}/{bundle_path(index, width)}", body=body)


def _with_leaves(answer: _Answer, index: int, width: int = TILE_WIDTH) -> Iterator[Part]:
    """A bundle, and the leaf hashes of it where the bytes of an entry are gone."""
    bundle = _bundle(answer, index, width)
    yield bundle
    if GONE in decode_bundle(bundle.body):
        yield _tile(answer, _prefix(answer), answer.national, Tile(0, index, width))


def _bundle(answer: _Answer, index: int, width: int) -> Part:
    body = answer.centre.logs.bundle(answer.conn, answer.national, index, width)
    return Part(name=f"{_prefix(answer)}/{bundle_path(index, width)}", body=_there(body))


def _tile(answer: _Answer, prefix: str, log: LogRow, tile: Tile) -> Part:
    body = answer.centre.logs.tile(answer.conn, log, tile)
    return Part(name=f"{prefix}/{tile_path(tile)}", body=_there(body))


def _prefix(answer: _Answer) -> str:
    return national_prefix(answer.centre.epoch)


def _there(body: bytes | None) -> bytes:
    """What the log has by its size.

    Raises:
        DatabaseDamaged: it has not.
    """
    if body is None:
        raise DatabaseDamaged("a tile or checkpoint of the log is missing")
    return body
