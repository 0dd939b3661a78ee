"""Time-based one-time passwords (RFC 6238 over RFC 4226): what an authenticator on a phone shows.

SHA-1, six digits and thirty seconds, because every authenticator knows these and some no others.
Nothing is kept here; whoever keeps a secret seals it, and remembers the last step that was used.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECRET_BYTES = 20
"""RFC 4226, 4: the length of SHA-1's output."""

PERIOD_S = 30
DIGITS = 6
DRIFT_STEPS = 1
"""RFC 6238, 5.2: a phone whose clock is a step off is understood."""

RECOVERY_BYTES = 10
RECOVERY_COUNT = 10


def step_of(moment: datetime) -> int:
    """The step of thirty seconds in which a moment lies, counted from 1970."""
    return int(moment.timestamp()) // PERIOD_S


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step."""
    generator = HOTP(secret, DIGITS, SHA1())  # noqa: S303 - HMAC with it is sound, and it is the RFC's
    return generator.generate(step).decode()


def accepted_step(secret: bytes, code: str, *, now: datetime, used: int | None) -> int | None:
    """The step whose code this is, or None.

    Args:
        secret: of the account.
        code: as somebody typed it; blanks in it count for nothing.
        now: by the service's clock.
        used: the last step that was accepted; a code counts once (RFC 6238, 5.2).
    """
    typed, here = "".join(code.split()), step_of(now)
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        is_right = hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
        if is_right and (used is None or step > used):
            return step
    return None


def in_letters(secret: bytes) -> str:
    """The secret in base32, in groups of four: for whoever types it into a phone."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """The address in the code that a phone reads (Key URI Format of Google Authenticator)."""
    label = quote(f"{issuer}:{account}", safe=":")
    asked = {"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": issuer}
    return f"otpauth://totp/{label}?{urlencode(asked)}"


def recovery_code(random: bytes) -> str:
    """A code for whoever has lost the phone: 80 bits in four groups of letters and digits."""
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))
