"""Searches that people judged: for each query, what has to stand at the top.

The queries are in `queries.csv`: what somebody types, the titles that must be among the first
`top`, and why; where no title is named, nothing may be found. The records are the demo's and those
of `records.csv`. A failure says how the whole list fares, so that a change of the rules is seen as
a whole.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from central import projection
from tests.support.rooms import Room
from tests.support.sample_records import sample_states

HERE = Path(__file__).parent
LOOKED_AT = 20
QUERIES_MIN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One query with what is expected of it."""

    query: str
    expected: tuple[str, ...]
    top: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the catalogue found."""

    judged: Judged
    titles: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        if not self.judged.expected:
            return not self.titles
        return set(self.judged.expected) <= set(self.titles[: self.judged.top])

    @property
    def recall(self) -> float:
        expected = self.judged.expected
        return sum(title in self.titles for title in expected) / len(expected) if expected else 1

    @property
    def reciprocal_rank(self) -> float:
        ranks = [n for n, title in enumerate(self.titles, 1) if title in self.judged.expected]
        return 1 / ranks[0] if ranks else float(not self.judged.expected)


def judged_queries() -> list[Judged]:
    with (HERE / "queries.csv").open(encoding="utf-8", newline="") as file:
        return [
            Judged(
                query=row["query"],
                expected=tuple(row["expected"].split("|")) if row["expected"] else (),
                top=int(row["top"]),
                why=row["why"],
            )
            for row in csv.DictReader(file)
        ]


def answer(room: Room, judged: Judged) -> Answer:
    found = room.read(
        lambda conn, centre: projection.search(
            conn, centre, query=judged.query, filters={}, limit=LOOKED_AT, after=None
        )
    )
    shown: list[dict[str, Any]] = [orjson.loads(item) for item in found.items]
    return Answer(judged=judged, titles=tuple(str(it["record"]["title"]) for it in shown))


def report(answers: list[Answer]) -> str:
    """What is wrong, and how the list fares as a whole."""
    count = len(answers)
    recall = sum(it.recall for it in answers) / count
    rank = sum(it.reciprocal_rank for it in answers) / count
    wrong = [
        f"{it.judged.query!r} ({it.judged.why or 'as it stands'}): "
        f"expected {list(it.judged.expected)}, found {list(it.titles[:4])}"
        for it in answers
        if not it.is_right
    ]
    return "\n".join([f"{count} queries: recall {recall:.3f}, MRR {rank:.3f}", *wrong])


def test_the_list_is_long_enough_to_judge_by() -> None:
    assert len(judged_queries()) >= QUERIES_MIN


def test_what_a_person_expects_stands_at_the_top(room: Room) -> None:
    states = sample_states(HERE / "records.csv")
    room.write(lambda conn, centre: projection.put(conn, centre, states))
    answers = [answer(room, it) for it in judged_queries()]
    assert all(it.is_right for it in answers), report(answers)
