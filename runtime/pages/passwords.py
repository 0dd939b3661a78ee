"""Passwords at rest: Argon2id with the parameters of RFC 9106, section 4 (second choice).

Hashing takes a tenth of a second and 64 MiB by design, so it runs in a worker thread, and a service
checks few at a time (`runtime.pages.pace.LoginPace.check`).
"""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

LENGTH_MIN = 12
LENGTH_MAX = 200

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
NOBODY = f"$argon2id$v=19$m=65536,t=3,p=4${'A' * 22}${'A' * 43}"
"""Checked where there is no account, so that an answer takes as long as where there is one.

Nobody's password has this hash; it is written here because hashing at the start costs 64 MiB.
"""


def is_acceptable(password: str) -> bool:
    """Whether people may choose it: long enough, and not one character again and again."""
    return LENGTH_MIN <= len(password) <= LENGTH_MAX and len(set(password)) > LENGTH_MIN // 3


def hash_password(password: str) -> str:
    """An encoded Argon2id hash with a fresh salt."""
    return _HASHER.hash(password)


def is_password(encoded: str, password: str) -> bool:
    """Whether this is the password behind the hash; a damaged hash is nobody's."""
    try:
        return _HASHER.verify(encoded, password[:LENGTH_MAX])
    except (Argon2Error, InvalidHashError):
        return False
