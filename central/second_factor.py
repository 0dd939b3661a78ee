"""The second factor of accounts: made, confirmed, asked for, given up.

Secrets are sealed at rest with a key that only the key file can derive, so that a stolen database
or backup of it gives nobody a code (ASVS 5.0, 13.3: secrets at rest).
"""

import io
from dataclasses import replace
from datetime import timedelta

import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from central.centre import Centre
from central.store import accounts, audit
from central.store.accounts import Member
from runtime import second_factor as totp

PENDING_LIFETIME = timedelta(minutes=10)
"""How long a fresh secret waits for its first code. It is shown without the password meanwhile, so
no longer than somebody needs to fetch a phone, and to the session alone that gave the password."""

_NONCE_BYTES = 12
_KEY_BYTES = 32
_PURPOSE = b"jipp/second-factor/v1"


def begin(conn: Connection, centre: Centre, account: str, *, session: str) -> None:
    """A fresh secret, which counts in place of the one before once it is confirmed.

    Args:
        conn: an open transaction.
        centre: whose account it is.
        account: its name.
        session: id of the session that asks, after its holder gave the password.
    """
    secret = centre.entropy.bytes(totp.SECRET_BYTES)
    asked = replace(
        _member(conn, account),
        pending=_seal(centre, account, secret),
        pending_at=centre.clock.now(),
        pending_session=session,
    )
    accounts.keep_member(conn, asked)


def pending(conn: Connection, centre: Centre, account: str, *, session: str) -> bytes | None:
    """The secret that this session began and that waits for its first code; None where none does.

    One that nobody confirmed in `PENDING_LIFETIME` is none any more.
    """
    member, now = _member(conn, account), centre.clock.now()
    if member.pending_at is None or member.pending_session != session:
        return None
    if abs(now - member.pending_at) > PENDING_LIFETIME:
        return None
    return _open(centre, account, member.pending)


def confirm(
    conn: Connection, centre: Centre, account: str, code: str, *, session: str
) -> list[str]:
    """Lets the secret that this session began count from now on, where the code is right.

    Returns:
        Ten recovery codes, which nobody can read again; none where the code is wrong, or no
        secret waits for one (`pending`).
    """
    member, now = _member(conn, account), centre.clock.now()
    secret = pending(conn, centre, account, session=session)
    step = secret and totp.accepted_step(secret, code, now=now, used=None)
    if not step:
        return []
    kept = Member(account=account, agency=member.agency, secret=member.pending, used_step=step)
    accounts.keep_member(conn, kept)
    codes = [
        totp.recovery_code(centre.entropy.bytes(totp.RECOVERY_BYTES))
        for _ in range(totp.RECOVERY_COUNT)
    ]
    accounts.replace_recovery_codes(conn, account, codes)
    _note(conn, centre, "second_factor.set", account)
    return codes


def is_right(conn: Connection, centre: Centre, account: str, code: str) -> bool:
    """Whether a code of the second factor, or a recovery code; either counts once."""
    member = _member(conn, account)
    if not member.has_second_factor:
        return False
    secret, now = _open(centre, account, member.secret), centre.clock.now()
    step = secret and totp.accepted_step(secret, code, now=now, used=member.used_step)
    if step:
        return accounts.use_step(conn, account, step)
    if accounts.use_recovery_code(conn, account, code):
        _note(conn, centre, "second_factor.recovery_code", account)
        return True
    _note(conn, centre, "second_factor.refused", account)
    return False


def give_up(conn: Connection, centre: Centre, account: str, *, by: str) -> None:
    """Takes the second factor away, for whoever has lost the phone and the recovery codes."""
    member = _member(conn, account)
    accounts.keep_member(conn, Member(account=account, agency=member.agency))
    accounts.replace_recovery_codes(conn, account, [])
    accounts.end_halves(conn, account)
    audit.note(
        conn,
        at=centre.clock.now(),
        what="second_factor.given_up",
        hub=None,
        detail=f"{account} by {by}",
    )


def picture(address: str) -> str:
    """The address as a code that a phone reads: SVG without a document's head."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, scale=5, border=4, light="#fff", dark="#000"
    )
    return out.getvalue().decode()


def _member(conn: Connection, account: str) -> Member:
    found = accounts.member(conn, account)
    if found is None:
        raise LookupError(account)
    return found


def _key(centre: Centre) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return AESGCM(derived.derive(centre.keys.mirror.seed))


def _seal(centre: Centre, account: str, secret: bytes) -> bytes:
    nonce = centre.entropy.bytes(_NONCE_BYTES)
    return nonce + _key(centre).encrypt(nonce, secret, account.encode())


def _open(centre: Centre, account: str, sealed: bytes | None) -> bytes | None:
    """The secret; None where there is none, or another key file sealed it."""
    if sealed is None:
        return None
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _key(centre).decrypt(nonce, rest, account.encode())
    except InvalidTag:
        return None


def _note(conn: Connection, centre: Centre, what: str, account: str) -> None:
    audit.note(conn, at=centre.clock.now(), what=what, hub=None, detail=account)
