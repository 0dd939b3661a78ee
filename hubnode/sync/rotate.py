"""The steps of a rotation: sign the next keys in, and hand over once the centre has taken them.

Between the two the entry goes the way of every entry (`hubnode.sync.push`), under the present key.
"""

from sqlalchemy import Connection

from hubnode.keys import KeyPair, finish_rotation
from hubnode.store import outbox
from hubnode.store.outcomes import keys_taken
from hubnode.sync.plan import HandOver, Rotate
from hubnode.sync.session import Session
from protocol.checkpoints import sign_checkpoint
from protocol.entries.changes import encode_change
from protocol.limits import SALT_BYTES
from protocol.rotation import Place, make_rotation


async def sign_in(session: Session, _step: Rotate) -> None:
    """Appends `key.rotate` and signs the tree with the present key; the last that it signs.

    Where an edit was saved a moment ago nothing is appended: that goes first.
    """
    upcoming = _upcoming(session)
    salt = session.node.entropy.bytes(SALT_BYTES).hex()
    at = session.node.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def work(conn: Connection) -> None:
        if outbox.count(conn):
            return
        logs, who = session.node.logs, session.identity
        log = logs.open(conn, who.origin)
        rotation = make_rotation(
            Place(authority=who.authority, hub=who.hub, origin=who.origin, index=log.tree.size),
            log_key=upcoming.log,
            witness_key=upcoming.witness,
            salt=salt,
            at=at,
            by="system",
        )
        tree = logs.append(conn, log, [encode_change(rotation)])
        signed = sign_checkpoint(who.origin, tree, session.log_key)
        logs.save_checkpoint(conn, log, tree.size, signed.note)

    await session.node.db.run(work)


async def hand_over(session: Session, step: HandOver) -> None:
    """Puts the next keys in place of the present ones, or drops them where the centre did.

    The question is still signed by the present key: the centre answers it until the next one was
    used, and that is not before the key file has it. A run out of a file asks nobody: the centre's
    decision about the entry, which it signed, says what intake did (docs/decisions/0021).
    """
    if session.carried is None:
        view = await session.ask()
        is_taken = view.log_key == _upcoming(session).log.verifier_key.text
    else:
        index = step.size - 1
        is_taken = await session.node.db.read(lambda conn: keys_taken(conn, index)) is True
    finish_rotation(
        session.node.folder, session.keys, is_taken=is_taken, passphrase=session.passphrase
    )
    await session.keep(handed_over=True, code="" if is_taken else "rotation_refused")


def _upcoming(session: Session) -> KeyPair:
    if session.keys.next is None:
        raise LookupError("a rotation without next keys")
    return session.keys.next
