"""Why the centre takes nothing of this hub: the code, and what the national log says about it."""

from collections.abc import Iterator

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.replica import applied_size
from hubnode.store.identity import Identity
from protocol.entries.decisions import decode_decision
from protocol.entries.hub_decisions import HubResumed, HubRetired, HubRevoked, HubSuspended

PAGE_ENTRIES = 2_048

_CODES = {"suspended": "hub_suspended", "retired": "hub_retired", "revoked": "key_revoked"}
_DECISIONS: dict[str, type[HubSuspended | HubRevoked]] = {
    "hub_suspended": HubSuspended,
    "hub_retired": HubRetired,
    "key_revoked": HubRevoked,
}


def code_of(state: str) -> str:
    """The code of a run of a hub that the centre sees in a state other than active."""
    return _CODES.get(state, "hub_not_active")


def reason_of(conn: Connection, node: Node, who: Identity, code: str) -> str:
    """When and why a person decided it, such as "2026-11-29T01:41:13Z: hilang".

    Returns:
        "" where the code is of no such decision, or the replica does not have it yet.
    """
    kind = _DECISIONS.get(code)
    if kind is None:
        return ""
    said = (it for it in _about_this_hub(conn, node, who) if type(it) is kind)
    found = next(said, None)
    return f"{found.at}: {found.reason}" if found is not None else ""


def _about_this_hub(
    conn: Connection, node: Node, who: Identity
) -> Iterator[HubSuspended | HubResumed | HubRetired | HubRevoked]:
    """Decisions of the replica about whether this hub's log counts, the newest first."""
    log, end = node.logs.open(conn, who.national), applied_size(conn, node, who)
    for start in reversed(range(0, end, PAGE_ENTRIES)):
        entries = node.logs.entries(conn, log, start, min(start + PAGE_ENTRIES, end))
        for entry in reversed([it for it in entries if b'"hub.' in it]):
            decision = decode_decision(entry)
            if isinstance(decision, HubRevoked) and decision.origin == who.origin:
                yield decision
            if isinstance(decision, HubSuspended) and decision.hub == who.hub:
                yield decision
