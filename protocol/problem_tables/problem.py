"""One kind of refusal, as a row of the tables beside."""

from dataclasses import dataclass
from typing import Literal

Retry = Literal["now", "after", "after_fix", "operator", "never"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of refusal.

    Attributes:
        code: stable identifier.
        status: HTTP status.
        retry: when the same request may succeed: at once, after a while, after the sender mended
            it, after an operator acted, or never.
        id: the sentence in Indonesian.
        en: the sentence in English.
    """

    code: str
    status: int
    retry: Retry
    id: str
    en: str
