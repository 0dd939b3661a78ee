"""Sizes and indexes of logs as text: plain decimals without sign or leading zero.

One form for checkpoints, mirror messages, proof files and tile paths (C2SP tlog-checkpoint,
tlog-mirror, tlog-proof, tlog-tiles), with one bound, so that no store ever meets a number that it
cannot hold.
"""

import re

from protocol.limits import LOG_SIZE_MAX

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")


def parse_decimal(text: str) -> int | None:
    """The number of entries that `text` says, 0 to `LOG_SIZE_MAX`; None where it says none."""
    if not _DECIMAL.match(text):
        return None
    number = int(text)
    return number if number <= LOG_SIZE_MAX else None
