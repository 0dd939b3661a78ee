"""Which system is asking: a bearer token (RFC 6750) with the scope that the address asks for.

A token is taken from the header `Authorization` alone: one in an address would stand in the logs
of every proxy on the way.
"""

import logging
from collections.abc import Callable

from aiohttp import hdrs, web
from sqlalchemy import Connection

from central import tokens
from central.api.parts import CENTRE, PRIVATE
from central.centre import Centre
from central.scope import Scope
from central.store import audit
from central.store import tokens as store
from central.store.tokens import TokenRow
from runtime.database import DatabaseError
from runtime.http.problem_responses import Refused

_SCHEME = "bearer"

log = logging.getLogger(__name__)


async def calling_system(request: web.Request, scope: Scope | None = None) -> TokenRow:
    """The token that this request carries.

    Args:
        request: any.
        scope: what it has to be for, or None where every token will do.

    Raises:
        Refused: no token, one that does not count, or one for something else.
    """
    centre = request.app[CENTRE]
    text, now = _token_in(request), centre.clock.now()
    token = await centre.db.read(lambda conn: tokens.holder(conn, text, now=now))
    if token is None:
        raise _refused("token_invalid", 'error="invalid_token"')
    if scope is not None and scope not in tokens.scopes_of(token):
        await _note_refusal(centre, token, scope)
        raise _refused("scope_missing", f'error="insufficient_scope", scope="{scope}"')
    await _note_used(centre, token)
    return token


def only_for_it(response: web.Response) -> web.Response:
    """The same answer, which nobody on the way may keep for others."""
    response.headers[hdrs.CACHE_CONTROL] = PRIVATE
    response.headers[hdrs.VARY] = hdrs.AUTHORIZATION
    return response


def _token_in(request: web.Request) -> str:
    given = request.headers.getall(hdrs.AUTHORIZATION, [])
    if not given:
        raise _refused("token_missing")
    scheme, _, text = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != _SCHEME:
        raise _refused("token_invalid", 'error="invalid_request"')
    return text.strip()


def _refused(code: str, said: str = "") -> Refused:
    """RFC 6750, 3: without a token no error is named."""
    challenge = 'Bearer realm="jipp"' + (f", {said}" if said else "")
    return Refused(code, headers={hdrs.WWW_AUTHENTICATE: challenge})


async def _note_refusal(centre: Centre, token: TokenRow, scope: Scope) -> None:
    detail, now = f"{token.id} {token.name}: {scope}", centre.clock.now()
    await _best_effort(
        centre,
        lambda conn: audit.note(conn, at=now, what="token.refused", hub=None, detail=detail),
    )


async def _note_used(centre: Centre, token: TokenRow) -> None:
    now = centre.clock.now()
    if tokens.is_use_news(token, now=now):
        await _best_effort(centre, lambda conn: store.change(conn, token.id, last_used_at=now))


async def _best_effort(centre: Centre, work: Callable[[Connection], None]) -> None:
    """Who only reads is answered also where nothing can be written any more."""
    try:
        await centre.db.run(work)
    except DatabaseError as error:
        log.warning("token_use_not_kept", extra={"reason": str(error)})
