"""What a redaction takes from this hub's own tables, besides the logs and the catalogue.

The decision does not say the value, so it is read from the entries whose bytes are about to go.
Where they are gone already, these tables were filled without them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import imports, outbox, records
from hubnode.store.identity import Identity
from hubnode.withheld import withheld
from protocol.canonical import Json
from protocol.catalogue import STATE
from protocol.entries.changes import (
    Change,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    encode_change,
)
from protocol.entries.decisions import Decision, decode_decision
from protocol.entries.redaction import EntryRedacted, RedactedEntry
from protocol.limits import SALT_BYTES
from protocol.merge import is_same
from protocol.names import standing_origin
from protocol.reconcile import prepare
from protocol.redaction import content_of
from runtime.logstore import GONE
from runtime.redactions import redact

REASON = "Diredaksi."
"""Stands for the reason of a withdrawal that is not sent yet and says what was redacted."""

Values = Mapping[str, Collection[Json]]
"""By field, what is to be found nowhere any more."""


def follow(
    conn: Connection, node: Node, identity: Identity, decisions: Iterable[tuple[int, Decision]]
) -> None:
    """Destroys what the redactions among these decisions name; the catalogue is folded already."""
    placed = [it for it in decisions if isinstance(it[1], EntryRedacted)]
    for _, decision in placed:
        if isinstance(decision, EntryRedacted):
            _forget(conn, node, decision.record, _values(conn, node, identity, decision))
    redact(conn, node.logs, node.documents, placed, national=identity.national)


def _values(conn: Connection, node: Node, identity: Identity, decision: EntryRedacted) -> Values:
    values: dict[str, list[Json]] = {}
    for gone in decision.entries:
        for name, value in _content(conn, node, identity, gone).items():
            if name in decision.fields and value is not None:
                values.setdefault(name, []).append(value)
    return values


def _content(
    conn: Connection, node: Node, identity: Identity, gone: RedactedEntry
) -> Mapping[str, Json]:
    """What an entry writes, if its bytes are still here."""
    origin = standing_origin(gone.origin, identity.national)
    log = node.logs.open(conn, origin)
    if gone.index >= log.tree.size:
        return {}
    (entry,) = node.logs.entries(conn, log, gone.index, gone.index + 1)
    if entry == GONE:
        return {}
    if origin == identity.national:
        return content_of(decode_decision(entry))
    change = prepare(entry).change
    if isinstance(change, RecordWithdraw | RecordRestore):
        return {STATE: {"reason": change.reason}}
    return change.set if isinstance(change, RecordPut) else {}


def _forget(conn: Connection, node: Node, record: str, values: Values) -> None:
    for pending in outbox.of_record(conn, record):
        change = prepare(pending.entry).change
        if isinstance(change, RecordPut | RecordWithdraw | RecordRestore):
            _replace_pending(conn, pending.id, change, values)
    own = records.get(conn, record)
    if own is not None:
        records.save_many(conn, [replace(own, fields=_without(own.fields, values))])
    salt = node.entropy.bytes(SALT_BYTES).hex()
    imports.forget_values(
        conn,
        record,
        told=lambda fields: _withheld(fields, values, salt),
        done=lambda fields: _without(fields, values),
    )


def _replace_pending(conn: Connection, number: int, change: Change, values: Values) -> None:
    """A change that would write the value again is kept, in its place, without it."""
    if isinstance(change, RecordPut):
        after: Change = replace(change, set=_without(change.set, values))
    elif isinstance(change, RecordWithdraw | RecordRestore) and _has_reason(change.reason, values):
        after = replace(change, reason=REASON)
    else:
        return
    if after != change:
        outbox.replace_entry(conn, number, encode_change(after))


def _has_reason(reason: str, values: Values) -> bool:
    return any(isinstance(it, dict) and it.get("reason") == reason for it in values.get(STATE, ()))


def _without(fields: Mapping[str, Json], values: Values) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if not _is_gone(name, value, values)}


def _withheld(fields: Mapping[str, Json], values: Values, salt: str) -> dict[str, Json]:
    return {
        name: withheld(value, salt=salt) if _is_gone(name, value, values) else value
        for name, value in fields.items()
    }


def _is_gone(name: str, value: Json, values: Values) -> bool:
    return any(is_same(value, gone) for gone in values.get(name, ()))
