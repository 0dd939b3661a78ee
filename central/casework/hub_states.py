"""Hubs that the centre takes nothing of, for now or any more. What it has of them counts."""

from sqlalchemy import Connection

from central import logs_of_hubs, national, registry
from central.casework import ownership
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.centre import Centre
from central.store import audit, hubs
from central.store.hubs import ACTIVE, RETIRED, REVOKED, SUSPENDED, HubRow
from protocol.entries.hub_decisions import HubResumed, HubRetired, HubSuspended


def suspend(conn: Connection, centre: Centre, hub: str, person: Person) -> bool:
    """Takes nothing of a hub until it is resumed; False where it is suspended already.

    Raises:
        UnknownHub: there is none of that id.
        CaseRefused: it takes part no more (`hub_retired`, `key_revoked`).
        TextRefused: the reason or the account looks like personal data.
    """
    row = _unrevoked(conn, hub)
    if row.state == RETIRED:
        raise CaseRefused(f"hub {hub} is retired", code="hub_retired")
    return _move(conn, centre, row, SUSPENDED, person)


def resume(conn: Connection, centre: Centre, hub: str, person: Person) -> bool:
    """Takes what a suspended or retired hub sends again; False where it is active already.

    Raises:
        UnknownHub, TextRefused: as of `suspend`.
        CaseRefused: its key is revoked (`key_revoked`), and that is for ever.
    """
    return _move(conn, centre, _unrevoked(conn, hub), ACTIVE, person)


def retire(conn: Connection, centre: Centre, hub: str, person: Person) -> bool:
    """Closes a hub that owns nothing any more; False where it is retired already.

    Raises:
        UnknownHub, TextRefused: as of `suspend`.
        CaseRefused: its key is revoked (`key_revoked`), it owns records (`hub_owns_records`), or
            some of what it sent has no decision yet (`hub_undecided`).
    """
    check_retirable(conn, centre, hub)
    row = _unrevoked(conn, hub)
    centre.logs.claim(conn, centre.logs.open(conn, row.origin))  # an upload of it may be under way
    return _move(conn, centre, row, RETIRED, person)


def check_retirable(conn: Connection, centre: Centre, hub: str, *, to: str = "") -> None:
    """Refuses what stands in the way of retiring a hub, once `to` has what it owns.

    Args:
        conn: an open transaction.
        centre: whose hub.
        hub: hub id.
        to: hub id of the receiver of its records, or "" where nobody is given them.

    Raises:
        UnknownHub: there is no hub of one of these ids.
        CaseRefused: as of `retire`; or the receiver takes part no more.
    """
    row = _unrevoked(conn, hub)
    if row.state == RETIRED:
        return
    undecided = logs_of_hubs.undecided_count(conn, centre, hub)
    if undecided:
        sentence = f"{undecided} entries of hub {hub} have no decision yet"
        raise CaseRefused(sentence, code="hub_undecided")
    owned = len(ownership.estate(conn, centre, hub).records)
    if owned and to in {"", hub}:
        raise CaseRefused(f"hub {hub} still owns records: {owned}", code="hub_owns_records")
    if to:
        ownership.check_receiver(conn, to)


def _unrevoked(conn: Connection, hub: str) -> HubRow:
    row = registry.get_hub(conn, hub)
    if row.state == REVOKED:
        raise CaseRefused(f"hub {hub} is revoked, for ever", code="key_revoked")
    return row


_DECISIONS = {SUSPENDED: HubSuspended, ACTIVE: HubResumed, RETIRED: HubRetired}


def _move(conn: Connection, centre: Centre, row: HubRow, state: str, person: Person) -> bool:
    if row.state == state:
        return False
    decided = _DECISIONS[state](hub=row.hub, **person.reasoned(centre))
    hubs.change(conn, row.hub, state=state)
    national.append(conn, centre, [decided])
    what, now, detail = f"hub.{state}", centre.clock.now(), audit.signed(person.name, person.reason)
    audit.note(conn, at=now, what=what, hub=row.hub, detail=detail)
    return True
