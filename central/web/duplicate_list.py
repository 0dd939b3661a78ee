"""Dugaan ganda, the lists: pairs that may be one innovation, and those that people have judged."""

from aiohttp import web

from central.casework import duplicates, judged
from central.web.serving import DESK
from central.web.verdict_words import SUGGESTIONS, VERDICT_WORDS
from central.web.visit import Visit

DUPLICATES = f"{DESK}/dugaan-ganda"
PAGE_PAIRS = 50


async def duplicates_page(visit: Visit) -> web.Response:
    """The pairs that nobody has judged, the likeliest first."""
    centre, after = visit.centre, visit.text("setelah")
    page = await centre.db.read(
        lambda conn: duplicates.list_open(conn, centre, limit=PAGE_PAIRS, after=after)
    )
    return await visit.desk_page(
        "duplicates.html",
        here="duplicates",
        page=page,
        is_first=not after,
        suggestions=SUGGESTIONS,
    )


async def judged_page(visit: Visit) -> web.Response:
    """What was decided about pairs, the newest first, each with the way to undo it."""
    centre, before = visit.centre, visit.number("sebelum")
    found = await centre.db.read(
        lambda conn: judged.newest(conn, centre, limit=PAGE_PAIRS + 1, before=before)
    )
    return await visit.desk_page(
        "judged.html",
        here="duplicates",
        items=found[:PAGE_PAIRS],
        following=found[PAGE_PAIRS - 1].place if len(found) > PAGE_PAIRS else None,
        is_first=before is None,
        verdicts=VERDICT_WORDS,
    )
