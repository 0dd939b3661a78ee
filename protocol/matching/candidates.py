"""Whether two records may be one innovation: a score, a suggestion, and the reasons in words.

The rules, in their order; a person decides in every case:

1. An exact external number of a named system: `same`.
2. The same title, but for typing errors, and the same owner: `same`.
3. The same title, or one with one word more, and another owner: `replication`; but not where only
   one word is left without the names of the two owners.
4. A similar title and the same owner: a candidate, and no suggestion. A similar title alone never
   decides: real pairs of one owner at 0.81 are two innovations.

Everything else is no candidate; nor is a replication that the record itself declares.
"""

from dataclasses import dataclass
from typing import Literal

from protocol.matching.features import Features
from protocol.matching.owners import are_two_units, is_same_owner
from protocol.matching.reasons import Reason, reason
from protocol.matching.titles import Comparison, Nearness, compare_titles

SIMILAR_PERCENT_MIN = 75
"""Below, two titles of one owner have little more in common than its way of writing titles."""

SHARED_WORDS_MIN = 2
"""Of two titles of one unit in one year, which may have been written anew."""

SCORE_MAX = 100
TITLE_POINTS = 60
OWNER_POINTS = 25
YEAR_POINTS = 10
UNIT_POINTS = 4

Suggestion = Literal["same", "replication"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two records for a person to judge.

    Attributes:
        a: id of the one whose id is the lesser.
        b: id of the other.
        score: 1 to 100; orders the list, and decides nothing.
        suggestion: a verdict to begin with, or None where the rules have none.
        reasons: for the score and the suggestion, the weightiest first.
    """

    a: str
    b: str
    score: int
    suggestion: Suggestion | None
    reasons: tuple[Reason, ...]


def compare(first: Features, second: Features) -> Candidate | None:
    """The candidate that two records make, or None; the order of the two does not matter."""
    a, b = sorted((first, second), key=lambda it: it.id)
    if a.id == b.id or _is_declared(a, b) or _is_declared(b, a):
        return None
    titles = compare_titles(a.title, b.title)
    numbers = sorted({*a.numbers} & {*b.numbers})
    suggestion = _suggestion(a, b, titles, numbers)
    if suggestion is None and not _is_similar(a, b, titles):
        return None
    return Candidate(
        a=a.id,
        b=b.id,
        score=SCORE_MAX if numbers else _score(a, b, titles),
        suggestion=suggestion,
        reasons=(
            *(reason("same_number", number.replace(":", " ", 1)) for number in numbers),
            _of_titles(titles),
            _of_owners(a, b),
            *_of_units(a, b),
            *_of_years(a, b),
        ),
    )


def _suggestion(
    a: Features, b: Features, titles: Comparison, numbers: list[str]
) -> Suggestion | None:
    if numbers:
        return "same"
    if is_same_owner(a.owner, b.owner):
        return "same" if titles.nearness >= Nearness.MISTYPED else None
    is_telling = len(a.title.words) > 1 or a.title.whole == b.title.whole
    return "replication" if titles.nearness >= Nearness.EXTENDED and is_telling else None


def _is_similar(a: Features, b: Features, titles: Comparison) -> bool:
    """Whether a person should look, though no rule suggests anything."""
    if not is_same_owner(a.owner, b.owner):
        return False
    is_one_place = bool(a.unit) and a.unit == b.unit and a.year == b.year
    is_rewritten = is_one_place and titles.shared >= SHARED_WORDS_MIN
    return titles.percent >= SIMILAR_PERCENT_MIN or is_rewritten


def _is_declared(replica: Features, origin: Features) -> bool:
    """Whether a record says itself that it replicates the other."""
    return not {origin.id, *origin.numbers}.isdisjoint(replica.origins)


def _score(a: Features, b: Features, titles: Comparison) -> int:
    points = TITLE_POINTS * titles.percent // 100
    points += OWNER_POINTS * is_same_owner(a.owner, b.owner)
    points += UNIT_POINTS * (bool(a.unit) and a.unit == b.unit)
    if a.year and b.year:
        points += max(0, YEAR_POINTS - 5 * abs(a.year - b.year))
    return max(1, points)


def _of_titles(titles: Comparison) -> Reason:
    match titles.nearness:
        case Nearness.EQUAL:
            return reason("same_title")
        case Nearness.MISTYPED:
            return reason("mistyped_title")
        case Nearness.EXTENDED:
            return reason("extended_title")
        case Nearness.FAR:
            return reason("close_title", titles.percent)


def _of_owners(a: Features, b: Features) -> Reason:
    if are_two_units(a.owner, b.owner) and a.owner.key == b.owner.key:
        return reason("other_unit")
    if a.owner.key == b.owner.key:
        return reason("same_owner")
    return reason("renamed_owner" if is_same_owner(a.owner, b.owner) else "other_owner")


def _of_units(a: Features, b: Features) -> tuple[Reason, ...]:
    return (reason("same_unit"),) if a.unit and a.unit == b.unit else ()


def _of_years(a: Features, b: Features) -> tuple[Reason, ...]:
    if not a.year or not b.year:
        return ()
    if a.year == b.year:
        return (reason("same_year", a.year),)
    code = "near_year" if abs(a.year - b.year) == 1 else "other_year"
    return (reason(code, a.year, b.year),)
