"""The emergency kit of this node: made from its key file, and put back into a fresh one."""

from datetime import datetime

from sqlalchemy import Connection

from hubnode.keys import KEY_FILE, load_own_keys
from hubnode.node import Node
from hubnode.store import identity, safeguards
from hubnode.store.identity import Identity
from protocol.emergency_kit import EmergencyKit
from protocol.errors import KitRefused
from protocol.keys import SignatureType, SigningKey
from runtime.keyfile import replace_keys


def kit_of(node: Node, who: Identity) -> EmergencyKit:
    """The keys that sign now; after a rotation it is another kit.

    Raises:
        KeyFileRefused: the key file cannot be used.
    """
    current = load_own_keys(node.folder, who).current
    return EmergencyKit(log=current.log.seed, witness=current.witness.seed)


async def restore_keys(node: Node, kit: EmergencyKit) -> None:
    """Puts the kit's keys in place of those that a fresh node was made with, which signed nothing.

    The node then enrols with an invitation that names its keys (`central hub invite --same-keys`),
    and its next run brings its log back.

    Raises:
        KitRefused: this node is enrolled, so its keys are in use.
    """
    if await node.db.read(identity.get) is not None:
        raise KitRefused("this node is enrolled; its keys stay")
    replace_keys(node.folder / KEY_FILE, {"log": kit.log, "witness": kit.witness})
    await node.db.run(lambda conn: note_typed(conn, kit, node.clock.now()))


def note_typed(conn: Connection, kit: EmergencyKit, at: datetime) -> None:
    """Keeps that a kit exists: somebody has just typed it."""
    key = SigningKey(name="kit", type=SignatureType.ED25519, seed=kit.log).verifier_key.text
    safeguards.keep_kit(conn, at, key=key)
