"""Whether a decision repeats the change behind it: what is in the catalogue is what was signed."""

from typing import cast

from protocol.canonical import Json, canonicalise
from protocol.entries.changes import Change, LogChange, decode_change, type_of
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeRefused,
    ChangeVoid,
    Outcome,
    Ruling,
)
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.entries.members import Seen
from protocol.errors import VoidEntry
from protocol.rotation import rotation_in

_REPEATED = (
    *("record", "schema", "set", "unset", "seen", "reason", "campaign"),
    *("replication", "step", "details", "result"),
)


def is_faithful(decision: Outcome | Ruling, entry: bytes) -> bool:
    """Whether a decision says of an entry of a hub's log what that entry says itself.

    A decision that applies or proposes repeats the change, member by member. One that holds or
    refuses names its record at most. Void is only what cannot be read, opens another log, or signs
    in keys that were not taken.
    """
    try:
        change = decode_change(entry)
    except VoidEntry:
        return isinstance(decision, ChangeVoid | ChangeHeld | ChangeRefused)
    match decision:
        case ChangeVoid():
            return isinstance(change, LogChange)
        case ChangeHeld() | ChangeRefused():
            return decision.record in {None, getattr(change, "record", None)}
        case ChangeApplied() | ChangeProposed():
            is_same_kind = decision.change == type_of(change)
            return is_same_kind and decision.claimed_at == change.at and _repeats(decision, change)


def is_as_signed(decision: HubKeyRotated, entry: bytes) -> bool:
    """Whether new keys in the national log are those that an entry of the hub's log signs in."""
    change = rotation_in(entry)
    keys = decision.log_key, decision.witness_key
    return change is not None and keys == (change.log_key, change.witness_key)


def record_of(entry: bytes) -> str | None:
    """The record that an entry of a hub's log is about, where it can be read and names one."""
    try:
        return getattr(decode_change(entry), "record", None)
    except VoidEntry:
        return None


def _repeats(decision: ChangeApplied | ChangeProposed, change: Change) -> bool:
    return all(_plain(decision, name) == _plain(change, name) for name in _REPEATED)


def _plain(entry: object, name: str) -> bytes:
    """A member as bytes: in Python True is 1, in an entry it is not."""
    value: object = getattr(entry, name, None)
    if isinstance(value, Seen):
        return canonicalise([value.national, value.own])
    return canonicalise(cast("Json", list(value) if isinstance(value, tuple) else value))
