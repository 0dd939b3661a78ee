"""What the programs below the pages said, in the reader's language: sentences that were stored.

They are stored in Indonesian, sometimes with what was particular behind a dash; the code that is
stored beside them has the sentence in both languages.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from hubnode.sync.sentences import sentence_of
from runtime.pages.formats import format_time
from runtime.pages.translating import INDONESIAN
from runtime.unreachable import because

_DASH = " — "
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_TECHNICAL = frozenset(["key_file_refused", "damage_found", "disk_damaged"])
"""Codes behind whose dash stands what a program says of files, in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence for a person, and what only helps whoever looks closer.

    Attributes:
        detail: in the words of the layer below, or "".
    """

    sentence: str
    detail: str = ""


def told(sentence: str, code: str, detail: str, *, language: str, zone: str) -> Told:
    """A stored sentence for a reader.

    Args:
        sentence: Indonesian.
        code: whose sentence it is; "" of one that is not translated.
        detail: what the layer below said.
        language: of the reader.
        zone: of the moments that are named in it.
    """
    general, _, tail = sentence.partition(_DASH)
    is_technical = code in _TECHNICAL
    if language != INDONESIAN and code:
        general = sentence_of(code).en
    shown = general if is_technical or not tail else f"{general}{_DASH}{tail}"
    if code == "unreachable" and (why := because(detail)):
        shown = f"{shown} {why.id if language == INDONESIAN else why.en}"
    return Told(
        sentence=with_moments(shown, language=language, zone=zone),
        detail=tail if is_technical else detail,
    )


def with_moments(sentence: str, *, language: str, zone: str) -> str:
    """A sentence whose moments are written as people in that zone read them."""

    def written(found: re.Match[str]) -> str:
        return format_time(datetime.fromisoformat(found[0]), zone=zone, language=language)

    return _MOMENT.sub(written, sentence)
