"""What decisions that were taken back say of hubs: the registry is brought to where they left it.

The registry is no projection: it is written when a hub enrols, rotates or is stopped, and the
decision follows. A centre that was restored from an old backup has only the decision.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from central import logs_of_hubs
from central.store import closed_logs, hub_keys, hubs, mirrors
from central.store.hubs import ACTIVE, RETIRED, REVOKED, SUSPENDED, HubRow
from protocol.entries.decisions import Decision, Outcome
from protocol.entries.hub_decisions import (
    HubEnrolled,
    HubKeyRotated,
    HubResumed,
    HubRetired,
    HubRevoked,
    HubSuspended,
)
from protocol.keys import parse_verifier_key


def follow(conn: Connection, decisions: Sequence[Decision]) -> None:
    """Keeps what these decisions say of hubs, and how far their logs have outcomes."""
    for decision in decisions:
        match decision:
            case HubEnrolled():
                _enrolled(conn, decision)
            case HubKeyRotated():
                _rotated(conn, decision)
            case HubRevoked():
                last_good = decision.last_good_index
                hubs.change(conn, decision.hub, state=REVOKED, last_good_index=last_good)
            case HubRetired():
                hubs.change(conn, decision.hub, state=RETIRED)
            case HubResumed():
                hubs.change(conn, decision.hub, state=ACTIVE)
            case HubSuspended():
                hubs.change(conn, decision.hub, state=SUSPENDED)
            case _:
                pass
    _reconciled(conn, [it for it in decisions if isinstance(it, Outcome)])


def _enrolled(conn: Connection, decision: HubEnrolled) -> None:
    before = hubs.get(conn, decision.hub)
    if before is not None and before.origin == decision.origin:
        return
    row = HubRow(
        hub=decision.hub,
        name=decision.name,
        state=ACTIVE,
        origin=decision.origin,
        generation=decision.generation,
        log_key=decision.log_key,
        witness_key=decision.witness_key,
        instance="",
        software="",
        enrolled_at=datetime.fromisoformat(decision.at),
        reconciled_size=0,
    )
    if before is None:
        hubs.add(conn, row)
    else:
        closed_logs.add(conn, before)
        hubs.change(conn, row.hub, **row.model_dump(exclude={"hub"}))
    hub_keys.add(conn, row.hub, row.origin, log=row.log_key, witness=row.witness_key)


def _rotated(conn: Connection, decision: HubKeyRotated) -> None:
    if hub_keys.owner(conn, [parse_verifier_key(decision.log_key)]) is not None:
        return
    hub, first_index = hubs.get(conn, decision.hub), decision.source.index + 1
    if hub is None:
        raise LookupError(decision.hub)
    log, witness = decision.log_key, decision.witness_key
    origin = decision.source.origin
    hub_keys.add(conn, hub.hub, origin, log=log, witness=witness, first_index=first_index)
    hubs.change(conn, hub.hub, log_key=log, witness_key=witness, former_key=hub.log_key)
    mirrors.drop_pending_beyond(conn, origin, first_index)


def _reconciled(conn: Connection, outcomes: Sequence[Outcome]) -> None:
    """Entries are decided in order, so the last outcome says how many have one."""
    last = {it.source.origin: it.source.index for it in outcomes}
    for origin, index in last.items():
        log = logs_of_hubs.of_origin(conn, origin)
        if log is not None and log.reconciled_size <= index:
            logs_of_hubs.set_reconciled(conn, log, index + 1)
