"""Sample data for whoever wants to look around before there is any of one's own; and away again."""

from aiohttp import web

from hubnode import samples
from hubnode.store.identity import Identity
from hubnode.web.visit import Visit


async def load(visit: Visit, who: Identity) -> web.Response:
    """Makes the sample drafts."""
    node, account = visit.node, visit.account
    await node.db.run(lambda conn: samples.load(conn, node, who, account=account))
    return visit.go("/inovasi", told="samples")


async def remove(visit: Visit, _who: Identity) -> web.Response:
    """Removes every one of them."""
    await visit.node.db.run(samples.remove)
    return visit.go("/", told="samples_gone")
