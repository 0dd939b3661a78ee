"""What waits on one machine, carried to the hub's other one in a file: cases E and F.

A machine that was stopped (`identity_in_use`), a folder that was put aside and a backup may hold
changes that the centre never had: pending ones, and signed ones without a receipt. They are written
to a file and become pending changes of the machine that is the hub's now. Nothing is taken away
here, and the same file again adds nothing: a change is known by its salt.

The file is as private as the folder that it comes from, and is believed like a spreadsheet that is
imported: whoever takes it signs what is in it. First line: a JSON object; then an entry a line.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import Connection

from hubnode import replica
from hubnode.authoring import FIRST_OWN
from hubnode.node import Node
from hubnode.store import outbox, receipts, records
from hubnode.store.identity import Identity
from hubnode.store.records import OwnRecord
from protocol.canonical import Json, canonicalise, parse
from protocol.catalogue import is_withdrawn, shown_record
from protocol.entries.changes import (
    LogChange,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    decode_change,
    encode_change,
    record_change_in,
)
from protocol.entries.decisions import read_decisions, source_of
from protocol.errors import ProtocolError
from protocol.record_state import decode_record_state

TYPE = "hub.waiting"
VERSION = 1
PAGE_ENTRIES = 2_048


class WaitingFileRefused(ProtocolError):
    """Not such a file, cut or altered, or of another hub."""

    default_code = "waiting_file_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a file holds.

    Attributes:
        authority, hub: whose.
        origin: of the log that the numbers are of.
        receipted_size: entries of that log that the centre was known to have.
        changes: (number in that log, change), in order.
    """

    authority: str
    hub: str
    origin: str
    receipted_size: int
    changes: tuple[tuple[int, RecordChange], ...]


def gather(conn: Connection, node: Node, who: Identity) -> Waiting:
    """All that this node has saved and holds no receipt for."""
    log = node.logs.open(conn, who.origin)
    start = min(receipts.largest_size(conn), log.tree.size)
    entries = node.logs.entries(conn, log, start, log.tree.size)
    size = max(FIRST_OWN, log.tree.size)
    pending = [it.entry for it in outbox.pending(conn, outbox.count(conn))]
    numbered = [*enumerate(entries, start), *enumerate(pending, size)]
    changes = [(number, change) for number, it in numbered if (change := record_change_in(it))]
    return Waiting(
        authority=who.authority,
        hub=who.hub,
        origin=who.origin,
        receipted_size=start,
        changes=tuple(changes),
    )


def encode_waiting(waiting: Waiting) -> bytes:
    """The bytes of a file."""
    lines = [encode_change(change) for _, change in waiting.changes]
    numbers: list[Json] = [number for number, _ in waiting.changes]
    head = canonicalise(
        {
            "v": VERSION,
            "type": TYPE,
            "authority": waiting.authority,
            "hub": waiting.hub,
            "origin": waiting.origin,
            "receipted_size": waiting.receipted_size,
            "numbers": numbers,
            "sha256": sha256(b"\n".join(lines)).hexdigest(),
        }
    )
    return b"\n".join([head, *lines]) + b"\n"


def decode_waiting(data: bytes) -> Waiting:
    """What is in a file.

    Raises:
        WaitingFileRefused: it is no such file, or was cut or altered.
    """
    head, *lines = data.removesuffix(b"\n").split(b"\n")
    try:
        members = parse(head)
        changes = [decode_change(line) for line in lines]
    except ProtocolError as error:
        raise WaitingFileRefused(error.message) from error
    if not isinstance(members, dict) or (members.get("v"), members.get("type")) != (VERSION, TYPE):
        raise WaitingFileRefused(f"not a file of {TYPE}, version {VERSION}")
    numbers, size = members.get("numbers"), members.get("receipted_size")
    if members.get("sha256") != sha256(b"\n".join(lines)).hexdigest():
        raise WaitingFileRefused("it was cut or altered")
    if not isinstance(numbers, list) or len(numbers) != len(changes) or not isinstance(size, int):
        raise WaitingFileRefused("its first line does not fit the others")
    return Waiting(
        authority=str(members.get("authority")),
        hub=str(members.get("hub")),
        origin=str(members.get("origin")),
        receipted_size=size,
        changes=tuple(
            (int(str(number)), change)
            for number, change in zip(numbers, changes, strict=True)
            if not isinstance(change, LogChange)
        ),
    )


