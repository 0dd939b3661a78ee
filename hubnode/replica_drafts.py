"""The draft with which a hub begins a replication: what carries over, and what it must say itself.

What describes the idea is taken from the original. What is true of one place only (who, where,
since when, with what success) is not: a replication always adapts, and the form asks for it.
"""

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.replica import applied_size
from hubnode.store import drafts
from hubnode.store.drafts import Draft
from hubnode.store.identity import Identity
from protocol.canonical import Json
from protocol.catalogue import is_hidden, shown_record
from protocol.innovation.identifiers import UUID_RANDOM_BYTES, make_uuid7
from protocol.lineage import CLAIM
from protocol.record_state import RecordState

CARRIED_OVER = (
    *("title", "summary", "objective", "implementation", "resources", "innovation_type"),
    *("innovation_form", "initiator", "category", "government_affair", "sdgs", "tags"),
)
"""Fields that describe the idea."""

FIRST_STAGE = "inisiatif"


def fields_taken_over(original: RecordState) -> dict[str, Json]:
    """What a replication of a record begins with; it names its original."""
    shown = {} if is_hidden(original) else shown_record(original)
    carried = {name: shown[name] for name in CARRIED_OVER if name in shown}
    return {**carried, "stage": FIRST_STAGE, CLAIM: {"innovation": original.id}}


def draft_replicating(conn: Connection, record: str) -> Draft | None:
    """The draft that was begun as a replication of that record, if one is still there."""
    return next((it for it in drafts.every(conn) if it.replicates == record), None)


def begin_draft(
    conn: Connection, node: Node, who: Identity, original: RecordState, *, by: str
) -> Draft:
    """The draft of a replication of a record: the one that is there, or a new one."""
    there = draft_replicating(conn, original.id)
    if there is not None:
        return there
    now = node.clock.now()
    random = node.entropy.bytes(UUID_RANDOM_BYTES)
    return drafts.save(
        conn,
        Draft(
            id=make_uuid7(unix_ms=int(now.timestamp() * 1000), random=random),
            record=None,
            fields=fields_taken_over(original),
            base_national=applied_size(conn, node, who),
            account=by,
            created_at=now,
            updated_at=now,
            replicates=original.id,
        ),
    )
