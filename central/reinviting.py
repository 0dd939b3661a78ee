"""A hub that lost its keys: two admins close its log and invite it again (protocol.md, "Recovery").

Ownership stays with the hub id. What it wrote until the last good entry counts; its next log
continues the closed one.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from central import national, registry
from central.casework.person import Person, are_one
from central.centre import Centre
from central.public_text import refuse_private
from central.store import audit, reinvitations
from central.store.hubs import RETIRED, HubRow
from central.store.reinvitations import ReinvitationRow
from protocol.entries.hub_decisions import HubReinvited
from protocol.errors import EnrolmentRefused


class SecondAdminNeeded(EnrolmentRefused):
    """The same account asks twice."""

    default_code = "second_admin_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an admin asks for.

    Attributes:
        reason: stands in the national log.
        by: account of the admin; no personal data.
        agency: for which agency.
        second_by: another admin's, who is there too; "" where that one has asked, or will.
        last_good_index: of the last entry that counts; None where all that is held does.
    """

    reason: str
    by: str
    agency: str
    second_by: str = ""
    last_good_index: int | None = None


def reinvite(
    conn: Connection, centre: Centre, hub: str, wish: Wish, *, hours: int, url: str
) -> str | None:
    """Closes a hub's log and invites it again; None while a second admin has to ask for the same.

    Raises:
        UnknownHub: there is no such hub.
        SecondAdminNeeded: both accounts are one.
        EnrolmentRefused: the hub is retired, or as `registry.revoke` and `registry.invite_again`.
        TextRefused: the reason or an account looks like personal data.
    """
    refuse_private({"reason": wish.reason, "by": wish.by, "second_by": wish.second_by})
    row = registry.get_hub(conn, hub)
    if row.state == RETIRED:
        raise EnrolmentRefused(f"hub {hub} is retired", code="hub_retired")
    first, second = _admins(conn, centre, row, wish)
    if not second:
        return None
    by = _name(f"{first}, {second}", wish)
    row = registry.revoke(
        conn, centre, hub, wish.reason, by=by, last_good_index=wish.last_good_index
    )
    reinvitations.remove(conn, hub)
    decision = HubReinvited(
        salt=centre.salt(),
        at=centre.timestamp(),
        hub=hub,
        origin=row.origin,
        generation=row.generation + 1,
        reason=wish.reason,
        by=first,
        second_by=second,
        agency=wish.agency,
    )
    national.append(conn, centre, [decision])
    return registry.invite_again(conn, centre, row, hours=hours, url=url, by=by)


def _admins(conn: Connection, centre: Centre, row: HubRow, wish: Wish) -> tuple[str, str]:
    """The two accounts that ask, or the first one and "" until there is a second."""
    found = reinvitations.get(conn, row.hub)
    if wish.second_by:
        first, second = wish.by, wish.second_by
    elif found is not None and found.last_good_index == wish.last_good_index:
        first, second = found.by, wish.by
    else:
        first, second = wish.by, ""
    if are_one(first, second):
        raise SecondAdminNeeded(f"{first} has asked already; another account has to")
    if not second:
        now, detail = centre.clock.now(), audit.signed(_name(first, wish), wish.reason)
        asked = ReinvitationRow(hub=row.hub, by=first, last_good_index=wish.last_good_index, at=now)
        reinvitations.save(conn, asked)
        audit.note(conn, at=now, what="hub.reinvitation_asked", hub=row.hub, detail=detail)
    return first, second


def _name(accounts: str, wish: Wish) -> str:
    return Person(by=accounts, agency=wish.agency).name
