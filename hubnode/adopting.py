"""Moving the hub to this machine: the operator says so, and every other one is stopped."""

from hubnode.instance import fresh_installation, instance_of
from hubnode.keys import load_own_keys
from hubnode.node import SYNC_LOCK, Node
from hubnode.store import identity
from hubnode.store.identity import Identity
from hubnode.sync.session import link_of
from runtime.durable import FolderLock


async def adopt(node: Node, who: Identity, *, passphrase: str | None = None) -> str:
    """Makes this machine the hub's only one, under a fresh id; returns that.

    Who is killed between the centre's answer and the own note is a stranger to the centre, and says
    it again.

    Raises:
        AlreadyRunning: a sync run is under way here.
        KeyFileRefused: as `load_own_keys`.
        Unreachable, Refused: as `hubnode.sync.link` says.
    """
    with FolderLock(node.folder, SYNC_LOCK):
        keys = load_own_keys(node.folder, who, passphrase=passphrase)
        link = link_of(node, who, keys.current.log)
        installation = fresh_installation(node.entropy)
        instance = instance_of(node.folder, installation)
        view = await link.hub_view()
        await link.adopt(instance, former=view.instance)
        await node.db.run(lambda conn: identity.save_installation(conn, installation))
    return instance
