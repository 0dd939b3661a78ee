"""Titles in a normal form, and how near two of them are.

What varies between two entries of one innovation is taken out: case, signs, accents, spellings,
abbreviations, a year, an acronym in brackets, the owner's own name, words such as
`program` at either end.
What tells two innovations apart stays: numbers, stages, acronyms that differ, every other word.
"""

import re
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from itertools import permutations

from protocol.innovation.reference import table
from protocol.matching.words import (
    Words,
    has_direction,
    initials,
    is_mistyped,
    tokens_of,
    without_phrase,
    without_stopwords,
    words_of,
)

MISTYPED_MAX = 2
"""Words of one title that may be mistyped."""

RIGHT_WORDS_MIN = 2
"""Words that must be right where others are mistyped."""

EXTENDED_WORDS_MIN = 3
"""Words of a title that is another one's with one word less."""

ACRONYM_LETTERS_MIN = 3

EXPLANATION_WORDS_MIN = 3
"""Behind a colon or dash; fewer words may be a part or a stage of what stands before it."""

NAME_LETTERS_MIN = 4
"""Of a name that a title gives itself; shorter ones are made of the words of any title."""

_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]?")
_DIVIDED = re.compile(r"\s*[:\u2013\u2014]\s*|\s+-\s+|\s*/\s*(?=$)")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_ROMAN = re.compile(r"[ivx]+\Z")
_OF_A_YEAR = ("tahun", "thn", "ta", "year")


class Nearness(IntEnum):
    """How near two titles are; the more, the nearer."""

    FAR = 0
    EXTENDED = 1
    """One has one word more."""
    MISTYPED = 2
    """The same but for typing errors."""
    EQUAL = 3
    """The same in the normal form."""


