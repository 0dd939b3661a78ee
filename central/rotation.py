"""Taking a hub's new keys at intake, in the transaction that keeps the entry which signs them in.

The new keys are known from the moment the entry is kept, long before it is decided: what arrives in
between has to be signed by somebody. The decision later says what was done here
(docs/decisions/0021).
"""

from sqlalchemy import Connection

from central.centre import Centre
from central.store import audit, hub_keys, hubs, mirrors
from central.store.hubs import HubRow
from protocol.errors import RotationRefused
from protocol.rotation import NewKeys, Place, check_rotation, rotation_in


def take_keys(conn: Connection, centre: Centre, hub: HubRow, entry: bytes, *, index: int) -> None:
    """Takes new keys from the last entry under the old key; any other entry changes nothing.

    A rotation that proves nothing, or brings a key that somebody had, changes nothing either: the
    old key stays, and the entry will be void.

    Args:
        conn: the transaction that keeps the entry.
        centre: the centre.
        hub: whose log it is of.
        entry: the last one of the checkpoint that it came under.
        index: of the entry.
    """
    change = rotation_in(entry)
    if change is None:
        return
    place = Place(authority=centre.authority, hub=hub.hub, origin=hub.origin, index=index)
    try:
        keys = check_rotation(change, place)
    except RotationRefused as refusal:
        _note(conn, centre, hub, "key.rotation_refused", refusal.message)
        return
    if hub_keys.owner(conn, (keys.log_key, keys.witness_key)) is not None:
        _note(conn, centre, hub, "key.rotation_refused", "a key that was used before")
        return
    _take(conn, hub, keys, first_index=index + 1)
    _note(conn, centre, hub, "key.rotated", f"from entry {index + 1} on")


def _take(conn: Connection, hub: HubRow, keys: NewKeys, *, first_index: int) -> None:
    log, witness = keys.log_key.text, keys.witness_key.text
    hub_keys.add(conn, hub.hub, hub.origin, log=log, witness=witness, first_index=first_index)
    hubs.change(conn, hub.hub, log_key=log, witness_key=witness, former_key=hub.log_key)
    mirrors.drop_pending_beyond(conn, hub.origin, first_index)


def _note(conn: Connection, centre: Centre, hub: HubRow, what: str, detail: str) -> None:
    audit.note(conn, at=centre.clock.now(), what=what, hub=hub.hub, detail=detail)
