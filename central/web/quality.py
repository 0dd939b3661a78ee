"""Mutu data: how complete the innovations are by hub, and what is to be mended, each as a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import ColumnElement, Connection

from central import national, quality
from central.store import hubs, qualities
from central.store.qualities import Counts
from central.web.field_labels import field_labels
from central.web.quality_words import NEED_WORDS
from central.web.serving import DESK
from central.web.visit import Visit
from protocol.catalogue import public_record
from protocol.innovation.completeness import GROUPS
from runtime.http.problem_responses import Refused
from runtime.pages.field_words import COMPLETENESS
from runtime.pages.translating import msg

QUALITY = f"{DESK}/mutu"
PAGE_RECORDS = 50
MISSING_SHOWN = 15
STEPS_A_PAGE = 4
"""Steps that a page takes by itself, so that it is up to date where little is left to take in."""

_NOT_FULL = msg("Belum penuh: %(group)s")
_LACKING = msg("Tanpa %(field)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the innovations of a list have in common.

    Attributes:
        condition: by which they are found.
        word: as their list is headed.
    """

    condition: ColumnElement[bool]
    word: str


async def quality_page(visit: Visit) -> web.Response:
    """The numbers of all hubs, and what is missing most often, of all or of one hub."""
    await catch_up(visit)
    centre, hub = visit.centre, visit.text("hub")
    before = quality.stale_before(centre)

    def read(conn: Connection) -> dict[str, Any]:
        by_hub = qualities.counts_by_hub(conn, stale_before=before)
        chosen = hub if hub in by_hub else ""
        return {
            "by_hub": by_hub,
            "hub": chosen,
            "whole": by_hub[chosen] if chosen else _sum(by_hub.values()),
            "missing": qualities.missing_counts(conn, hub=chosen),
            "left": quality.left_count(conn, centre),
            "size": centre.logs.open(conn, centre.national_origin).tree.size,
            "hubs": hubs.names(conn),
        }

    found = await centre.db.read(read)
    often = sorted(found.pop("missing").items(), key=lambda it: -it[1])
    return await visit.desk_page(
        "quality.html",
        here="quality",
        often=[it for it in often if it[1]][:MISSING_SHOWN],
        labels=field_labels(visit),
        groups=COMPLETENESS,
        needs=NEED_WORDS,
        **found,
    )


async def records_page(visit: Visit) -> web.Response:
    """The innovations behind one of the numbers."""
    await catch_up(visit)
    centre, hub, start, need = visit.centre, visit.text("hub"), visit.start, _need(visit)

    def read(conn: Connection) -> dict[str, Any]:
        known = hubs.names(conn)
        chosen = hub if hub in known else ""
        ids, total = qualities.page(
            conn, need.condition, hub=chosen, start=start, limit=PAGE_RECORDS
        )
        states = national.load_states(conn, centre, ids)
        items = [public_record(states[it]) for it in ids if it in states]
        return {"items": items, "total": total, "hub": chosen, "hubs": known}

    return await visit.desk_page(
        "quality_records.html",
        here="quality",
        need=need.word,
        asked=visit.text("perlu"),
        start=start,
        limit=PAGE_RECORDS,
        **await centre.db.read(read),
    )


async def catch_up(visit: Visit) -> None:
    """Takes in the newest decisions, so many that the page need not wait for long."""
    centre = visit.centre
    for _ in range(STEPS_A_PAGE):
        if not await centre.db.read(lambda conn: quality.left_count(conn, centre)):
            return
        await centre.db.run(lambda conn: quality.follow(conn, centre))


def _need(visit: Visit) -> Need:
    """What the address asks for: `stale`, `kelompok-A`, `isian-summary`.

    Raises:
        Refused: nothing of that name is counted.
    """
    kind, _, name = visit.text("perlu").partition("-")
    if kind in NEED_WORDS and not name:
        before = quality.stale_before(visit.centre)
        word, _ = NEED_WORDS[kind]
        return Need(condition=qualities.needs(kind, stale_before=before), word=visit.say(word))
    if kind == "kelompok" and name in GROUPS:
        word = COMPLETENESS[name]
        group = f"{name}. {visit.say(word)}"
        return Need(
            condition=qualities.not_full(name), word=visit.say(_NOT_FULL) % {"group": group}
        )
    if kind == "isian" and name in qualities.counted():
        label = field_labels(visit)[name]
        return Need(condition=qualities.lacking(name), word=visit.say(_LACKING) % {"field": label})
    raise Refused("bad_query")


def _sum(parts: Iterable[Counts]) -> Counts:
    """The numbers over all hubs."""
    known = list(parts)
    return Counts(
        total=sum(it.total for it in known),
        full={group: sum(it.full[group] for it in known) for group in GROUPS},
        stale=sum(it.stale for it in known),
        placeholder=sum(it.placeholder for it in known),
        award_open=sum(it.award_open for it in known),
        numberless=sum(it.numberless for it in known),
    )
