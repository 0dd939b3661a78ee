"""Pendaftaran: who is invited, who has enrolled, and whose keys changed."""

from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central import registry
from central.store import audit, hub_keys, reinvitations
from central.web.audit_details import detail_words
from central.web.audit_words import ACTS
from central.web.hub_page import key_words
from central.web.hub_regions import is_strange, region_of
from central.web.hub_words import STATES
from central.web.refusals import refusal_sentence
from central.web.serving import DESK
from central.web.stamps import stamp_of
from central.web.visit import Visit
from protocol.errors import ProtocolError
from protocol.limits import INVITATION_HOURS_MAX

ENROLMENT = f"{DESK}/pendaftaran"
EVENTS = ("key.rotated", "key.rotation_refused", "hub.revoked", "hub.reinvitation_asked")
EVENT_ROWS = 20
FIELD_OF_CODE = {
    "bad_format": "name",
    "hub_name_malformed": "name",
    "invitation_lifetime": "hours",
    "privacy_finding": "name",
}
"""Which field a refusal is about; the id where it is not said here."""


async def enrolment_page(visit: Visit) -> web.Response:
    """Open invitations, enrolled hubs with the words of their keys, changes of keys."""
    return await _enrolment_page(visit, faults={})


async def invite(visit: Visit) -> web.Response:
    """Makes an invitation and shows it this once."""
    hub, name, hours = visit.text("hub").lower(), visit.text("name"), typed_hours(visit)
    url, centre, by = address_of(visit), visit.centre, visit.person().name
    faults = _faults(visit, name=name, hours=hours)
    if faults:
        return await _enrolment_page(visit, faults=faults, status=422)
    try:
        text = await centre.db.run(
            lambda conn: registry.create_invitation(
                conn, centre, hub=hub, name=name, hours=hours, url=url, by=by
            )
        )
    except ProtocolError as error:
        field = FIELD_OF_CODE.get(error.code, "hub")
        faults = {field: refusal_sentence(visit, error)}
        return await _enrolment_page(visit, faults=faults, status=422)
    return await invited_page(visit, text, hub=hub, name=name, hours=hours)


async def invited_page(
    visit: Visit, invitation: str, *, hub: str, name: str, hours: int
) -> web.Response:
    """An invitation, this once, with the words that are compared when it is used."""
    return await visit.desk_page(
        "invited.html",
        here="enrolment",
        hub=hub,
        name=name,
        hours=hours,
        region=region_of(hub),
        is_strange=is_strange(hub),
        invitation=invitation,
        centre_words=" ".join(visit.centre.fingerprint_words),
    )


async def withdraw(visit: Visit) -> web.Response:
    """Lets an invitation that nobody has used end now."""
    hub, centre = visit.request.match_info["hub"], visit.centre

    def work(conn: Connection) -> None:
        shown = {it.hub: it.expires_at for it in registry.open_invitations(conn, centre)}
        expires = shown.get(hub)
        visit.require_seen(invitation_stamp(hub, str(expires)))
        registry.withdraw_invitation(conn, centre, hub, by=visit.person().name)

    await centre.db.run(work)
    return visit.go(ENROLMENT, told="invitation_withdrawn")


def invitation_stamp(hub: str, expires_at: str) -> str:
    """Of an open invitation that a page shows."""
    return stamp_of(hub, expires_at)


def address_of(visit: Visit) -> str:
    """The address that stands in invitations: of the settings, or the one of this page."""
    request = visit.request
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    here = f"{'https' if scheme == 'https' else 'http'}://{request.host}"
    return visit.site.settings.url or here


def typed_hours(visit: Visit) -> int:
    """For how many hours an invitation is to be good; 0 of what is no such number."""
    typed = visit.text("hours")
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(INVITATION_HOURS_MAX))
    return int(typed) if is_number else 0


def _faults(visit: Visit, *, name: str, hours: int) -> dict[str, str]:
    faults = {}
    if not name:
        faults["name"] = visit.say("Tulis nama instansinya seperti dibaca umum.")
    return faults | hours_fault(visit, hours)


def hours_fault(visit: Visit, hours: int) -> dict[str, str]:
    """What is wrong with the hours of an invitation, by the field's name; or nothing."""
    if 1 <= hours <= INVITATION_HOURS_MAX:
        return {}
    return {"hours": visit.say("Tulis jumlah jam, dari 1 sampai 72.")}


async def _enrolment_page(
    visit: Visit, *, faults: dict[str, str], status: int = 200
) -> web.Response:
    found = await visit.centre.db.read(lambda conn: _found(conn, visit))
    default = visit.site.settings.invitation_hours
    return await visit.desk_page(
        "enrolment.html",
        here="enrolment",
        status=status,
        faults=faults,
        hub=visit.text("hub"),
        name=visit.text("name"),
        hours=visit.text("hours") or str(default),
        centre_words=" ".join(visit.centre.fingerprint_words),
        states=STATES,
        audit_words=ACTS,
        detail_said=partial(detail_words, reader=visit.reader),
        **found,
    )


def _found(conn: Connection, visit: Visit) -> dict[str, Any]:
    hubs, key_counts = registry.list_hubs(conn), hub_keys.log_key_counts(conn)
    invited = registry.open_invitations(conn, visit.centre)
    return {
        "invitations": [(it, invitation_stamp(it.hub, str(it.expires_at))) for it in invited],
        "enrolled": [
            (it, key_words(it), key_counts[it.hub] - 1)
            for it in sorted(hubs, key=lambda it: it.enrolled_at, reverse=True)
        ],
        "asked_again": reinvitations.everyone(conn),
        "events": audit.of_kinds(conn, EVENTS, count_max=EVENT_ROWS),
    }
