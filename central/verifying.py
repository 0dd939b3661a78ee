"""Checking the centre's own logs from their entries up: the national log and every mirror.

Nothing that was derived is believed: leaf hashes are computed from the stored bytes, the root from
the leaf hashes, and compared with the signed checkpoint.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from central.centre import Centre
from central.logs_of_hubs import every_log
from central.store import hub_keys
from protocol.checkpoints import open_checkpoint, peek_size
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey
from protocol.limits import PACKAGE_ENTRIES
from protocol.merkle import leaf_hash, root_of
from runtime.logstore import LogRow


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


def verify_logs(conn: Connection, centre: Centre) -> Iterator[LogCheck]:
    """Checks the national log, then the mirror of every hub's log."""
    national_key = centre.keys.national.verifier_key
    yield _verify(conn, centre, centre.national_origin, lambda _size: national_key)
    for hub in every_log(conn):
        yield _verify(conn, centre, hub.origin, partial(hub_keys.signer, conn, hub.origin))


def _verify(
    conn: Connection, centre: Centre, origin: str, signer: Callable[[int], VerifierKey]
) -> LogCheck:
    log = centre.logs.open(conn, origin)
    note = centre.logs.latest_checkpoint(conn, log)
    leaves = list(_leaves(conn, centre, log))
    signed_size, sentence = 0, ""
    if note is not None:
        try:
            keys = [signer(peek_size(note))]
            signed = open_checkpoint(note, origin=origin, keys=keys).tree
        except ProtocolError as error:
            return _found(log, 0, f"The checkpoint does not hold: {error.message}.")
        signed_size = signed.size
        if signed_size > len(leaves):
            sentence = f"{signed_size - len(leaves)} signed entries are missing."
        elif root_of(leaves[:signed_size]) != signed.root:
            sentence = "The entries are not those that were signed."
    if root_of(leaves) != log.tree.root or len(leaves) != log.tree.size:
        sentence = sentence or "The stored tree is not that of the entries."
    return _found(log, signed_size, sentence)


def _found(log: LogRow, signed_size: int, fault: str) -> LogCheck:
    return LogCheck(
        origin=log.origin,
        size=log.tree.size,
        signed_size=signed_size,
        is_ok=not fault,
        sentence=fault or "Every entry is as it was signed.",
    )


def _leaves(conn: Connection, centre: Centre, log: LogRow) -> Iterator[bytes]:
    for start in range(0, log.tree.size, PACKAGE_ENTRIES):
        end = min(start + PACKAGE_ENTRIES, log.tree.size)
        for entry in centre.logs.entries_left(conn, log, start, end):
            yield leaf_hash(entry)
