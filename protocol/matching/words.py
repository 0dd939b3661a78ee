"""Words of titles and names in one spelling, and when one word is another one mistyped.

What is taken for one word, and which abbreviations are written out, stands in the reference table
`titles`. A word that means two things is not in it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from protocol.innovation.reference import table
from protocol.innovation.search_words import is_indonesian

Words = tuple[str, ...]
"""Words in their order, in lower case, without accents."""

TYPO_LETTERS_MIN = 5
"""Shorter words are too near to one another."""

TWO_TYPOS_LETTERS_MIN = 9

NAME_LETTERS_MIN = 8
"""Of two words that no dictionary knows, such as names; below, they are acronyms too often."""

_TOKEN = re.compile(r"[a-z0-9]+")
_DOUBLED = re.compile(r"(.)\1+")
_JOINED = frozenset({"e", "m"})
"""Letters that belong to the word behind them: e-surat, e surat, eSurat."""


def words_of(text: str) -> Words:
    """The words of a text, in one spelling and with abbreviations written out."""
    return tuple(word for token in tokens_of(text) for word in _written_out(token))


def tokens_of(text: str) -> Words:
    """The words of a text as they stand there; `e-surat` is one."""
    plain = text.replace("&", " dan ")
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    found = _TOKEN.findall(plain.casefold())
    joined: list[str] = []
    for token in found:
        if joined and joined[-1] in _JOINED:
            joined[-1] += token
        else:
            joined.append(token)
    return tuple(joined)


def without_stopwords(words: Iterable[str]) -> Words:
    """The words that carry meaning."""
    return tuple(word for word in words if word not in _stopwords())


def has_direction(words: Iterable[str]) -> bool:
    """Whether a word says who does what for whom, so that the order of the others matters."""
    return not _directions().isdisjoint(words)


def without_phrase(words: Words, phrase: Words) -> Words:
    """The words without that run of them, wherever it occurs."""
    size = len(phrase)
    start = 0
    while size and start + size <= len(words):
        if words[start : start + size] == phrase:
            words = words[:start] + words[start + size :]
        else:
            start += 1
    return words


def is_mistyped(first: str, second: str) -> bool:
    """Whether two different words are one, with a typing error in one of them.

    Two words that the dictionary knows never are, but for a letter typed twice or once too few:
    pengadaan (procurement) and pengaduan (complaints) are one letter apart. The first letter is
    hardly ever mistyped, and a digit counts.
    """
    length_min = min(len(first), len(second))
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # a node never compares, and need not hold it

    if length_min < TYPO_LETTERS_MIN or first[0] != second[0] or not (first + second).isalpha():
        return False
    if _DOUBLED.sub(r"\1", first) == _DOUBLED.sub(r"\1", second):
        return True
    distance_max = 2 if length_min >= TWO_TYPOS_LETTERS_MIN else 1
    distance = OSA.distance(first, second, score_cutoff=distance_max)
    if distance > distance_max:
        return False
    known = is_indonesian(first) + is_indonesian(second)
    return known == 1 or (known == 0 and distance == 1 and length_min >= NAME_LETTERS_MIN)


def initials(words: Sequence[str]) -> str:
    """The first letters of the words that carry meaning."""
    return "".join(word[0] for word in without_stopwords(words))


def _written_out(token: str) -> Words:
    return _abbreviations().get(token) or (_spellings().get(token, token),)


@cache
def _spellings() -> dict[str, str]:
    return dict(table("titles")["spellings"])


@cache
def _abbreviations() -> dict[str, Words]:
    found = table("titles")["abbreviations"]
    return {short: tuple(long.split()) for short, long in found.items()}


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(table("titles")["stopwords"])


@cache
def _directions() -> frozenset[str]:
    return frozenset(table("titles")["directions"])
