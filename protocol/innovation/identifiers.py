"""Identifiers of records: UUIDv7 (RFC 9562, 5.7)."""

import re

UUID_RANDOM_BYTES = 10
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")


def is_uuid7(text: str) -> bool:
    """Whether `text` is a UUIDv7 in its canonical form."""
    return bool(_UUID7.match(text))


def make_uuid7(*, unix_ms: int, random: bytes) -> str:
    """The UUIDv7 of a moment and ten random bytes."""
    if len(random) != UUID_RANDOM_BYTES:
        raise ValueError("a UUIDv7 takes ten random bytes")
    data = bytearray(unix_ms.to_bytes(6, "big") + random)
    data[6] = data[6] & 0x0F | 0x70
    data[8] = data[8] & 0x3F | 0x80
    text = data.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
