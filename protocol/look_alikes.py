"""Look-alikes: a new record that is a near copy of another hub's (docs/decisions/0030).

Strict on purpose, because a person has to look at each: cities take ideas over under the same title
and describe them in their own words, and a record that names its original is a replication. What is
only similar is suggested by `protocol.matching`, behind the decisions.

Ask first, then compute: `keys_of` says by what the records in question are found, `likeness`
compares with one of them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.facts import NUMBER
from protocol.matching.features import numbers_of, origins_of
from protocol.matching.words import tokens_of
from protocol.record_state import RecordState

COMPARED = ("summary", "background", "objective", "novelty", "implementation", "impact")
"""The texts that describe an innovation; those are compared that both records have."""

WORDS_MIN = 20
"""Fewer words in common texts are a phrase that two people may choose independently."""

RUN_WORDS = 3
"""Words in a row that are compared as one: their order counts, and one other word changes three."""

EQUAL_PERCENT_MIN = 80
"""Of the runs of the longer side: a word in fifteen may differ. Of 108,000 pairs of real records
that nobody copied no two share more than 29 (docs/decisions/0030)."""

KEY_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """In what a record is like another.

    Attributes:
        pointer: JSON pointer of what they share.
        code: same_number or same_text.
        message: the same in words, in Indonesian, with the other's id and hub.
    """

    pointer: str
    code: str
    message: str


def keys_of(record: Mapping[str, Json]) -> tuple[int, ...]:
    """Keys of which a record shares one with each that it may be like, ascending; 64 bits, signed.

    Args:
        record: as readers see it, or the fields of a put that makes one.
    """
    keys = {_number(f"number {number}") for number in numbers_of(record)}
    title = record.get("title")
    return tuple(sorted(keys | _title_keys(title if isinstance(title, str) else "")))


def likeness(record: Mapping[str, Json], other: RecordState) -> Likeness | None:
    """In what a new record is a near copy of another, or None where it is none.

    A number of a named system is enough; an equal title only together with the same texts. A
    record that says it replicates the other is no copy, nor is its original.

    Args:
        record: the fields of the put that makes it.
        other: an active record of another hub.
    """
    shown = shown_record(other)
    if _names(record, shown, other) or _names(shown, record, None):
        return None
    shared = sorted({*numbers_of(record)} & {*numbers_of(shown)})
    if shared:
        number = shared[0].replace(":", " ", 1)
        return _likeness("/external_ids", "same_number", f"nomor luar {number}", other)
    if _title(record) != _title(shown):
        return None
    percent = equal_percent(record, shown)
    if percent < EQUAL_PERCENT_MIN:
        return None
    return _likeness("/title", "same_text", f"judul, dan {percent} % uraian", other)


def equal_percent(one: Mapping[str, Json], other: Mapping[str, Json]) -> int:
    """How much of the texts that both have is the same, of the longer side; 0 where it is short."""
    common = [name for name in COMPARED if one.get(name) and other.get(name)]
    sides = [_runs(record, common) for record in (one, other)]
    longer = max(map(len, sides))
    if longer + RUN_WORDS - 1 < WORDS_MIN:
        return 0
    return 100 * len(sides[0] & sides[1]) // longer


def _names(
    replica: Mapping[str, Json], origin: Mapping[str, Json], state: RecordState | None
) -> bool:
    """Whether a record says itself that it replicates the other."""
    named = {str(origin.get("id", "")), *numbers_of(origin)}
    if state is not None:
        named.add(f"nri:{''.join(tokens_of(str(state.facts.get(NUMBER, ''))))}")
    return not named.isdisjoint(origins_of(replica))


def _runs(record: Mapping[str, Json], names: list[str]) -> set[tuple[str, ...]]:
    runs: set[tuple[str, ...]] = set()
    for name in names:
        words = tokens_of(str(record[name]))
        runs.update(zip(*(words[start:] for start in range(RUN_WORDS)), strict=False))
    return runs


def _title(record: Mapping[str, Json]) -> str:
    title = record.get("title")
    return "".join(tokens_of(title)) if isinstance(title, str) else ""


@lru_cache(maxsize=4_096)
def _title_keys(title: str) -> frozenset[int]:
    """The key of a title, if it has a word. Asked when a record is decided and when it is kept."""
    found = "".join(tokens_of(title))
    return frozenset([_number(f"title {found}")] if found else [])


def _likeness(pointer: str, code: str, shared: str, other: RecordState) -> Likeness:
    sentence = f"Sama dengan inovasi {other.id} milik hub {other.owner}: {shared}."
    return Likeness(pointer=pointer, code=code, message=sentence)


def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