_PERCENT_MIN = {
    Nearness.FAR: 0,
    Nearness.EXTENDED: 0,
    Nearness.MISTYPED: 90,
    Nearness.EQUAL: 100,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title in its normal form.

    Attributes:
        words: without the owner's names.
        whole: the words with the owner's names, and with the kind that it is of.
        short: the words with an acronym for those that it stands for, in each way.
        aliases: acronyms and names that stand in brackets or before a colon.
        names: what the title calls itself: what stands before a colon or dash, and in brackets
            what is made of its words, such as GELATIK.
        years: that the title names.
        is_directed: whether the order of the words matters.
    """

    words: Words
    whole: Words
    short: tuple[Words, ...] = ()
    aliases: Words = ()
    names: tuple[Words, ...] = ()
    years: Words = ()
    is_directed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two titles have in common.

    Attributes:
        nearness: what kind of sameness.
        percent: how alike they are, 0 to 100, by rapidfuzz's token sort ratio.
        shared: how many words both have.
    """

    nearness: Nearness
    percent: int
    shared: int


def title_of(text: str, *, own: tuple[Words, ...] = (), own_kind: str = "") -> Title:
    """The normal form of a title.

    Args:
        text: as it stands in the record.
        own: the names of the owner and its place, the longest first; no title needs them.
        own_kind: kota, kabupaten or provinsi; a title may say it of its owner.
    """
    pieces = _pieces(text)
    left = [_without_names(piece, own) for piece in pieces]
    is_alone = not any(len(piece) > 1 for piece in left)
    found = [piece[0] for piece in left if _is_alias(piece) and not is_alone]
    rest = [
        piece for piece, bare in zip(pieces, left, strict=True) if is_alone or not _is_alias(bare)
    ]
    words = words_of(" ".join(" ".join(piece) for piece in rest)) or words_of(text) or ("",)
    years = tuple(sorted({word for word in words if _YEAR.match(word)}))
    words = _without_years(words)
    short = [_abbreviated(words, alias) for alias in found]
    return Title(
        words=_normal(words, own, own_kind),
        whole=_normal(words, (), ""),
        short=tuple(_normal(form, own, own_kind) for form in short if form),
        aliases=tuple(sorted(set(found))),
        names=_names(text, found, words, own),
        years=years,
        is_directed=has_direction(words),
    )


def compare_titles(first: Title, second: Title) -> Comparison:
    """How near two titles are.

    An acronym says nothing against another one: two long titles may have the same.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415  # as in `protocol.matching.words`

    words = [(first.words, second.words)]
    words += [(form, second.words) for form in first.short]
    words += [(first.words, form) for form in second.short]
    is_directed = first.is_directed and second.is_directed
    nearness = max(_nearness(a, b, is_directed=is_directed) for a, b in words)
    if first.whole == second.whole or _is_name_of(first, second) or _is_name_of(second, first):
        nearness = Nearness.EQUAL
    if _contradict(first.aliases, second.aliases) or _contradict(first.years, second.years):
        nearness = Nearness.FAR
    percent = round(fuzz.token_sort_ratio(" ".join(first.words), " ".join(second.words)))
    return Comparison(
        nearness=nearness,
        percent=max(percent, _PERCENT_MIN[nearness]),
        shared=sum((Counter(first.words) & Counter(second.words)).values()),
    )


def _pieces(text: str) -> list[Words]:
    """The tokens between colons and dashes, then those within brackets."""
    outside = _DIVIDED.split(_BRACKETS.sub(" ", text))
    return [tokens for tokens in map(tokens_of, (*outside, *_BRACKETS.findall(text))) if tokens]


def _is_alias(piece: Words) -> bool:
    """Whether a piece is one word and not a number."""
    return len(piece) == 1 and not piece[0].isdigit() and not _ROMAN.match(piece[0])


def _names(
    text: str, aliases: list[str], words: Words, own: tuple[Words, ...]
) -> tuple[Words, ...]:
    """What a title calls itself."""
    head, *tail = _DIVIDED.split(_BRACKETS.sub(" ", text))
    found: set[Words] = {(alias,) for alias in aliases if _is_made_of(alias, words)}
    if len(words_of(" ".join(tail))) >= EXPLANATION_WORDS_MIN:
        found.add(_normal(words_of(head), own, ""))
    return tuple(sorted(name for name in found if len("".join(name)) >= NAME_LETTERS_MIN))


def _is_made_of(alias: str, words: Words) -> bool:
    """Whether the letters of a name stand in the words, in their order."""
    letters = iter("".join(words))
    return all(letter in letters for letter in alias)


def _is_name_of(first: Title, second: Title) -> bool:
    """Whether a title is nothing but the name that the other one gives itself."""
    return not first.aliases and first.words in second.names


def _without_years(words: Words) -> Words:
    kept: list[str] = []
    for word in words:
        if not _YEAR.match(word):
            kept.append(word)
        elif kept and kept[-1] in _OF_A_YEAR:
            kept.pop()
    return tuple(kept) or words


def _abbreviated(words: Words, acronym: str) -> Words:
    """The words with an acronym in the place of those that it stands for; none if it does not."""
    if len(acronym) < ACRONYM_LETTERS_MIN:
        return ()
    for start in range(len(words)):
        for end in range(start + len(acronym), len(words) + 1):
            if initials(words[start:end]) == acronym and initials(words[start : start + 1]):
                return (*words[:start], acronym, *words[end:])
    return ()


def _normal(words: Words, own: tuple[Words, ...], own_kind: str) -> Words:
    left = _without_names(words, own)
    return _without_carriers(tuple("daerah" if word == own_kind else word for word in left))


def _without_names(words: Words, own: tuple[Words, ...]) -> Words:
    """The words without the owner's names and stopwords, unless nothing else is there."""
    for phrase in own:
        words = without_phrase(words, phrase) or words
    return without_stopwords(words) or words


def _without_carriers(words: Words) -> Words:
    """The words without those at either end that only say what kind of thing it is."""
    carriers = table("titles")["carriers"]
    while len(words) > 1 and words[0] in carriers:
        words = words[1:]
    while len(words) > 1 and words[-1] in carriers:
        words = words[:-1]
    return words


def _contradict(first: Words, second: Words) -> bool:
    """Whether both say something, and nothing of it is the same."""
    return bool(first and second) and set(first).isdisjoint(second)


def _nearness(first: Words, second: Words, *, is_directed: bool) -> Nearness:
    if first == second or "".join(first) == "".join(second):
        return Nearness.EQUAL
    only_first, only_second = _differing(first, second)
    if not only_first and not only_second:
        return Nearness.FAR if is_directed else Nearness.EQUAL
    right = len(first) - len(only_first)
    if right >= RIGHT_WORDS_MIN and _are_mistyped(only_first, only_second):
        return Nearness.MISTYPED
    if right >= EXTENDED_WORDS_MIN and len(only_first) + len(only_second) == 1:
        return Nearness.EXTENDED
    return Nearness.FAR


def _differing(first: Words, second: Words) -> tuple[list[str], list[str]]:
    ones, others = Counter(first), Counter(second)
    return list((ones - others).elements()), list((others - ones).elements())


def _are_mistyped(first: list[str], second: list[str]) -> bool:
    """Whether each word of one is a mistyped one of the other."""
    if len(first) != len(second) or len(first) > MISTYPED_MAX:
        return False
    return any(
        all(is_mistyped(a, b) for a, b in zip(first, order, strict=True))
        for order in permutations(second)
    )
