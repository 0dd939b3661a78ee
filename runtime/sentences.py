"""What is said to people, in both languages at once: where the reader is not known yet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in Indonesian and English."""

    id: str
    en: str
