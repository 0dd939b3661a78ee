"""Mutu data, awards: what innovations claim, and whether it was given."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.casework import awards
from central.store import qualities
from central.web.quality import QUALITY, catch_up
from central.web.refusals import REASON_MISSING, refusal_sentence
from central.web.visit import Visit
from protocol.entries.record_decisions import CONFIRMED, OPEN, REJECTED
from protocol.errors import ProtocolError
from protocol.innovation.identifiers import is_uuid7
from runtime.http.problem_responses import Refused
from runtime.pages.field_words import STANDINGS

AWARDS = f"{QUALITY}/penghargaan"
PAGE_RECORDS = 25
_STANDINGS = (OPEN, CONFIRMED, REJECTED)


async def awards_page(visit: Visit, *, fault: str = "") -> web.Response:
    """The claims of innovations whose best award stands so, with the form to rule on each."""
    centre, start = visit.centre, visit.start
    asked = visit.text("keadaan")
    standing = asked if asked in _STANDINGS else OPEN

    def read(conn: Connection) -> dict[str, Any]:
        condition = qualities.with_award(standing)
        ids, total = qualities.page(conn, condition, hub="", start=start, limit=PAGE_RECORDS)
        return {"claims": awards.claims_of(conn, centre, ids), "total": total}

    await catch_up(visit)
    return await visit.desk_page(
        "awards.html",
        here="quality",
        status=422 if fault else 200,
        standing=standing,
        standings={it: STANDINGS[it] for it in _STANDINGS},
        start=start,
        limit=PAGE_RECORDS,
        fault=fault,
        reason=visit.text("reason"),
        ruled=(visit.text("record"), visit.text("award")),
        **await centre.db.read(read),
    )


async def rule(visit: Visit) -> web.Response:
    """Confirms, rejects or reopens one claim: the very one that was on screen."""
    record, digest, standing = visit.text("record"), visit.text("award"), visit.text("standing")
    reason = visit.text("reason")
    if standing not in _STANDINGS or not is_uuid7(record):
        raise Refused("bad_query")
    if not reason:
        return await awards_page(visit, fault=visit.say(REASON_MISSING))
    centre, person = visit.centre, visit.person(reason)

    def work(conn: Connection) -> bool:
        return awards.rule_on_seen(conn, centre, record, digest, standing=standing, person=person)

    try:
        is_changed = await centre.db.run(work)
    except ProtocolError as error:
        if error.code == "seen_is_old":
            raise
        return await awards_page(visit, fault=refusal_sentence(visit, error))
    asked = visit.text("keadaan")
    query = f"?keadaan={asked}" if asked in _STANDINGS else ""
    return visit.go(AWARDS + query, told="award_ruled" if is_changed else "decided")