def news_in(conn: Connection, node: Node, who: Identity, waiting: Waiting) -> Waiting:
    """What of a file this node does not have, and what the centre decided of it in another log.

    Requires a synced node: what it has not fetched yet it does not know.

    Raises:
        WaitingFileRefused: it is another hub's.
    """
    if (waiting.authority, waiting.hub) != (who.authority, who.hub):
        raise WaitingFileRefused(
            f"it is of hub {waiting.hub} of {waiting.authority}; this is hub {who.hub}"
        )
    known = _salts(conn, node, who)
    decided = {} if waiting.origin == who.origin else _decided(conn, node, who, waiting.origin)
    news = tuple(
        (number, it)
        for number, it in waiting.changes
        if it.salt not in known and decided.get(number) != it.record
    )
    return replace(waiting, changes=news)


def take(conn: Connection, node: Node, who: Identity, news: Waiting) -> int:
    """Makes pending changes of what `news_in` found; returns how many.

    What their authors claim to have seen is cut back to what both logs share: a contradiction with
    what happened here meanwhile shows as a conflict.
    """
    size = node.logs.open(conn, who.origin).tree.size
    base = max(FIRST_OWN, size) + outbox.count(conn)
    numbers = [number for number, _ in news.changes]
    is_same_log = news.origin == who.origin
    now = node.clock.now()
    for place, (_, change) in enumerate(news.changes, base):
        if not is_same_log and base == FIRST_OWN:  # nothing else is in this log that it would cover
            own = FIRST_OWN + bisect_left(numbers, change.seen.own)
        else:
            shared = min(news.receipted_size, size) if is_same_log else FIRST_OWN
            own = min(change.seen.own, max(FIRST_OWN, shared))
        taken = replace(change, seen=replace(change.seen, own=own))
        outbox.add(conn, entry=encode_change(taken), record=change.record, created_at=now)
        _show(conn, node, who, taken, number=place)
    return len(news.changes)


def _show(
    conn: Connection, node: Node, who: Identity, change: RecordChange, *, number: int
) -> None:
    """Puts the change on the operator's own record at once, as the desk does."""
    before = records.get(conn, change.record) or _from_catalogue(conn, node, who, change.record)
    if before is None:
        return
    fields, withdrawn = before.fields, before.withdrawn
    if isinstance(change, RecordPut):
        kept = {name: it for name, it in fields.items() if name not in change.unset}
        fields = {**kept, **change.set}
    elif isinstance(change, RecordWithdraw | RecordRestore):
        withdrawn = isinstance(change, RecordWithdraw)
    after = replace(
        before,
        fields=fields,
        withdrawn=withdrawn,
        withdrawn_own=number if isinstance(change, RecordWithdraw) else before.withdrawn_own,
        last_own=number,
        updated_at=node.clock.now(),
    )
    records.save_many(conn, [after])


def _from_catalogue(conn: Connection, node: Node, who: Identity, record: str) -> OwnRecord | None:
    """The record that this hub owns, or begins with this change; None of another hub's."""
    body = node.documents.get(conn, record)
    state = None if body is None else decode_record_state(body)
    if state is not None and state.owner != who.hub:
        return None
    fields = shown_record(state) if state else {}
    return OwnRecord(
        id=record,
        fields={name: it for name, it in fields.items() if name not in {"id", "hub"}},
        withdrawn=bool(state and is_withdrawn(state)),
        withdrawn_own=None,
        last_own=records.NO_OWN,
        updated_at=None,
    )


def _salts(conn: Connection, node: Node, who: Identity) -> set[str]:
    log = node.logs.open(conn, who.origin)
    entries = node.logs.entries(conn, log, 0, log.tree.size)
    pending = [it.entry for it in outbox.pending(conn, outbox.count(conn))]
    return {change.salt for change in _record_changes([*entries, *pending])}


def _decided(conn: Connection, node: Node, who: Identity, origin: str) -> dict[int, str]:
    """Of a log that is not at hand, the entries that have an outcome, and their records."""
    log, size = node.logs.open(conn, who.national), replica.applied_size(conn, node, who)
    found: dict[int, str] = {}
    for start in range(0, size, PAGE_ENTRIES):
        entries = node.logs.entries(conn, log, start, min(size, start + PAGE_ENTRIES))
        for _, decision in read_decisions(entries, start):
            source, record = source_of(decision), getattr(decision, "record", None)
            if source is not None and source.origin == origin and record is not None:
                found[source.index] = record
    return found


def _record_changes(entries: Sequence[bytes]) -> list[RecordChange]:
    return [change for it in entries if (change := record_change_in(it)) is not None]
