"""Differences between two texts, word by word: what a reader has to look at, and nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]

WORDS_MAX = 6_000
"""Texts of more words are shown one after the other: comparing them would take seconds."""

_PARTS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words.

    Attributes:
        kind: whether both texts have it, or only the later one, or only the earlier one.
        text: with the blanks in and around it.
    """

    kind: Kind
    text: str


def word_differences(before: str, after: str) -> tuple[Part, ...]:
    """What became of `before` on its way to `after`, in reading order; empty where both are empty.

    The parts that are not added make `before` again, and those that are not removed make `after`.
    """
    old, new = _PARTS.findall(before), _PARTS.findall(after)
    if len(old) + len(new) > WORDS_MAX and before != after:
        return tuple(_parts(before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Part] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            found.append(Part("same", "".join(old[old_from:old_to])))
        else:
            found += _parts("".join(old[old_from:old_to]), "".join(new[new_from:new_to]))
    return tuple(_with_blanks_joined(found))


def _parts(removed: str, added: str) -> Iterator[Part]:
    if removed:
        yield Part("removed", removed)
    if added:
        yield Part("added", added)


def _with_blanks_joined(parts: Sequence[Part]) -> Iterator[Part]:
    """Parts in which changes that only blanks divide are one change: two words, not two spots."""
    removed = added = ""
    for place, part in enumerate(parts):
        is_gap = part.kind == "same" and part.text.isspace() and bool(removed or added)
        if part.kind == "same" and not (is_gap and place + 1 < len(parts)):
            yield from _parts(removed, added)
            removed = added = ""
            yield part
            continue
        removed += part.text if part.kind != "added" else ""
        added += part.text if part.kind != "removed" else ""
    yield from _parts(removed, added)
