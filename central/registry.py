"""Who may take part: invitations, enrolment, revocation. Each step is a decision."""

import hashlib
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from central import instances, national
from central.centre import Centre
from central.public_text import refuse_private
from central.store import audit, closed_logs, hub_keys, hubs, invitations
from central.store.hubs import ACTIVE, REFUSALS, RETIRED, REVOKED, HubRow
from protocol.enrolment import (
    EnrolAnswer,
    EnrolRequest,
    Invitation,
    check_possession,
    format_invitation,
)
from protocol.entries.hub_decisions import HubEnrolled, HubRevoked
from protocol.errors import EnrolmentRefused
from protocol.limits import INVITATION_HOURS_MAX, SECRET_BYTES
from protocol.names import RESERVED_IDS, hub_origin, is_hub_id

FIRST_GENERATION = 1
NAME_CHARACTERS_MAX = 200


class UnknownHub(EnrolmentRefused):
    """No hub of that id is enrolled."""

    default_code = "unknown_hub"


def create_invitation(
    conn: Connection, centre: Centre, *, hub: str, name: str, hours: int, url: str, by: str
) -> str:
    """A fresh invitation as text; its secret is kept hashed and never shown again.

    `by`, here and in all that follows, is who acts, as audit rows name them.

    Raises:
        EnrolmentRefused: code hub_id_malformed, hub_name_malformed, invitation_lifetime,
            hub_enrolled, hub_retired or key_revoked.
        TextRefused: the name looks like personal data.
    """
    name = unicodedata.normalize("NFC", name.strip())  # it becomes part of an entry
    refuse_private({"name": name})
    if hub in RESERVED_IDS:
        sentence = f"{hub} names a party of every federation; choose another hub id"
        raise EnrolmentRefused(sentence, code="hub_id_malformed")
    if not is_hub_id(hub):
        sentence = f"a hub id is 1 to 63 of a-z, 0-9 and inner hyphens, not {hub!r}"
        raise EnrolmentRefused(sentence, code="hub_id_malformed")
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        sentence = f"--name is one line of 1 to {NAME_CHARACTERS_MAX} characters"
        raise EnrolmentRefused(sentence, code="hub_name_malformed")
    _check_hours(hours)
    known = hubs.get(conn, hub)
    if known is not None and known.state == REVOKED:
        raise EnrolmentRefused(
            f"hub {hub} is revoked; see central hub reinvite", code="key_revoked"
        )
    if known is not None and known.state == RETIRED:
        raise EnrolmentRefused(f"hub {hub} is retired", code="hub_retired")
    if known is not None:
        raise EnrolmentRefused(f"hub {hub} is enrolled already", code="hub_enrolled")
    return _invite(conn, centre, hub=hub, name=name, hours=hours, url=url, by=by)


def invite_same_keys(
    conn: Connection, centre: Centre, hub: str, *, hours: int, url: str, by: str
) -> str:
    """An invitation that only a hub's present keys open: its database is lost, and they are not.

    The one that it enrolled with would do, but for the keys that this centre has had since.

    Raises:
        UnknownHub: there is no such hub.
        EnrolmentRefused: code invitation_lifetime, hub_retired or key_revoked.
    """
    _check_hours(hours)
    known = get_hub(conn, hub)
    if known.state in {REVOKED, RETIRED}:
        code = "key_revoked" if known.state == REVOKED else "hub_retired"
        raise EnrolmentRefused(f"hub {hub} is {known.state}", code=code)
    return _invite(
        conn,
        centre,
        hub=hub,
        name=known.name,
        hours=hours,
        url=url,
        by=by,
        generation=known.generation,
    )


def invite_again(
    conn: Connection, centre: Centre, hub: HubRow, *, hours: int, url: str, by: str
) -> str:
    """An invitation for a revoked hub to open the log of the next generation.

    Raises:
        EnrolmentRefused: a lifetime beyond the limit (`invitation_lifetime`).
    """
    _check_hours(hours)
    return _invite(
        conn,
        centre,
        hub=hub.hub,
        name=hub.name,
        hours=hours,
        url=url,
        by=by,
        generation=hub.generation + 1,
    )


def open_invitations(conn: Connection, centre: Centre) -> list[Row[Any]]:
    """Invitations (hub, name, expires_at) of hubs that have not enrolled and still can."""
    enrolled = {row.hub for row in hubs.everyone(conn) if row.state != REVOKED}
    usable = invitations.open_ones(conn, centre.clock.now())
    return [invitation for invitation in usable if invitation.hub not in enrolled]


