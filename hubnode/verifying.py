"""Verifying everything on this disk once a week, while the service runs: case I is found early."""

from datetime import timedelta

from hubnode.damage import UNFINISHED, fault_of
from hubnode.keys import load_own_keys
from hubnode.node import Node
from hubnode.store import identity, verifications
from hubnode.store.verifications import Verification
from runtime.keyfile import KeyFileRefused

EVERY = timedelta(days=7)


async def is_due(node: Node) -> bool:
    """Whether a week has passed.

    A clock that went back makes it due too: nothing is known of how long ago the last one was.
    """
    last = await node.db.read(verifications.latest)
    return last is None or abs(node.clock.now() - last.at) >= EVERY


async def verify_now(node: Node, *, passphrase: str | None = None) -> Verification | None:
    """Verifies, and keeps what was found; None where there are no keys to verify with."""
    who = await node.db.read(identity.get)
    if who is None:
        return None
    try:
        keys = load_own_keys(node.folder, who, passphrase=passphrase)
    except KeyFileRefused:
        return None  # the run before has said so
    fault = await node.db.read(lambda conn: fault_of(conn, node, who, keys))
    is_sound = fault is None or fault.code == UNFINISHED
    found = Verification(
        at=node.clock.now(), message="" if is_sound or fault is None else fault.message
    )
    await node.db.run(lambda conn: verifications.keep(conn, found))
    return found
