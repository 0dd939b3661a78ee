"""Pages that there are only once the hub is enrolled."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.web.visit import PageOf, Visit

PageOfHub = Callable[[Visit, Identity], Awaitable[web.StreamResponse]]


def of_hub(page_of: PageOfHub) -> PageOf:
    """The page, or the wizard where there is no hub yet."""

    async def page(visit: Visit) -> web.StreamResponse:
        who = await visit.node.db.read(identity.get)
        if who is None:
            return visit.go("/mulai/pendaftaran")
        return await page_of(visit, who)

    return page
