"""One alert as it is sent, for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.canonical import Json

FORMAT = 1
"""Of the JSON; a member that is added does not change it."""

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
