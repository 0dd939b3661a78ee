"""Beranda: one sentence, what waits for somebody, and when the next run is due."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from hubnode import samples
from hubnode.campaigns import open_tasks
from hubnode.node import Node
from hubnode.replications import progress
from hubnode.store import identity, records, runs
from hubnode.web.visit import Visit


async def home(visit: Visit) -> web.Response:
    """The first page."""
    found = await visit.node.db.read(lambda conn: _found(conn, visit.node))
    return await visit.hub_page("home.html", here="home", **found)


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