def withdraw_invitation(conn: Connection, centre: Centre, hub: str, *, by: str) -> None:
    """Lets the invitations of a hub that nobody has used end now."""
    now = centre.clock.now()
    invitations.withdraw(conn, hub, now)
    detail = audit.signed(by)
    audit.note(conn, at=now, what="hub.invitation_withdrawn", hub=hub, detail=detail)


def enrol(conn: Connection, centre: Centre, request: EnrolRequest) -> EnrolAnswer:
    """Takes a hub's keys against an invitation; the same request again gets the same answer.

    Raises:
        EnrolmentRefused: code invitation_unknown, invitation_used, invitation_expired, key_in_use,
            key_revoked, hub_retired, or enrolment_refused where possession is not proven.
    """
    invitation = invitations.find(conn, _hash(request.secret))
    if invitation is None or invitation.hub != request.hub:
        raise EnrolmentRefused("no such invitation", code="invitation_unknown")
    generation = invitation.generation
    check_possession(request, authority=centre.authority, generation=generation)
    known = hubs.get(conn, request.hub)
    if known is not None and _is_same(conn, known, request):
        return _enrol_again(centre, known)
    if centre.clock.now() > invitation.expires_at:
        raise EnrolmentRefused("the invitation has expired", code="invitation_expired")
    if hub_keys.owner(conn, (request.log_key, request.witness_key)) is not None:
        raise EnrolmentRefused("this key was used before", code="key_in_use")
    now = centre.clock.now()
    if not _may_open(known, generation) or not invitations.use(conn, _hash(request.secret), now):
        raise EnrolmentRefused("the invitation has been used", code="invitation_used")
    row = _row(centre, request, name=invitation.name, generation=generation)
    if known is not None:
        closed_logs.add(conn, known)
    return _answer(centre, _open_log(conn, centre, row))


def revoke(
    conn: Connection,
    centre: Centre,
    hub: str,
    reason: str,
    *,
    by: str,
    last_good_index: int | None = None,
) -> HubRow:
    """Revokes a hub's key: its log counts up to the last good entry, and the centre takes no more.

    What was decided already stays decided.

    Args:
        conn: an open transaction.
        centre: the centre.
        hub: hub id.
        reason: stands in the national log.
        by: who revokes it; stands in the audit alone, for the decision has no such member.
        last_good_index: of the last entry that counts; None where all that is held does.

    Raises:
        UnknownHub: there is no such hub.
        EnrolmentRefused: the centre holds no entry of that index (`entry_not_held`), or the hub
            was revoked with another one (`key_revoked`).
        TextRefused: the reason looks like personal data.
    """
    refuse_private({"reason": reason})
    row = get_hub(conn, hub)
    if row.state == REVOKED:
        if last_good_index not in {None, row.last_good_index}:
            sentence = f"hub {hub} is revoked already, with entry {row.last_good_index} as its last"
            raise EnrolmentRefused(sentence, code="key_revoked")
        return row
    held = centre.logs.open(conn, row.origin).tree.size
    last_good = max(0, held - 1) if last_good_index is None else last_good_index
    if not 0 <= last_good < max(1, held):
        sentence = f"--last-good {last_good}: the centre holds {held} entries of hub {hub}, from 0"
        raise EnrolmentRefused(sentence, code="entry_not_held")
    hubs.change(conn, hub, state=REVOKED, last_good_index=last_good)
    decision = HubRevoked(
        salt=centre.salt(),
        at=centre.timestamp(),
        hub=hub,
        origin=row.origin,
        last_good_index=last_good,
        reason=reason,
    )
    national.append(conn, centre, [decision])
    detail = audit.signed(by, reason)
    audit.note(conn, at=centre.clock.now(), what="hub.revoked", hub=hub, detail=detail)
    return get_hub(conn, hub)


def get_hub(conn: Connection, hub: str) -> HubRow:
    """The hub of that id.

    Raises:
        UnknownHub: there is none.
    """
    row = hubs.get(conn, hub)
    if row is None:
        raise UnknownHub(f"no hub {hub}")
    return row


def why_stopped(conn: Connection, row: HubRow) -> tuple[datetime, str] | None:
    """When a person suspended, retired or revoked the hub, and why; None of an active one."""
    if row.state == ACTIVE:
        return None
    found = audit.latest(conn, what=f"hub.{row.state}", hub=row.hub)
    return None if found is None else (found[0], audit.said_in(found[1]))


