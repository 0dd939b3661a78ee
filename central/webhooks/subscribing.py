"""Webhooks are added, disabled, enabled and removed: by a person, or by a system with its token."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection

from central.casework.person import Person
from central.centre import Centre
from central.scope import Scope
from central.store import announced, audit, deliveries, tokens
from central.store import webhooks as store
from central.store.webhooks import ACTIVE, DISABLED, WebhookRow
from central.webhooks.addresses import WebhookRefused, check_url
from central.webhooks.events import SCOPE_OF
from runtime.http.public_addresses import Reachable

ID_BYTES = 4

TOKEN_REVOKED, TOKEN_EXPIRED = "token_revoked", "token_expired"
RECEIVER_GONE = "receiver_gone"
NO_SUCCESS, TOO_FAR_BEHIND = "no_success", "too_far_behind"
"""Why a webhook was disabled."""

WEBHOOKS_MAX = 200
OF_A_TOKEN_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """On whose behalf something is done to a webhook.

    Attributes:
        person: the person; of a token, whoever made it.
        token: id of the token, or None where the person acts himself.
        scopes: what the token is for; a person may ask for every type of event.
    """

    person: Person
    token: str | None = None
    scopes: Collection[Scope] = tuple(Scope)

    @property
    def name(self) -> str:
        """As audit rows name it."""
        said = f"{self.person.agency}/{self.person.by}"
        return f"{said}, token {self.token}" if self.token else said


def add(
    conn: Connection,
    centre: Centre,
    *,
    url: str,
    events: Collection[str],
    owner: Owner,
    reachable: Reachable,
) -> WebhookRow:
    """Adds a webhook; it is told of what happens from now on.

    Raises:
        WebhookRefused: the address or the types are not possible, a token is not for one of them
            (`scope_missing`), or there are too many (`webhooks_too_many`).
    """
    check_url(url, reachable)
    _check_events(events, owner)
    _check_count(conn, owner)
    _begin_following(conn, centre)
    now = centre.clock.now()
    row = WebhookRow(
        id=centre.entropy.bytes(ID_BYTES).hex(),
        url=url,
        events=" ".join(it for it in SCOPE_OF if it in events),
        token=owner.token,
        agency=owner.person.agency,
        by=owner.person.by,
        created_at=now,
        next_at=now,
    )
    store.add(conn, row)
    note_act(conn, centre, "webhook.added", row, owner.name)
    return row


def get(conn: Connection, webhook: str, *, token: str | None = None) -> WebhookRow:
    """The webhook of that id; with `token` only where that one made it.

    Raises:
        WebhookRefused: there is none (`webhook_unknown`); of another's, nobody is told more.
    """
    row = store.get(conn, webhook)
    if row is None or (token is not None and row.token != token):
        raise WebhookRefused("there is no such webhook", code="webhook_unknown")
    return row


def remove(conn: Connection, centre: Centre, row: WebhookRow, owner: Owner) -> None:
    """Removes a webhook with its deliveries; the audit says that there was one."""
    deliveries.forget_of(conn, row.id)
    store.remove(conn, row.id)
    note_act(conn, centre, "webhook.removed", row, owner.name)


def disable(conn: Connection, centre: Centre, row: WebhookRow, *, reason: str) -> None:
    """Posts to a webhook no more until somebody enables it; says why."""
    store.change(conn, row.id, state=DISABLED, reason=reason)
    detail = f"{row.id} {_host(row)}: {reason}"
    audit.note(conn, at=centre.clock.now(), what="webhook.disabled", hub=None, detail=detail)


def enable(conn: Connection, centre: Centre, row: WebhookRow, owner: Owner) -> None:
    """Posts to it again: what still waits, and what happens from now on; not what was between.

    Raises:
        WebhookRefused: the token that added it counts no more (`webhook_token_over`).
    """
    check_token(conn, centre, row)
    if row.state == ACTIVE:
        return
    _begin_following(conn, centre)
    fresh = {"failure_count": 0, "failing_since": None, "next_at": centre.clock.now()}
    store.change(conn, row.id, state=ACTIVE, reason="", **fresh)
    note_act(conn, centre, "webhook.enabled", row, owner.name)


def disable_of_token(conn: Connection, centre: Centre, token: str) -> None:
    """Stops what a token has added, because it was revoked."""
    for row in store.everyone(conn, token=token):
        if row.state == ACTIVE:
            disable(conn, centre, row, reason=TOKEN_REVOKED)


def disable_outlived(conn: Connection, centre: Centre) -> None:
    """Stops what tokens have added that count no more, and says of each why."""
    for row in store.outlived(conn, now=centre.clock.now()):
        token = tokens.get(conn, row.token or "")
        is_revoked = token is not None and token.revoked_at is not None
        disable(conn, centre, row, reason=TOKEN_REVOKED if is_revoked else TOKEN_EXPIRED)


def check_token(conn: Connection, centre: Centre, row: WebhookRow) -> None:
    """Refuses a webhook that would outlive the token which allowed it.

    Raises:
        WebhookRefused: that token has expired, or was revoked (`webhook_token_over`).
    """
    if not store.is_allowed(conn, row.id, now=centre.clock.now()):
        raise WebhookRefused(f"token {row.token} counts no more", code="webhook_token_over")


def _check_events(events: Collection[str], owner: Owner) -> None:
    unknown = sorted(set(events) - SCOPE_OF.keys())
    if unknown or not events:
        sentence = f"events takes one or more of {', '.join(SCOPE_OF)}"
        raise WebhookRefused(sentence, pointer="/events")
    for event in events:
        scope = SCOPE_OF[event]
        if scope is not None and scope not in owner.scopes:
            sentence = f"{event} needs a token for {scope}"
            raise WebhookRefused(sentence, code="scope_missing", pointer="/events")


def _check_count(conn: Connection, owner: Owner) -> None:
    own = len(store.everyone(conn, token=owner.token)) if owner.token else 0
    if own >= OF_A_TOKEN_MAX or store.count_before_adding(conn) >= WEBHOOKS_MAX:
        sentence = f"a token has {OF_A_TOKEN_MAX} webhooks at most, and the centre {WEBHOOKS_MAX}"
        raise WebhookRefused(sentence, code="webhooks_too_many")


def _begin_following(conn: Connection, centre: Centre) -> None:
    """Where nobody was told anything until now, all that there is counts as told."""
    if not store.active(conn, now=centre.clock.now()):
        size = centre.logs.open(conn, centre.national_origin).tree.size
        announced.begin(conn, centre.national_origin, size)


def note_act(conn: Connection, centre: Centre, what: str, row: WebhookRow, by: str) -> None:
    """Writes down who has done something to a webhook."""
    detail = f"{row.id} {_host(row)}, by {by}"
    audit.note(conn, at=centre.clock.now(), what=what, hub=None, detail=detail)


def _host(row: WebhookRow) -> str:
    """What of an address stands in the audit: its path may be a secret of the receiver."""
    return urlsplit(row.url).netloc
