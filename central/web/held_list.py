"""Ditahan, the list: what waits for a ruling, grouped by hub and reason, and all of it in pages."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from central import national
from central.casework import holds, waiting_queue
from central.casework.holds import Waiting
from central.centre import Centre
from central.web.held_words import code_of, title_of, word_of
from central.web.serving import DESK
from central.web.visit import Visit
from protocol.catalogue import shown_record

HELD = f"{DESK}/ditahan"
PAGE_CHANGES = 50


async def held_page(visit: Visit) -> web.Response:
    """The groups, and the changes of all of them or of one."""
    centre, start = visit.centre, visit.start
    hub, code = visit.text("hub"), code_of(visit.text("sebab"))

    def read(conn: Connection) -> tuple[list[Waiting], list[Waiting], dict[int, str]]:
        waiting = holds.list_waiting(conn)
        chosen = waiting_queue.chosen(waiting, hub=hub, code=code)
        shown = chosen[start : start + PAGE_CHANGES]
        return waiting, chosen, titles_of(conn, centre, shown)

    waiting, chosen, titles = await centre.db.read(read)
    query = f"hub={hub}&sebab={word_of(code)}" if hub and code is not None else ""
    return await visit.desk_page(
        "held.html",
        here="held",
        groups=waiting_queue.groups(waiting),
        items=chosen[start : start + PAGE_CHANGES],
        total=len(chosen),
        titles=titles,
        query=query,
        hub=hub if query else "",
        code=code if query else None,
        start=start,
        limit=PAGE_CHANGES,
        title_of=lambda it: title_of(visit, it),
        word_of=word_of,
    )


def titles_of(conn: Connection, centre: Centre, shown: Sequence[Waiting]) -> dict[int, str]:
    """By place the titles of these changes: as the catalogue has them, or as they would be."""
    states = national.load_states(conn, centre, [it.record for it in shown if it.record])
    known = {record: str(shown_record(it).get("title", "")) for record, it in states.items()}
    written = holds.titles_of(conn, centre, [it.place for it in shown])
    titles = {it.place: known.get(it.record or "") or written.get(it.place, "") for it in shown}
    return {place: title for place, title in titles.items() if title}
