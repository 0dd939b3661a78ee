"""Tokens for systems (RFC 6750): made and shown once, kept as a hash, revoked by a person.

A token's text is `jipp_`, 256 random bits in base32, and a checksum, so that a scanner for leaked
secrets finds one by its form and a mistyped one is refused without asking the database. It is
looked up by its SHA-256: what the time of an index look-up says of a hash says nothing of the text.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central.casework.person import Person
from central.centre import Centre
from central.public_text import refuse_private
from central.scope import Scope
from central.store import audit
from central.store import tokens as store
from central.store.tokens import TokenRow
from central.webhooks import subscribing
from protocol.errors import ProtocolError
from protocol.innovation.signs import is_one_line

PREFIX = "jipp_"
SECRET_BYTES = 32
CHECKSUM_CHARACTERS = 6
ID_BYTES = 4
NAME_CHARACTERS_MAX = 100
DAYS_MAX = 366

SEEN_EVERY = timedelta(minutes=5)
"""The last use is written at most this often: reading a page writes nothing."""

_FORM = re.compile(r"jipp_[a-z2-7]{52}[a-z2-7]{6}")


class TokenRefused(ProtocolError):
    """A token that cannot be made, or that there is not."""

    default_code = "token_malformed"


def create(
    conn: Connection,
    centre: Centre,
    *,
    name: str,
    scopes: Collection[Scope],
    days: int,
    person: Person,
) -> tuple[TokenRow, str]:
    """Makes a token.

    Args:
        conn: an open transaction.
        centre: whose token it is.
        name: of the system that will use it.
        scopes: what it is for; at least one.
        days: how long it counts, 1 to `DAYS_MAX`.
        person: who makes it.

    Returns:
        The row, and the text, which is nowhere kept.

    Raises:
        TokenRefused: the name, the scopes or the days have a form that no token has.
        TextRefused: the name or the account looks like personal data.
    """
    _check(name, scopes, days)
    refuse_private({"name": name, "by": person.by})
    text = format_token(centre.entropy.bytes(SECRET_BYTES))
    now = centre.clock.now()
    row = TokenRow(
        id=centre.entropy.bytes(ID_BYTES).hex(),
        secret_hash=_hash(text),
        name=name,
        scopes=" ".join(sorted(set(scopes))),
        agency=person.agency,
        by=person.by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    store.add(conn, row)
    detail = f"{row.id} {name}: {row.scopes}, by {person.agency}/{person.by}"
    audit.note(conn, at=now, what="token.created", hub=None, detail=detail)
    return row, text


def revoke(conn: Connection, centre: Centre, token: str, person: Person) -> TokenRow:
    """Lets a token count no more, nor the webhooks that it added; one revoked before stays so.

    Raises:
        TokenRefused: there is no such token (`token_unknown`).
    """
    row = store.get(conn, token)
    if row is None:
        raise TokenRefused("there is no such token", code="token_unknown")
    if row.revoked_at is None:
        now = centre.clock.now()
        store.change(conn, token, revoked_at=now)
        subscribing.disable_of_token(conn, centre, token)
        detail = f"{row.id} {row.name}, by {person.agency}/{person.by}"
        audit.note(conn, at=now, what="token.revoked", hub=None, detail=detail)
    return row


def holder(conn: Connection, text: str, *, now: datetime) -> TokenRow | None:
    """The token of that text, if it counts now."""
    if not is_well_formed(text):
        return None
    row = store.of_hash(conn, _hash(text))
    if row is None or not hmac.compare_digest(row.secret_hash, _hash(text)):
        return None
    return row if state_of(row, now=now) == "active" else None


def state_of(row: TokenRow, *, now: datetime) -> str:
    """`active`, `expired` or `revoked`."""
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if now >= row.expires_at else "active"


def scopes_of(row: TokenRow) -> frozenset[Scope]:
    """What a token is for."""
    return frozenset(map(Scope, row.scopes.split()))


def is_use_news(row: TokenRow, *, now: datetime) -> bool:
    """Whether this use of a token is worth writing down."""
    return row.last_used_at is None or abs(now - row.last_used_at) > SEEN_EVERY


def format_token(secret: bytes) -> str:
    """A token's text.

    Args:
        secret: 32 random bytes.
    """
    body = PREFIX + _base32(secret)
    return body + _checksum(body)


def is_well_formed(text: str) -> bool:
    """Whether a text has the form and the checksum of a token."""
    if not _FORM.fullmatch(text):
        return False
    body, checksum = text[:-CHECKSUM_CHARACTERS], text[-CHECKSUM_CHARACTERS:]
    return hmac.compare_digest(_checksum(body), checksum)


def _check(name: str, scopes: Collection[Scope], days: int) -> None:
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX or not is_one_line(name):
        sentence = f"the name is one line of at most {NAME_CHARACTERS_MAX} characters"
        raise TokenRefused(sentence, pointer="/name")
    if not scopes:
        raise TokenRefused("a token is for something: name a scope", pointer="/scopes")
    if not 1 <= days <= DAYS_MAX:
        raise TokenRefused(f"a token lives 1 to {DAYS_MAX} days", pointer="/days")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _checksum(body: str) -> str:
    return _base32(hashlib.sha256(body.encode()).digest())[:CHECKSUM_CHARACTERS]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
