"""Blocking keys: two records that may be one innovation share at least one of them.

Comparing every record with every other is out of the question beyond a few thousand. Each key is
narrow, so that few records share it, and together they find a pair whose titles differ by a word:
that word is left out of one key of each.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import combinations

from protocol.matching.features import Features
from protocol.matching.words import Words

WORDS_LEFT_OUT_MAX = 8
"""Of a title with more words the shorter ones are in every key."""

WORDS_PAIRED_MAX = 5

KEY_BYTES = 8


def keys_of(features: Features) -> tuple[int, ...]:
    """The keys of a record, ascending, each a signed number of 64 bits."""
    return tuple(sorted({_number(text) for text in _texts(features)}))


def _texts(features: Features) -> Iterator[str]:
    for number in features.numbers:
        yield f"number {number}"
    title = features.title
    yield f"joined {''.join(title.whole)}"
    for form in (title.words, *title.short):
        yield f"joined {''.join(form)}"
        yield f"words {_sorted(form)}"
        for word in _longest(form, WORDS_LEFT_OUT_MAX):
            yield f"words {_sorted([it for it in form if it != word])}"
    for owner in (features.owner.key, *features.owner.before):
        yield f"owner {owner} words {_sorted(title.words)}"
        for name in (title.words, *title.names):
            yield f"owner {owner} called {' '.join(name)}"
        for pair in combinations(sorted(_longest(title.words, WORDS_PAIRED_MAX)), 2):
            yield f"owner {owner} {_sorted(pair)}"


def _longest(words: Words, count: int) -> list[str]:
    return sorted(set(words), key=lambda word: (-len(word), word))[:count]


def _sorted(words: Sequence[str]) -> str:
    return " ".join(sorted(words))


def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
