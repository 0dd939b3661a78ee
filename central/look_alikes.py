"""Look-alikes: of which records of other hubs the new ones of a batch may be near copies.

One question a batch, by keys: deciding must cost hardly more, so nothing here searches by likeness.
The rule is `protocol.look_alikes`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from central.store import look_alikes
from protocol.entries.changes import RecordPut
from protocol.look_alikes import keys_of
from protocol.reconcile import Prepared


def find(
    conn: Connection,
    hub: str,
    prepared: Iterable[Prepared],
    existing: Collection[str],
) -> Mapping[str, Sequence[str]]:
    """For each new record with any, the active ones of other hubs that share a key with it.

    A batch is of one hub, so nothing in it can make or change one of these.

    Args:
        conn: the transaction that decides the batch.
        hub: hub id.
        prepared: the batch.
        existing: ids of the records in it that exist.
    """
    keys: dict[str, tuple[int, ...]] = {}
    for it in prepared:
        if isinstance(it.change, RecordPut) and it.change.record not in existing:
            keys.setdefault(it.change.record, ())
            keys[it.change.record] += keys_of(it.change.set)
    if not keys:
        return {}
    near = look_alikes.of_others(
        conn, sorted({it for several in keys.values() for it in several}), hub
    )
    found = {
        record: sorted({it for key in several for it in near.get(key, ())})
        for record, several in keys.items()
    }
    return {record: several for record, several in found.items() if several}
