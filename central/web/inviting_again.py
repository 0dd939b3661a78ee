"""A hub that lost its database, or its keys, is invited again: the second takes two admins."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central import registry, reinviting
from central.reinviting import Wish
from central.store import reinvitations
from central.store.hubs import RETIRED, REVOKED, HubRow
from central.web.enrolment import (
    ENROLMENT,
    address_of,
    hours_fault,
    invited_page,
    typed_hours,
)
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.stamps import stamp_of
from central.web.visit import Visit
from protocol.decimals import parse_decimal
from protocol.errors import ProtocolError


async def ask(visit: Visit) -> web.Response:
    """Asks what the hub has lost, and says what follows."""
    return await _page(visit, faults={})


async def with_same_keys(visit: Visit) -> web.Response:
    """An invitation that only the hub's present keys open."""
    centre, hours, url = visit.centre, typed_hours(visit), address_of(visit)
    hub, by = await centre.db.read(lambda conn: _asked_for(conn, visit)), visit.person().name
    if faults := hours_fault(visit, hours):
        return await _page(visit, faults={"same": faults["hours"]}, status=422)
    try:
        text = await centre.db.run(
            lambda conn: registry.invite_same_keys(
                conn, centre, hub.hub, hours=hours, url=url, by=by
            )
        )
    except ProtocolError as error:
        return await _page(visit, faults={"same": refusal_sentence(visit, error)}, status=422)
    return await invited_page(visit, text, hub=hub.hub, name=hub.name, hours=hours)


async def with_new_keys(visit: Visit) -> web.Response:
    """The wish of one admin, or with that of another the invitation."""
    centre, hours, url = visit.centre, typed_hours(visit), address_of(visit)
    hub, waiting = await centre.db.read(lambda conn: _known(conn, visit))
    visit.require_seen(_stamp(hub, waiting))
    faults = hours_fault(visit, hours) | _faults(visit, hub)
    if faults:
        return await _page(visit, faults=faults, status=422)
    person = visit.person(visit.text("reason"))
    wish = Wish(
        reason=person.reason,
        by=person.by,
        agency=person.agency,
        last_good_index=parse_decimal(visit.text("last_good")),
    )
    try:
        text = await centre.db.run(
            lambda conn: reinviting.reinvite(conn, centre, hub.hub, wish, hours=hours, url=url)
        )
    except ProtocolError as error:
        return await _page(visit, faults={"reason": refusal_sentence(visit, error)}, status=422)
    if text is None:
        return visit.go(ENROLMENT, told="reinvite_asked")
    return await invited_page(visit, text, hub=hub.hub, name=hub.name, hours=hours)


def _faults(visit: Visit, hub: HubRow) -> dict[str, str]:
    faults, last_good = {}, visit.text("last_good")
    if not visit.text("reason"):
        faults["reason"] = visit.say(REASON_MISSING)
    if last_good and parse_decimal(last_good) is None:
        faults["last_good"] = visit.say("Tulis indeks entri, mulai dari 0, atau kosongkan.")
    if visit.text("again") != hub.hub:
        faults["again"] = visit.say("Ketik id hub ini persis seperti di atas.")
    return faults


async def _page(visit: Visit, *, faults: dict[str, str], status: int = 200) -> web.Response:
    hub, waiting = await visit.centre.db.read(lambda conn: _known(conn, visit))
    asked_index = waiting.last_good_index if waiting is not None else None
    return await visit.desk_page(
        "inviting_again.html",
        here="hubs",
        status=status,
        hub=hub,
        waiting=waiting,
        seen=_stamp(hub, waiting),
        may_keep_keys=hub.state not in {REVOKED, RETIRED},
        reason=visit.text("reason"),
        last_good=visit.text("last_good") or ("" if asked_index is None else str(asked_index)),
        hours=visit.text("hours") or str(visit.site.settings.invitation_hours),
        faults=faults,
    )


def _known(conn: Connection, visit: Visit) -> tuple[HubRow, Any]:
    """The hub, and what a first admin has asked for; None where nobody has."""
    hub = _asked_for(conn, visit)
    return hub, reinvitations.get(conn, hub.hub)


def _asked_for(conn: Connection, visit: Visit) -> HubRow:
    return registry.get_hub(conn, visit.request.match_info["hub"])


def _stamp(hub: HubRow, waiting: Any) -> str:
    return stamp_of(hub.hub, hub.state, hub.log_key, waiting.by if waiting is not None else "")
