"""Does a dump hold exactly the catalogue of its checkpoint? Nothing that it says is believed.

The national log is hashed from its entries up to the signed root and folded afresh; what that adds
up to is compared with the dump, record for record. Every node has the log, so every node could.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from central.centre import Centre
from central.dumps.files import CHECKPOINT, RECORDS, SUMS, Dump
from central.dumps.making import sum_of
from protocol.canonical import Json
from protocol.catalogue import apply, standing_of
from protocol.checkpoints import open_checkpoint
from protocol.documents import encode_shown
from protocol.entries.decisions import read_decisions
from protocol.errors import ProtocolError
from protocol.limits import PACKAGE_ENTRIES
from protocol.merkle import Tree, leaf_hash, root_of
from protocol.record_state import (
    RecordState,
    catalogue_hash,
    encode_record_state,
    with_digests,
)
from runtime.logstore import GONE

_RANGE_ENTRIES = 16 * PACKAGE_ENTRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpCheck:
    """What was found.

    Attributes:
        name: of the dump.
        size: of the national log whose catalogue it says it is.
        records: how many it holds.
        is_ok: whether it is exactly that catalogue.
        sentence: what was found, in words.
    """

    name: str
    size: int
    records: int
    is_ok: bool
    sentence: str


def check_dump(conn: Connection, centre: Centre, dump: Dump) -> DumpCheck:
    """Checks sums, checkpoint, log and every record of a dump."""
    try:
        fault, records = _fault_in(conn, centre, dump)
    except (ProtocolError, OSError, EOFError, ValueError) as error:
        fault, records = f"It cannot be read: {error}.", 0
    sentence = fault or "It is exactly the catalogue of its checkpoint."
    return DumpCheck(
        name=dump.name, size=dump.size, records=records, is_ok=not fault, sentence=sentence
    )


def _fault_in(conn: Connection, centre: Centre, dump: Dump) -> tuple[str, int]:
    """The first fault, or "", and how many records the dump holds."""
    manifest = dump.manifest()
    if altered := [name for name, told in _sums_of(dump) if sum_of(dump.path / name) != told]:
        return f"{', '.join(altered)} has another SHA-256 than {SUMS} says.", 0
    signed = open_checkpoint(
        (dump.path / CHECKPOINT).read_bytes(),
        origin=centre.national_origin,
        keys=[centre.keys.national.verifier_key],
    ).tree
    if signed.size != dump.size or manifest["size"] != dump.size:
        return "Its checkpoint is of another size.", 0
    if fault := _fault_in_log(conn, centre, signed):
        return fault, 0
    return _fault_in_records(_fold(conn, centre, signed.size), dump, manifest)


def _sums_of(dump: Dump) -> Iterator[tuple[str, str]]:
    for line in (dump.path / SUMS).read_text("ascii").splitlines():
        told, _, name = line.partition("  ")
        yield name, told


def _fault_in_log(conn: Connection, centre: Centre, signed: Tree) -> str:
    log = centre.logs.open(conn, centre.national_origin)
    if log.tree.size < signed.size:
        return "The national log here is shorter than its checkpoint."
    leaves: list[bytes] = []
    for start, end in _ranges(signed.size):
        kept = centre.logs.leaves(conn, log, start, end)
        entries = centre.logs.entries(conn, log, start, end)
        leaves += [
            leaf if entry == GONE else leaf_hash(entry)
            for entry, leaf in zip(entries, kept, strict=True)
        ]
    return "" if root_of(leaves) == signed.root else "Its checkpoint is of another national log."


def _fold(conn: Connection, centre: Centre, size: int) -> dict[str, RecordState]:
    """The catalogue that the first `size` decisions add up to."""
    log = centre.logs.open(conn, centre.national_origin)
    states: dict[str, RecordState] = {}
    for start, end in _ranges(size):
        entries = centre.logs.entries(conn, log, start, end)
        for place, decision in read_decisions(entries, start):
            states |= apply(states, decision, place=place, origin=centre.national_origin)
    return states


def _fault_in_records(
    states: dict[str, RecordState], dump: Dump, manifest: dict[str, Json]
) -> tuple[str, int]:
    encoded = [(record, encode_record_state(states[record])) for record in sorted(states)]
    wanted = {
        hashlib.sha256(encode_shown(body)).digest()
        for record, body in encoded
        if standing_of(states[record]) == "active"
    }
    with gzip.open(dump.path / RECORDS) as lines:
        held = [hashlib.sha256(line.rstrip(b"\n")).digest() for line in lines]
    if len(held) != len(set(held)) or set(held) != wanted:
        differ = len(wanted.symmetric_difference(held))
        return f"{differ} records differ from what the national log adds up to.", len(held)
    if catalogue_hash(with_digests(encoded)) != manifest["catalogue_hash"]:
        return "Its catalogue hash is not that of the national log.", len(held)
    return "", len(held)


def _ranges(size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, size, _RANGE_ENTRIES):
        yield start, min(start + _RANGE_ENTRIES, size)
