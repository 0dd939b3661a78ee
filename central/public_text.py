"""What people of the centre write into the national log, which everybody reads and nothing forgets.

Texts that look like personal data are refused before they are written, and what is to be one line
and holds a line break or signs that nobody sees.
"""

from collections.abc import Mapping

from protocol.canonical import Json
from protocol.errors import ProtocolError
from protocol.innovation.privacy import scan
from protocol.innovation.signs import is_one_line

LINES = ("by", "reason", "title")
"""Texts of one line, by name; what a record holds, its schema judges."""


class TextRefused(ProtocolError):
    """A text that looks like personal data, which the message masks, or is no line of text."""

    default_code = "privacy_finding"


def refuse_private(texts: Mapping[str, Json]) -> None:
    """Looks through texts by the names under which a refusal speaks of them.

    Raises:
        TextRefused: one looks like personal data; or one of `LINES` is none (`bad_format`).
    """
    for name in LINES:
        if not is_one_line(str(texts.get(name, ""))):
            sentence = f"/{name}: write one line, without tabs and invisible control characters"
            raise TextRefused(sentence, code="bad_format", pointer=f"/{name}")
    for found in scan(texts):
        sentence = f"{found.pointer}: looks like personal data ({found.kind}): {found.excerpt}"
        raise TextRefused(sentence, pointer=found.pointer)
