"""Kampanye, the records behind one of its numbers."""

from aiohttp import web
from sqlalchemy import Connection

from central import projection
from central.casework import campaigns
from central.casework.campaigns import Look
from central.projection import Chosen, Found
from central.web.campaign_page import campaign_of
from central.web.campaign_words import BREAKDOWN_WORDS, NUMBER_WORDS, value_word
from central.web.visit import Visit
from protocol.campaign_numbers import GROUP
from protocol.campaigns import PROGRESS
from protocol.canonical import parse
from protocol.innovation.completeness import GROUPS
from runtime.campaigns import FILTERS
from runtime.finding import Place
from runtime.http.problem_responses import Refused
from runtime.pages.translating import msg

PAGE_RECORDS = 50
VALUE_CHARS_MAX = 200
_CLOSED_LISTS = {
    "progress": tuple(PROGRESS),
    "complete": ("yes", "no"),
    "full": GROUPS,
    "lacking": GROUPS,
}
_FULL, _LACKING = msg("Penuh: %(group)s"), msg("Belum penuh: %(group)s")


async def records_page(visit: Visit) -> web.Response:
    """A page of them, with what they have in common."""
    centre, name, filters = visit.centre, campaign_of(visit), _filters(visit)
    after = Place.parse(visit.text("setelah"))

    def read(conn: Connection) -> tuple[Look, Found]:
        look = campaigns.look(conn, centre, name)
        found = projection.search(
            conn,
            centre,
            query="",
            filters={},
            limit=PAGE_RECORDS,
            after=after,
            chosen=Chosen(campaign=name, filters=filters),
        )
        return look, found

    look, found = await centre.db.read(read)
    return await visit.desk_page(
        "campaign_records.html",
        here="campaigns",
        campaign=look.campaign,
        items=[parse(item) for item in found.items],
        total=found.total,
        said=[_said(visit, filter_, value) for filter_, value in filters.items()],
        hub=filters.get("hub", ""),
        here_address=str(visit.request.rel_url.update_query(setelah=found.next or "")),
        following=found.next,
    )


def _filters(visit: Visit) -> dict[str, str]:
    """By what the records are chosen.

    Raises:
        Refused: a value that nothing has.
    """
    given = {name: visit.text(name) for name in FILTERS if visit.text(name)}
    for name, value in given.items():
        is_value = value.isprintable() and len(value) <= VALUE_CHARS_MAX
        if not is_value or value not in _CLOSED_LISTS.get(name, (value,)):
            raise Refused("bad_query")
    return given


def _said(visit: Visit, name: str, value: str) -> str:
    """A filter in words; a hub's is called by `hub_text` on the page."""
    if name == "progress":
        word = NUMBER_WORDS[value]
        return visit.say(word)
    if name == "complete":
        word = NUMBER_WORDS["complete" if value == "yes" else "incomplete"]
        return visit.say(word)
    if name in {"full", "lacking"}:
        sentence = visit.say(_FULL) if name == "full" else visit.say(_LACKING)
        return sentence % {"group": value_word(visit, GROUP, value)}
    word = BREAKDOWN_WORDS[name]
    return f"{visit.say(word)}: {value_word(visit, name, value)}"
