"""What people of the centre write into the national log, which everybody reads and nothing forgets.

Texts that look like personal data are refused before they are written.
"""

from collections.abc import Mapping

from protocol.canonical import Json
from protocol.errors import ProtocolError
from protocol.innovation.privacy import scan


class TextRefused(ProtocolError):
    """A text that looks like personal data; the message masks it."""

    default_code = "privacy_finding"


def refuse_private(texts: Mapping[str, Json]) -> None:
    """Looks through texts by the names under which a refusal speaks of them.

    Raises:
        TextRefused: one looks like personal data.
    """
    for found in scan(texts):
        sentence = f"{found.pointer}: looks like personal data ({found.kind}): {found.excerpt}"
        raise TextRefused(sentence, pointer=found.pointer)
