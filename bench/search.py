"""`make bench ARGS=search`: how long a search of the national catalogue takes, on both databases.

Asks what `/api/v1/innovations` asks, without its HTTP: the words, the page, the counts of every
facet, the public records as JSON. Each question is asked once, in an order of chance, after a first
round of others has warmed the caches, and by a reader who is the first to ask: what searches found
is forgotten before. Only `next page` is asked behind the page before it. Prints; asserts nothing.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import psycopg

from bench.innovations import SEED, TOPICS, id_of, in_parts, innovations
from central import projection
from protocol.record_state import decode_record_state
from runtime.finding import Place
from runtime.kept_found import KeptFound
from tests.support.postgres import NoPostgres, running_cluster
from tests.support.rooms import Room, opened_room

RECORDS_DEFAULT = 100_000
RECORDS_A_WRITE = 500
PAGE_ITEMS = 20
OF_EACH_KIND = 40
DEEP_PAGES = 25
SETTINGS = "-c shared_buffers=256MB"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        kind: by which the times are told apart.
        query: words.
        filters: facet to value.
        after: where its page begins.
    """

    kind: str
    query: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    after: Place | None = None


def measure(count: int) -> None:
    """Measures on SQLite and on PostgreSQL."""
    print(f"{count:,} innovations; milliseconds of one search with its page and its facets")
    print(f"{'':12}{'':14}{'n':>5}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}")
    with tempfile.TemporaryDirectory(prefix="jipp-bench-") as folder:
        _measure_on("SQLite", Path(folder), f"sqlite:///{folder}/search.sqlite", count)
        try:
            with running_cluster(SETTINGS) as cluster:
                _measure_on("PostgreSQL", Path(folder), cluster.fresh_database(), count)
        except NoPostgres as reason:
            print(f"PostgreSQL is left out: {reason}", file=sys.stderr)


def _measure_on(database: str, folder: Path, url: str, count: int) -> None:
    with opened_room(folder / database, url) as room:
        began = time.perf_counter()
        _fill(room, count)
        seconds = time.perf_counter() - began
        _settle(url)
        print(f"{database}: filled in {seconds:.0f} s", file=sys.stderr, flush=True)
        chance = random.Random(SEED)  # noqa: S311  # which questions, not a secret
        for question in _questions(room, chance, count):
            _ask(room, question)
        asked = list(_questions(room, chance, count))
        chance.shuffle(asked)
        times: dict[str, list[float]] = {}
        for question in asked:
            room.centre.documents.kept_found = KeptFound()
            times.setdefault(question.kind, []).append(_ask(room, question))
        for kind, milliseconds in sorted(times.items()):
            _print(database, kind, milliseconds)
        _print(database, "all", [it for kind in times.values() for it in kind])
        following = list(_deep(room, Question(kind="next page", query=TOPICS[0])))
        _print(database, "next page", [_ask(room, it) for it in following])


def _fill(room: Room, count: int) -> None:
    for part in in_parts(innovations(count), RECORDS_A_WRITE):
        room.write(lambda conn, centre: projection.put(conn, centre, part))  # noqa: B023


def _settle(url: str) -> None:
    """What PostgreSQL does by itself within minutes: merges new words into its index."""
    if url.startswith("postgresql"):
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("VACUUM ANALYZE")


def _questions(room: Room, chance: random.Random, count: int) -> Iterator[Question]:
    for _ in range(OF_EACH_KIND):
        title = _title(room, chance.randrange(count))
        two = " ".join(chance.sample(title, min(2, len(title))))
        filters = {"province": chance.choice(("51", "35", "73", "12", "94"))}
        broad = {"stage": "penerapan", "innovation_type": "digital"}
        yield Question(kind="one word", query=chance.choice(TOPICS))
        yield Question(kind="two words", query=two)
        yield Question(kind="a title", query=" ".join(title))
        yield Question(kind="typo", query=_mistyped(chance.choice(TOPICS), chance))
        yield Question(kind="word+values", query=chance.choice(TOPICS), filters=filters)
        yield Question(kind="values", filters=chance.choice((filters, broad, {"year": "2020"})))
        yield Question(kind="number", query=f"2026-{chance.randrange(count):06}")
        yield Question(kind="nothing")
    yield from _deep(room, Question(kind="deep page", query=TOPICS[0]))
    yield from _deep(room, Question(kind="deep page", filters={"stage": "penerapan"}))


def _title(room: Room, number: int) -> list[str]:
    identity = id_of(number)
    body = room.read(lambda conn, centre: centre.documents.get(conn, identity)) or b""
    return str(decode_record_state(body).created["title"]).lower().split()


def _mistyped(word: str, chance: random.Random) -> str:
    """A word with two letters in each other's place, one missing, or one more."""
    at = chance.randrange(1, max(2, len(word) - 1))
    slips = (
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + chance.choice(LETTERS) + word[at:],
    )
    return chance.choice(slips)


def _deep(room: Room, question: Question) -> Iterator[Question]:
    place: Place | None = None
    for _ in range(DEEP_PAGES):
        yield Question(
            kind=question.kind, query=question.query, filters=question.filters, after=place
        )
        following = _found(room, question, place).next
        place = Place.parse(following or "")


def _ask(room: Room, question: Question) -> float:
    began = time.perf_counter()
    _found(room, question, question.after)
    return (time.perf_counter() - began) * 1_000


def _found(room: Room, question: Question, after: Place | None) -> projection.Found:
    return room.read(
        lambda conn, centre: projection.search(
            conn,
            centre,
            query=question.query,
            filters=question.filters,
            limit=PAGE_ITEMS,
            after=after,
        )
    )


def _print(database: str, kind: str, times: Sequence[float]) -> None:
    cuts = quantiles(times, n=100, method="inclusive")
    figures = (cuts[49], cuts[94], cuts[98], max(times))
    shown = "".join(f"{it:8.1f}" for it in figures)
    print(f"{database:12}{kind:14}{len(times):5}{shown}", flush=True)
