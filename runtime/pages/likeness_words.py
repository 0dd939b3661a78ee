"""In what a held record is like another, in the reader's language (`protocol.look_alikes`).

The national log has one Indonesian sentence with the other's id and hub, and nothing else says what
they share; so the sentence is read again. What a centre with other sentences wrote stays as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from runtime.pages.translating import Say, msg

_SENTENCE = re.compile(
    r"Sama dengan inovasi (?P<record>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r" milik hub (?P<hub>[^\s:]+): (?P<shared>.+)\."
)
_WHOLE = msg("Sama dengan inovasi %(record)s milik hub %(hub)s: %(shared)s.")

_SHARED: Mapping[str, tuple[re.Pattern[str], str]] = {
    "same_text": (re.compile(r"judul, dan (\d+ %) uraian"), msg("judul, dan %(part)s uraian")),
    "same_number": (re.compile(r"nomor luar (.+)"), msg("nomor luar %(part)s")),
}
"""By code of a likeness: what is shared as the log says it, and as a reader is told."""

LIKENESSES = frozenset(_SHARED)
"""Codes of findings that name another record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A likeness.

    Attributes:
        record, hub: id and owner of the other record.
        shared: in what the two are alike, in the reader's words.
    """

    record: str
    hub: str
    shared: str


def told_likeness(say: Say, code: str, message: str) -> Told | None:
    """What a finding says of another record; None where it is no likeness that is known here.

    Args:
        say: turns Indonesian words into the reader's.
        code: of the finding.
        message: its sentence in the national log.
    """
    found = _SENTENCE.fullmatch(message)
    if code not in _SHARED or found is None:
        return None
    pattern, words = _SHARED[code]
    shared = pattern.fullmatch(found["shared"])
    said = say(words) % {"part": shared[1]} if shared else found["shared"]
    return Told(record=found["record"], hub=found["hub"], shared=said)


def likeness_sentence(say: Say, told: Told) -> str:
    """The same as a sentence."""
    return say(_WHOLE) % {"record": told.record, "hub": told.hub, "shared": told.shared}
