"""Hub ids: what logs, keys and authors are named by."""

import re

RESERVED_IDS = frozenset({"centre", "hub", "mirror", "national", "witness"})
"""What logs, keys and authors are named after; a hub of such a name would be taken for another."""

_HUB = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")


def is_hub_id(text: str) -> bool:
    """Whether `text` is a hub id: 1 to 63 of a-z, 0-9 and inner hyphens, and not reserved."""
    return bool(_HUB.match(text)) and text not in RESERVED_IDS
