"""Bandingkan: two to four innovations side by side, or how to choose them."""

from functools import partial

from aiohttp import web
from sqlalchemy import Connection

from central.reading import Item, read_many, similar_to
from central.store import hubs
from central.web.visit import Visit
from protocol.innovation.identifiers import is_uuid7
from runtime.pages.comparing import DIFFERENT, SHOWN, SIDES_MAX, SIDES_MIN, at_a_glance
from runtime.pages.hub_names import HubNames


async def comparison_page(visit: Visit) -> web.Response:
    """The innovations that the address names; where they are too few, what goes with them.

    Of more than four the first four; what readers do not see is left out, and the page says so.
    """
    asked = [it for it in dict.fromkeys(visit.request.query.getall("id", [])) if is_uuid7(it)]
    centre, chosen = visit.centre, asked[:SIDES_MAX]

    def read(conn: Connection) -> tuple[list[Item], list[Item], dict[str, str]]:
        found = read_many(conn, centre, chosen)
        similar = similar_to(conn, centre, found[0]) if len(found) == 1 else []
        return found, similar, hubs.names(conn)

    sides, similar, names = await centre.db.read(read)
    called = HubNames(names=names, say=visit.say).html
    left_out = len(asked) - len(sides)
    if len(sides) < SIDES_MIN:
        return await visit.public_page(
            "comparison_choice.html",
            here="",
            sides=sides,
            similar=similar,
            called=called,
            left_out=left_out,
        )
    records = [it["record"] for it in sides if isinstance(it["record"], dict)]
    is_brief = visit.text(SHOWN) == DIFFERENT
    # Near copies with all their texts take long to compare.
    work = partial(at_a_glance, records, visit.reader, is_brief=is_brief)
    compared = await visit.centre.db.worker.run(work)
    return await visit.public_page(
        "comparison.html",
        here="",
        sides=sides,
        called=called,
        left_out=left_out,
        sides_max=SIDES_MAX,
        **compared,
    )
