"""Inovasi: the hub's own records and drafts, searched, filtered, sorted, page by page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy import Connection

from hubnode.campaigns import Task, task_of, to_refresh
from hubnode.node import Node
from hubnode.own_list import FACETS, Listed, ListState, OwnList, Question
from hubnode.store.identity import Identity
from hubnode.web.record_words import SORTS, STATES
from hubnode.web.visit import Visit
from protocol.innovation.regions import region_name
from runtime.pages.field_words import COMPLETENESS, Reader

ROWS_A_PAGE = 25
VALUES_A_FACET_MAX = 200
_ASKED = ("query", *FACETS, "sort", "campaign")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the list shows.

    Attributes:
        task: the campaign that is asked about, or None.
        waiting: records that the campaign asks for and that await the centre.
        rows: of the page.
        page: its number, from 1 on.
        count: rows of all pages.
        total: rows that there are, whatever is asked.
    """

    task: Task | None
    waiting: frozenset[str]
    rows: list[Listed]
    page: int
    count: int
    total: int
    facets: dict[str, dict[str, int]]


async def list_page(visit: Visit, who: Identity) -> web.Response:
    """The list."""
    node = visit.node
    asked, page_asked = {name: visit.text(name) for name in _ASKED}, visit.text("page")
    found = await node.db.read(lambda conn: _answer(conn, node, who, asked, page_asked))
    page = found.page
    return await visit.hub_page(
        "innovation_list.html",
        here="innovations",
        asked=asked,
        task=found.task,
        waiting=found.waiting,
        rows=[_shown(row, visit.reader) for row in found.rows],
        found_count=found.count,
        total=found.total,
        facets=_facets(visit, found.facets, asked),
        sorts=SORTS,
        previous=_address(asked, page - 1) if page > 1 else "",
        next=_address(asked, page + 1) if page * ROWS_A_PAGE < found.count else "",
        here_address=_address(asked, page),
        is_filtered=any(asked[name] for name in _ASKED if name != "sort"),
    )


def _answer(
    conn: Connection, node: Node, who: Identity, asked: Mapping[str, str], page_asked: str
) -> Answer:
    campaign = asked["campaign"]
    task = task_of(conn, node, who.hub, campaign) if campaign else None
    left = to_refresh(conn, node, who.hub, campaign) if campaign else []
    question = Question(
        **{name: asked[name] for name in ("query", *FACETS, "sort")},
        among=frozenset(it.record for it in left) if task else None,
    )
    listed = OwnList(conn, node, who)
    count = listed.count(question)
    page = _page_number(page_asked, count)
    return Answer(
        task=task,
        waiting=frozenset(it.record for it in left if it.is_waiting),
        rows=listed.page(question, limit=ROWS_A_PAGE, offset=(page - 1) * ROWS_A_PAGE),
        page=page,
        count=count,
        total=listed.total(),
        facets=listed.counts(question),
    )


def _shown(row: Listed, reader: Reader) -> dict[str, Any]:
    names = [reader.field(name) for names in row.missing.values() for name in names]
    is_begun = row.draft is not None and row.draft.record is None
    return {
        "id": row.id,
        "address": f"/inovasi/draf/{row.id}" if is_begun else f"/inovasi/{row.id}",
        "title": row.title,
        "agency": row.agency,
        "year": row.year,
        "region": region_name(row.region) or row.region,
        "mark": STATES[row.state],
        "draft": row.draft if not is_begun else None,
        "is_begun": is_begun,
        "is_withdrawn": row.state is ListState.WITHDRAWN,
        "present": row.present,
        "total": row.total,
        "missing": names,
        "updated_at": row.updated_at,
    }


def _facets(
    visit: Visit, found: Mapping[str, Mapping[str, int]], asked: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each facet with its values in words; those that are chosen too, where nothing has them."""
    labels = {
        "state": visit.say("Keadaan"),
        "missing": visit.say("Belum lengkap"),
        "category": visit.reader.field("category"),
        "year": visit.say("Tahun mulai"),
        "region": visit.reader.field("region"),
    }
    facets = []
    for name in FACETS:
        values = dict(list(found[name].items())[:VALUES_A_FACET_MAX])
        if asked[name]:
            values.setdefault(asked[name], 0)
        choices = [(it, _value_name(visit, name, it), count) for it, count in values.items()]
        facets.append({"name": name, "label": labels[name], "choices": choices})
    return facets


def _value_name(visit: Visit, facet: str, value: str) -> str:
    if facet == "state" and value in {str(it) for it in ListState}:
        mark = STATES[ListState(value)]
        return visit.say(mark.word)
    if facet == "missing" and value in COMPLETENESS:
        group = COMPLETENESS[value]
        return f"{value}. {visit.say(group)}"
    return (region_name(value) or value) if facet == "region" else value


def _page_number(text: str, count: int) -> int:
    last = max(1, -(-count // ROWS_A_PAGE))
    return min(last, max(1, int(text))) if re.fullmatch("[0-9]{1,9}", text) else 1


def _address(asked: Mapping[str, str], page: int) -> str:
    given = {name: value for name, value in asked.items() if value}
    if page > 1:
        given["page"] = str(page)
    return f"/inovasi?{urlencode(given)}" if given else "/inovasi"
