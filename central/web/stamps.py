"""What somebody had on screen, as a short text that a form carries back.

A form whose stamp differs from that of what is there now was filled in over an old page: another
tab, another person, or a hub was faster. Nothing of it is kept (`Visit.require_seen`).
"""

import hashlib

from protocol.canonical import Json, canonicalise

STAMP_CHARS = 16


def stamp_of(*shown: Json) -> str:
    """The stamp of what a page shows: every value on which a decision there rests."""
    return hashlib.sha256(canonicalise(list(shown))).hexdigest()[:STAMP_CHARS]
