"""Checking the centre's own logs from their entries up: the national log and every mirror.

Nothing that was derived is believed: leaf hashes are computed from the stored bytes, the root from
the leaf hashes, and compared with the signed checkpoint.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from central.centre import Centre
from central.logs_of_hubs import every_log
from central.store import hub_keys
from protocol.checkpoints import open_checkpoint, peek_size
from protocol.entries.decisions import decode_decision
from protocol.entries.redaction import EntryRedacted, may_redact
from protocol.errors import ProtocolError, VoidEntry
from protocol.keys import VerifierKey
from protocol.limits import PACKAGE_ENTRIES
from protocol.merkle import Tree, leaf_hash, root_of
from protocol.names import standing_origin
from runtime.logstore import GONE, LogRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """What was found of one log.

    Attributes:
        origin: of the log.
        size: entries stored.
        signed_size: entries under the checkpoint that was checked.
        is_ok: whether every byte is as it was signed.
        sentence: what was found, in words.
    """

    origin: str
    size: int
    signed_size: int
    is_ok: bool
    sentence: str


@dataclass(slots=True, kw_only=True)
class _Contents:
    """A log as it is stored.

    Attributes:
        log: its row.
        leaves: leaf hashes, computed; of an entry without bytes the one in the tile.
        gone: where the entries without bytes stand.
        redacted: what the redactions in it name.
    """

    log: LogRow
    leaves: list[bytes] = field(default_factory=list)
    gone: set[tuple[str, int]] = field(default_factory=set)
    redacted: set[tuple[str, int]] = field(default_factory=set)


def verify_logs(conn: Connection, centre: Centre) -> Iterator[LogCheck]:
    """Checks the national log, then the mirror of every hub's log.

    An entry may have no bytes where a decision of the national log has redacted it.
    """
    national_key = centre.keys.national.verifier_key
    national = _read(conn, centre, centre.national_origin)
    yield _verify(conn, centre, national, national.redacted, lambda _size: national_key)
    for hub in every_log(conn):
        mirror = _read(conn, centre, hub.origin)
        signer = partial(hub_keys.signer, conn, hub.origin)
        yield _verify(conn, centre, mirror, national.redacted, signer)


def _verify(
    conn: Connection,
    centre: Centre,
    contents: _Contents,
    redacted: set[tuple[str, int]],
    signer: Callable[[int], VerifierKey],
) -> LogCheck:
    log, leaves = contents.log, contents.leaves
    note = centre.logs.latest_checkpoint(conn, log)
    signed_size, sentence = 0, ""
    if note is not None:
        try:
            keys = [signer(peek_size(note))]
            signed = open_checkpoint(note, origin=log.origin, keys=keys).tree
        except ProtocolError as error:
            return _found(log, 0, f"The checkpoint does not hold: {error.message}.")
        signed_size = signed.size
        sentence = _fault_in(leaves, signed)
    if root_of(leaves) != log.tree.root or len(leaves) != log.tree.size:
        sentence = sentence or "The stored tree is not that of the entries."
    if contents.gone - redacted:
        sentence = sentence or "The bytes of entries are gone that no decision has redacted."
    return _found(log, signed_size, sentence)


def _fault_in(leaves: Sequence[bytes], signed: Tree) -> str:
    if signed.size > len(leaves):
        return f"{signed.size - len(leaves)} signed entries are missing."
    is_same = root_of(leaves[: signed.size]) == signed.root
    return "" if is_same else "The entries are not those that were signed."


def _found(log: LogRow, signed_size: int, fault: str) -> LogCheck:
    return LogCheck(
        origin=log.origin,
        size=log.tree.size,
        signed_size=signed_size,
        is_ok=not fault,
        sentence=fault or "Every entry is as it was signed.",
    )


def _read(conn: Connection, centre: Centre, origin: str) -> _Contents:
    log = centre.logs.open(conn, origin)
    contents = _Contents(log=log)
    for start in range(0, log.tree.size, PACKAGE_ENTRIES):
        end = min(start + PACKAGE_ENTRIES, log.tree.size)
        entries = centre.logs.entries_left(conn, log, start, end)
        has_gone = GONE in entries and len(entries) == end - start
        kept = centre.logs.leaves(conn, log, start, end) if has_gone else ()
        for number, entry in enumerate(entries):
            is_gone = has_gone and entry == GONE
            contents.leaves.append(kept[number] if is_gone else leaf_hash(entry))
            if is_gone:
                contents.gone.add((origin, start + number))
            if may_redact(entry):
                contents.redacted |= _named_in(entry, centre.national_origin)
    return contents


def _named_in(entry: bytes, national: str) -> set[tuple[str, int]]:
    try:
        decision = decode_decision(entry)
    except VoidEntry:
        return set()
    if not isinstance(decision, EntryRedacted):
        return set()
    return {(standing_origin(it.origin, national), it.index) for it in decision.entries}
