"""Ringkasan: whether the federation is well, in one look."""

from aiohttp import web

from central.web.visit import Visit


async def overview_page(visit: Visit) -> web.Response:
    """What waits for somebody."""
    return await visit.desk_page("overview.html", here="overview")
