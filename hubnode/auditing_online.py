"""The audit of what the centre says now: of this hub's log, and of the national log to anybody.

Nothing is changed here and nothing is sent: it is asked, compared, and said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hubnode.auditing import Finding, Level
from hubnode.disputing import dispute_with
from hubnode.keys import OwnKeys
from hubnode.node import Node
from hubnode.store import receipts
from hubnode.store.identity import Identity
from hubnode.sync.answers import HubView, Refused, checked
from hubnode.sync.link import Link
from hubnode.sync.session import link_of
from protocol.canonical import Json
from protocol.checkpoints import Checkpoint, known_cosignatures, open_checkpoint
from protocol.disputes import dispute_object
from protocol.errors import ProtocolError
from protocol.keys import VerifierKey


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What the centre said.

    Attributes:
        view: of this hub.
        mirror: the note of its copy of the own log, or None.
        national: checkpoints that it shows to everybody, opened.
    """

    view: HubView
    mirror: bytes | None
    national: tuple[Checkpoint, ...]


async def audit_online(node: Node, who: Identity, keys: OwnKeys) -> tuple[Finding, ...]:
    """Asks the centre, and compares its answers with what is here.

    Args:
        node: this node.
        who: its enrolment.
        keys: its keys; the present log key signs what is asked.

    Raises:
        Unreachable: the centre cannot be asked.
        Refused: it answers with something else.
    """
    link = link_of(node, who, keys.current.log)
    answers = _Answers(
        view=await link.hub_view(),
        mirror=await link.own_checkpoint(),
        national=await _national(link, who),
    )

    def compare(conn: Connection) -> tuple[Finding, ...]:
        found = _of_own_log(conn, node, who, keys.verifiers, answers)
        return (*found, *_of_national(conn, node, who, answers.national))

    return await node.db.read(compare)


async def _national(link: Link, who: Identity) -> tuple[Checkpoint, ...]:
    """Both faces of the centre: what it shows to replicas, and what it shows to everybody."""
    answer = await link.national_checkpoint("")
    notes = [answer[0]] if answer and answer[0] else []
    try:
        notes += await link.checkpoints()
    except Refused as refused:
        if refused.code != "not_found":
            raise
    keys = [who.national_verifier]
    opened = [
        checked(lambda it: open_checkpoint(it, origin=who.national, keys=keys), note)
        for note in notes
    ]
    return tuple(opened)


def _of_own_log(
    conn: Connection,
    node: Node,
    who: Identity,
    own_keys: Sequence[VerifierKey],
    answers: _Answers,
) -> Iterator[Finding]:
    log = node.logs.open(conn, who.origin)
    lost = receipts.covering(conn, answers.view.next_entry)
    if lost is not None:
        evidence: dict[str, Json] = {
            "origin": who.origin,
            "centre_size": answers.view.next_entry,
            "receipt": lost.note.decode(),
            "verifier_keys": [*(it.text for it in own_keys), who.mirror_key],
        }
        yield Finding(code="centre_lost_entries", level=Level.ALARM, evidence=evidence)
    if answers.view.next_entry > log.tree.size:
        yield Finding(code="own_log_behind", level=Level.ATTENTION)
    if answers.mirror is not None and not _is_mine(conn, node, who, own_keys, answers.mirror):
        yield Finding(code="own_log_corrupt", level=Level.ALARM)


def _is_mine(
    conn: Connection, node: Node, who: Identity, own_keys: Sequence[VerifierKey], note: bytes
) -> bool:
    """Whether the centre's copy is signed by both and, as far as it is here, the own log."""
    try:
        theirs = open_checkpoint(note, origin=who.origin, keys=own_keys)
        cosignatures = known_cosignatures(theirs, [who.mirror_verifier])
    except ProtocolError:
        return False
    log = node.logs.open(conn, who.origin)
    size = theirs.tree.size
    is_here = size <= log.tree.size
    return bool(cosignatures) and (not is_here or node.logs.tree_at(conn, log, size) == theirs.tree)


def _of_national(
    conn: Connection, node: Node, who: Identity, shown: tuple[Checkpoint, ...]
) -> Iterator[Finding]:
    log = node.logs.open(conn, who.national)
    largest = max((it.tree.size for it in shown), default=0)
    if largest < log.tree.size:
        detail = f"the centre shows {largest} decisions, {log.tree.size} are here"
        yield Finding(code="national_log_behind", level=Level.ALARM, detail=detail)
    for theirs in shown:
        size = theirs.tree.size
        if 0 < size <= log.tree.size and node.logs.tree_at(conn, log, size) != theirs.tree:
            dispute = dispute_with(conn, node, who, theirs)
            yield Finding(
                code="national_log_forked",
                level=Level.ALARM,
                detail=f"at {size} decisions",
                evidence=dispute_object(dispute) if dispute else {},
            )
            return
