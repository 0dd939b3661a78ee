"""What the answers of several innovations to one question are to each other.

Two innovations say nearly everything in words of their own, so that "differs" at every description
would say nothing. Only answers from lists, years and provinces are held against each other; texts
are read, and where one is nearly the other the words that are not shared are marked.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from protocol.canonical import Json

Relation = Literal["same", "differs", "similar", "apart"]
"""All say the same; they do not, where that means something; some use nearly the same words; or
nothing of this, as where one says nothing."""

ALIKE_PERCENT_MIN = 50
"""Of the different words of two texts: with fewer in common, marks would cover the text."""

WORDS_MIN = 8
"""Of a text: fewer are a name."""

PAIRS_MAX = 20_000
"""Equal words of two texts, each with each: about the time that comparing takes. Texts of 300 words
have 2,000; a text that repeats one word could keep every visitor waiting."""

_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words, with the blanks behind them.

    Attributes:
        is_own: whether the other text does not have them.
    """

    text: str
    is_own: bool


def _whole(value: Json) -> object:
    return value


def _members(value: Json) -> object:
    return frozenset(map(str, value)) if isinstance(value, list) else value


def _until(divider: str) -> Callable[[Json], object]:
    return lambda value: str(value).partition(divider)[0]


COMPARED: Mapping[str, Callable[[Json], object]] = {
    **dict.fromkeys(("stage", "innovation_type", "innovation_form", "initiator"), _whole),
    **dict.fromkeys(("category", "government_affair"), _whole),
    **dict.fromkeys(("sdgs", "awards"), _members),
    "region": _until("."),
    "started": _until("-"),
    "trial_started": _until("-"),
}
"""By field: what of an answer is compared. Of a region the province, of a day the year."""


def relation_of(name: str, said: Sequence[Json], texts: Sequence[str]) -> Relation:
    """What the answers are to each other; "similar" is `marked_words`' to say.

    Args:
        name: of the field; "" of a part of one.
        said: the answers, in the record's own form.
        texts: the same as people read them; "" where nothing is said.
    """
    lines = {frozenset(it.split("\n")) for it in texts}
    if all(texts) and len(lines) == 1:
        return "same"
    compare = COMPARED.get(name)
    if compare is None:
        return "apart"
    compared = {compare(it) for it, text in zip(said, texts, strict=True) if text}
    return "differs" if len(compared) > 1 else "apart"


def marked_words(texts: Sequence[str]) -> Sequence[Sequence[Words]]:
    """Each text that is nearly the first one in runs of words; empty where it is not.

    The first is marked too where there is one such text. Of several each is compared with it, and
    what it alone says cannot be told.
    """
    first, *others = texts
    found = [_compared(first, it) if _is_alike(first, it) else ([], []) for it in others]
    alike = [mine for mine, _ in found if mine]
    return [alike[0] if len(alike) == 1 else [], *(theirs for _, theirs in found)]


def _is_alike(one: str, other: str) -> bool:
    mine, theirs = (Counter(it.split()) for it in (one, other))
    if one == other or min(mine.total(), theirs.total()) < WORDS_MIN:
        return False
    both = mine.keys() & theirs.keys()
    if sum(mine[it] * theirs[it] for it in both) > PAIRS_MAX:
        return False
    return 100 * len(both) >= ALIKE_PERCENT_MIN * len(mine.keys() | theirs.keys())


def _compared(one: str, other: str) -> tuple[list[Words], list[Words]]:
    mine, theirs = _WORD.findall(one), _WORD.findall(other)
    old, new = ([word.strip() for word in side] for side in (mine, theirs))
    sides: tuple[list[Words], list[Words]] = ([], [])
    for tag, *at in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        runs = mine[at[0] : at[1]], theirs[at[2] : at[3]]
        for side, run in zip(sides, runs, strict=True):
            if run:
                side.append(Words("".join(run), is_own=tag != "equal"))
    return sides
