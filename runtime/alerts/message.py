"""One alert as it is sent, for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.canonical import Json

FORMAT = 1
"""Of the JSON; a member that is added does not change it."""

ENGLISH_BEGINS = "\n\n--- English ---\n\n"
"""Between the two languages of a text."""

PROBLEM, RESOLVED, TEST = "problem", "resolved", "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. No personal data, nor anything that a person typed.

    Attributes:
        event: `problem`, `resolved` or `test`.
        subject: one line, in Indonesian.
        text: plain text, in Indonesian and then in English.
        body: the same as the JSON of the webhook.
    """

    event: str
    subject: str
    text: str
    body: Mapping[str, Json]


def in_both(indonesian: str, english: str) -> str:
    """The text of a message."""
    return f"{indonesian}{ENGLISH_BEGINS}{english}"


def in_indonesian(message: Message, *, characters_max: int) -> str:
    """The first half of a text, for channels that take little; whole lines of it."""
    text = message.text.partition(ENGLISH_BEGINS)[0]
    if len(text) <= characters_max:
        return text
    return f"{text[: characters_max - 2].rpartition(chr(10))[0]}\n…"