def hub_of_origin(conn: Connection, origin: str) -> HubRow | None:
    """The hub whose change log has that origin."""
    return hubs.of_origin(conn, origin)


def list_hubs(conn: Connection) -> list[HubRow]:
    """All enrolled hubs by id."""
    return hubs.everyone(conn)


def _check_hours(hours: int) -> None:
    if not 1 <= hours <= INVITATION_HOURS_MAX:
        sentence = f"an invitation lives 1 to {INVITATION_HOURS_MAX} hours, not {hours}"
        raise EnrolmentRefused(sentence, code="invitation_lifetime")


def _invite(
    conn: Connection,
    centre: Centre,
    *,
    hub: str,
    name: str,
    hours: int,
    url: str,
    by: str,
    generation: int = FIRST_GENERATION,
) -> str:
    secret, now = centre.entropy.bytes(SECRET_BYTES), centre.clock.now()
    invitations.withdraw(conn, hub, now)
    invitations.add(
        conn,
        secret_hash=_hash(secret),
        hub=hub,
        name=name,
        expires_at=now + timedelta(hours=hours),
        generation=generation,
    )
    audit.note(conn, at=now, what="hub.invited", hub=hub, detail=audit.signed(by, name))
    return format_invitation(
        Invitation(
            url=url,
            authority=centre.authority,
            hub=hub,
            fingerprint=centre.fingerprint,
            secret=secret,
            generation=generation,
        )
    )


def _enrol_again(centre: Centre, hub: HubRow) -> EnrolAnswer:
    """Changes nothing, not even the hub's machine: a captured request can be sent for ever."""
    if hub.state in {REVOKED, RETIRED}:
        raise EnrolmentRefused(f"hub {hub.hub} is {hub.state}", code=REFUSALS[hub.state])
    return _answer(centre, hub)


def _may_open(known: HubRow | None, generation: int) -> bool:
    """A new hub opens its first log; one that was revoked the next, if it was invited to that."""
    if known is None:
        return generation == FIRST_GENERATION
    return known.state == REVOKED and generation == known.generation + 1


def _row(centre: Centre, request: EnrolRequest, *, name: str, generation: int) -> HubRow:
    return HubRow(
        hub=request.hub,
        name=name,
        state=ACTIVE,
        origin=hub_origin(centre.authority, request.hub, generation),
        generation=generation,
        log_key=request.log_key.text,
        witness_key=request.witness_key.text,
        instance=request.instance,
        software=request.software,
        enrolled_at=centre.clock.now(),
        last_seen_at=None,
        last_good_index=None,
        reconciled_size=0,
    )


def _open_log(conn: Connection, centre: Centre, row: HubRow) -> HubRow:
    """Keeps a hub as it enrolled, in place of what it was before its keys were lost."""
    if row.generation == FIRST_GENERATION:
        hubs.add(conn, row)
    else:
        hubs.change(conn, row.hub, **row.model_dump(exclude={"hub"}))
    hub_keys.add(conn, row.hub, row.origin, log=row.log_key, witness=row.witness_key)
    instances.take(conn, centre, row, row.instance)
    decision = HubEnrolled(
        salt=centre.salt(),
        at=centre.timestamp(),
        hub=row.hub,
        name=row.name,
        origin=row.origin,
        generation=row.generation,
        log_key=row.log_key,
        witness_key=row.witness_key,
    )
    national.append(conn, centre, [decision])
    audit.note(conn, at=centre.clock.now(), what="hub.enrolled", hub=row.hub, detail=row.name)
    return row


def _answer(centre: Centre, row: HubRow) -> EnrolAnswer:
    return EnrolAnswer(
        authority=centre.authority,
        hub=row.hub,
        name=row.name,
        generation=row.generation,
        epoch=centre.epoch,
        state=row.state,
        national_key=centre.keys.national.verifier_key,
        mirror_key=centre.keys.mirror.verifier_key,
    )


def _is_same(conn: Connection, row: HubRow, request: EnrolRequest) -> bool:
    """Whether the request proves this hub's own keys, those of an unfinished rotation included."""
    witness = hub_keys.owner(conn, (request.witness_key,))
    return request.log_key.text in {row.log_key, row.former_key} and witness == row.hub


def _hash(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()
