"""Which hub is asking: RFC 9421 against the log keys of the registry. Who asks is heard of."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from sqlalchemy import Connection

from central import presence, registry
from central.api.parts import CENTRE
from central.centre import Centre
from central.store import closed_logs
from central.store.hubs import ACTIVE, REFUSALS, HubRow
from protocol.keys import VerifierKey, parse_verifier_key
from runtime.database import DatabaseError
from runtime.http.body import read_body
from runtime.http.identity import ClaimedIdentity, key_id_of, read_identity, verify_request
from runtime.http.problem_responses import Refused

SIGNED_BODY_BYTES_MAX = 16_384

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who signed a request.

    Attributes:
        hub: as the registry has it.
        key: with which.
        body: what was signed with the request.
    """

    hub: HubRow
    key: VerifierKey
    body: bytes


async def verified_caller(request: web.Request) -> Caller:
    """The hub that signed this request; nothing is written down.

    Raises:
        Refused: not signed, not by an enrolled hub, for another authority, or too old.
    """
    if "Content-Encoding" in request.headers:
        raise Refused("body_encoding_unknown", detail="A signed body is sent as it is.")
    headers = _single_headers(request)
    claim = read_identity(headers)
    body = await read_body(request, limit_bytes=SIGNED_BODY_BYTES_MAX)
    hub = await _claimed_hub(request, claim)
    centre = request.app[CENTRE]
    key = _claimed_key(hub, claim)
    verify_request(
        claim,
        key=key,
        method=request.method,
        target=request.raw_path,
        headers=headers,
        authority=centre.authority,
        now=centre.clock.now(),
        body=body,
    )
    return Caller(hub=hub, key=key, body=body)


async def calling_hub(request: web.Request) -> tuple[HubRow, bytes]:
    """The hub that signed this request, and the body that it signed.

    Raises:
        Refused: as `verified_caller`.
    """
    centre, caller = request.app[CENTRE], await verified_caller(request)
    if news := news_of(centre, caller):
        await keep_if_possible(centre, caller.hub, news)
    return caller.hub, caller.body


async def active_hub(request: web.Request) -> tuple[HubRow, bytes]:
    """As `calling_hub`, for what only a hub that takes part may reach.

    Raises:
        Refused: as there, or the hub is suspended or retired, or its key is revoked.
    """
    hub, body = await calling_hub(request)
    if hub.state != ACTIVE:
        raise Refused(REFUSALS[hub.state])
    return hub, body


def news_of(centre: Centre, caller: Caller) -> Callable[[Connection], None] | None:
    """Writes down that the hub was heard of; None where that is known."""
    hub = caller.hub
    is_over = hub.former_key is not None and caller.key.text == hub.log_key
    if not is_over and not presence.is_news(centre, hub):
        return None
    return lambda conn: presence.note_seen(conn, centre, hub, is_over=is_over)


async def keep_if_possible(
    centre: Centre, hub: HubRow, work: Callable[[Connection], T]
) -> T | None:
    """Best effort: who only reads is answered also where nothing can be written any more."""
    try:
        return await centre.db.run(work)
    except DatabaseError as error:
        log.warning("caller_not_kept", extra={"hub": hub.hub, "reason": str(error)})
        return None


def _claimed_key(hub: HubRow, claim: ClaimedIdentity) -> VerifierKey:
    """The hub's key, or during a hand-over the former one where the claim names that."""
    former = parse_verifier_key(hub.former_key) if hub.former_key else None
    if former is not None and claim.key_id == key_id_of(former):
        return former
    return parse_verifier_key(hub.log_key)


async def _claimed_hub(request: web.Request, claim: ClaimedIdentity) -> HubRow:
    origin, _, _ = claim.key_id.rpartition("+")
    hub = await request.app[CENTRE].db.read(lambda conn: registry.hub_of_origin(conn, origin))
    if hub is None:
        is_closed = await request.app[CENTRE].db.read(
            lambda conn: closed_logs.is_closed(conn, origin)
        )
        raise Refused("key_revoked" if is_closed else "request_signature_refused")
    return hub


def _single_headers(request: web.Request) -> dict[str, str]:
    """Headers by lower-case name; one that came twice is left out, so that it cannot be signed."""
    names = [name.lower() for name in request.headers]
    return {
        name.lower(): value
        for name, value in request.headers.items()
        if names.count(name.lower()) == 1
    }
