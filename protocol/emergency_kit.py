"""The emergency kit: a hub's two private keys as text that is printed and typed back in.

After `JIPP-KUNCI-1` come base32 (RFC 4648, section 6) in groups of four: the seeds of the log key
and of the witness key, 32 bytes each, and the first four bytes of the SHA-256 of both against
typing errors. Base32 has no 0, 1, 8 or 9, so what looks like one of them is read as O, L, B or G.
"""

import base64
import hashlib
from dataclasses import dataclass, field

from protocol.errors import KitRefused
from protocol.keys import SEED_BYTES

PREFIX = "JIPP-KUNCI-1"
GROUP = 4
CHECKSUM_BYTES = 4
TEXT_LENGTH_MAX = 1_000
_LOOK_ALIKES = str.maketrans("0189", "OLBG")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyKit:
    """The seeds of both keys, 32 bytes each."""

    log: bytes = field(repr=False)
    witness: bytes = field(repr=False)


def format_kit(kit: EmergencyKit) -> str:
    """The kit as one line: the prefix, then groups of four letters and digits."""
    seeds = kit.log + kit.witness
    letters = base64.b32encode(seeds + _checksum(seeds)).decode().rstrip("=")
    groups = (letters[at : at + GROUP] for at in range(0, len(letters), GROUP))
    return " ".join((PREFIX, *groups))


def parse_kit(text: str) -> EmergencyKit:
    """The kit that somebody typed; white space, hyphens and lower case do not matter.

    Raises:
        KitRefused: mistyped, cut, or of another version.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise KitRefused("longer than any kit")
    compact = "".join(text.upper().replace("-", "").split())
    prefix = PREFIX.replace("-", "")
    if not compact.startswith(prefix):
        raise KitRefused(f"a kit begins with {PREFIX}")
    data = _decode(compact.removeprefix(prefix).translate(_LOOK_ALIKES))
    seeds, checksum = data[: 2 * SEED_BYTES], data[2 * SEED_BYTES :]
    if checksum != _checksum(seeds):
        raise KitRefused("a letter is wrong or missing: compare it with the paper, group by group")
    return EmergencyKit(log=seeds[:SEED_BYTES], witness=seeds[SEED_BYTES:])


def _decode(letters: str) -> bytes:
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:  # binascii.Error, or a letter beyond ASCII
        raise KitRefused("a letter that does not belong there, or one is missing") from error


def _checksum(seeds: bytes) -> bytes:
    return hashlib.sha256(seeds).digest()[:CHECKSUM_BYTES]
