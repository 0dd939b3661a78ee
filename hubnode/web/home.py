"""Beranda: one sentence, what waits for somebody, and when the next run is due."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode import samples
from hubnode.campaigns import open_tasks
from hubnode.node import Node
from hubnode.replications import progress
from hubnode.store import drafts, identity, records, runs
from hubnode.store.drafts import Draft, DraftState
from hubnode.web.signing_rights import may_return
from hubnode.web.visit import Visit


async def home(visit: Visit) -> web.Response:
    """The first page."""
    found = await visit.node.db.read(
        lambda conn: {**_found(conn, visit.node), "drafts": _drafts(conn, visit)}
    )
    return await visit.hub_page("home.html", here="home", **found)


def _drafts(conn: Connection, visit: Visit) -> dict[str, list[Draft]]:
    """Drafts whose turn it is: to be approved by this account, and given back to it."""
    returned = drafts.in_turn(conn, DraftState.RETURNED)
    handed = drafts.in_turn(conn, DraftState.HANDED)
    return {
        "to_approve": [it for it in handed if may_return(visit.signer, it)],
        "returned": [it for it in returned if it.account == visit.account],
    }


def _found(conn: Connection, node: Node) -> dict[str, Any]:
    who, success = identity.get(conn), runs.latest_success(conn)
    if who is None:
        return {
            "record_count": 0,
            "catalogue_count": 0,
            "sample_count": 0,
            "tasks": [],
            "replications": [],
            "last_success_at": None,
        }
    turns = [it for it in progress(conn, node, who) if it.turn == who.hub and not it.is_waiting]
    return {
        "record_count": records.count(conn, is_shown=True),
        "catalogue_count": node.documents.count(conn, is_visible=True),
        "sample_count": samples.count(conn),
        "tasks": open_tasks(conn, node, who.hub),
        "replications": turns,
        "last_success_at": success.started_at if success else None,
    }
