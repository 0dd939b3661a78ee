"""What somebody had on screen, as a short text that a form carries back.

A form whose stamp differs from that of what is there now was filled in over an old page: another
tab, another person, or a hub was faster. Nothing of it is kept (`Visit.require_seen`).

The stamps are compared within the transaction that writes. A decision covers every value that is
there when it is written; between an earlier look and that moment a hub may have sent another one,
which nobody would have seen.
"""

import hashlib

from protocol.canonical import Json, canonicalise
from runtime.http.problem_responses import Refused
from runtime.pages.translating import msg

STAMP_CHARS = 16
CHANGED = msg("Sementara halaman ini terbuka, keadaannya berubah. Tinjau lagi, lalu putuskan.")


class SeenIsOld(Refused):
    """A form of a page that showed something else than what is there now."""

    def __init__(self) -> None:
        super().__init__("seen_is_old")


def stamp_of(*shown: Json) -> str:
    """The stamp of what a page shows: every value on which a decision there rests."""
    return hashlib.sha256(canonicalise(list(shown))).hexdigest()[:STAMP_CHARS]
