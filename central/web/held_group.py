"""Ditahan, a whole group: all changes of one hub that wait for one reason, ruled on at once."""

from collections import Counter
from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from central.casework import holds
from central.casework.scanning import parts
from central.web.held_list import HELD, titles_of
from central.web.held_words import code_of, sentence_of, title_of, word_of
from central.web.many import in_parts
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.stamps import CHANGED, SeenIsOld, stamp_of
from central.web.visit import Visit
from protocol.errors import ProtocolError

GROUP = f"{HELD}/banyak"
CHANGES_AT_ONCE = 2_000
"""Changes that one press of a button rules on, so that its answer does not take minutes."""

SHOWN = 100
"""Changes that the page names; for more it leads to the list."""


async def group_page(visit: Visit, *, fault: str = "", status: int = 200) -> web.Response:
    """How many they are, and both rulings; nothing has happened yet."""
    hub, code, places = await _asked(visit)
    shown, centre = places[:SHOWN], visit.centre

    def read(conn: Connection) -> list[tuple[int, str]]:
        waiting = {it.place: it for it in holds.list_waiting(conn)}
        titles = titles_of(conn, centre, [waiting[it] for it in shown if it in waiting])
        return [(it, titles.get(it, "")) for it in shown if it in waiting]

    return await visit.desk_page(
        "held_group.html",
        here="held",
        status=status,
        hub=hub,
        code=code,
        word=word_of(code),
        title_word=title_of(visit, code),
        sentence=sentence_of(visit, code),
        count=len(places),
        items=await centre.db.read(read),
        at_once=CHANGES_AT_ONCE,
        done=visit.number("selesai"),
        stopped=visit.number("berubah"),
        answer=visit.text("answer"),
        left=visit.number("sisa") or 0,
        stamp=stamp_of(*places),
        fault=fault,
        reason=visit.text("reason"),
    )


async def rule_on_all(visit: Visit) -> web.Response:
    """Releases or refuses them, as many as one answer can wait for.

    What cannot be released stays where it is: the next press begins behind it.
    """
    hub, code, places = await _asked(visit)
    answer, reason = visit.text("answer"), visit.text("reason")
    if not places:
        return visit.go(HELD, told="decided")
    if answer != "release" and not reason:
        return await group_page(visit, fault=visit.say(REASON_MISSING), status=422)
    skipped = visit.number("sisa") or 0 if answer == "release" else 0
    chosen, left = places[skipped : skipped + CHANGES_AT_ONCE], [skipped]

    async def rule(part: Sequence[int]) -> int:
        count, waits_on = await _ruled(visit, part, answer, reason)
        left.append(waits_on)
        return count

    try:
        visit.require_seen(stamp_of(*places))
        done = await in_parts(parts(chosen), rule)
    except SeenIsOld:
        return await group_page(visit, fault=visit.say(CHANGED), status=409)
    except ProtocolError as error:
        return await group_page(visit, fault=refusal_sentence(visit, error), status=422)
    said = f"answer={'release' if answer == 'release' else 'refuse'}&sisa={sum(left)}&{done.query}"
    return visit.go(f"{GROUP}?hub={hub}&sebab={word_of(code)}&{said}")


async def _ruled(visit: Visit, places: Sequence[int], answer: str, reason: str) -> tuple[int, int]:
    """How many of these places are ruled on now, and how many wait on.

    Raises:
        SeenIsOld: something there does not wait any more, or waits for another reason.
        TextRefused: personal data in the reason.
    """
    centre, person = visit.centre, visit.person(reason)
    who = {"by": person.by, "agency": person.agency}
    hub, code = visit.text("hub"), code_of(visit.text("sebab")) or ""

    def work(conn: Connection) -> tuple[int, int]:
        if not set(holds.places_of(conn, hub, code)).issuperset(places):
            raise SeenIsOld
        if answer == "release":
            done = holds.release_many(conn, centre, places, **who)
            return done.released, Counter(done.left).total()
        return holds.refuse_many(conn, centre, places, reason=reason, **who), 0

    return await centre.db.run(work)


async def _asked(visit: Visit) -> tuple[str, str, list[int]]:
    """The hub, the reason and the places of what waits.

    Raises:
        HTTPNotFound: nothing of that kind was asked for.
    """
    hub, code = visit.text("hub"), code_of(visit.text("sebab"))
    if not hub or code is None:
        raise web.HTTPNotFound
    return hub, code, await visit.centre.db.read(lambda conn: holds.places_of(conn, hub, code))
