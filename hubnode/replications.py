"""Replications in which this hub takes part: how far they are, whose turn it is, and its own steps.

Told from this node's copy of the national log, so it is as old as the last sync. A step is judged
here by the rule that the centre decides by, so that most of what would be held is refused before it
is saved; what another hub did meanwhile only the centre knows (docs/decisions/0024).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from hubnode.authoring import Desk, UnknownRecord
from hubnode.node import Node
from hubnode.own_entries import undecided
from hubnode.store import outbox, outcomes, records
from hubnode.store.identity import Identity
from hubnode.sync.sentences import sentence_of
from protocol.canonical import Json
from protocol.catalogue import is_hidden, shown_record
from protocol.entries.changes import INTEREST, ReplicationStep, decode_change
from protocol.entries.decisions import ChangeApplied, read_decisions
from protocol.errors import ProtocolError
from protocol.facts import replications_in
from protocol.limits import PACKAGE_ENTRIES
from protocol.lineage import Replication
from protocol.record_state import decode_record_state
from protocol.replication import OWNER, awaited, is_full, may_take

_MARK = b'"replication.step"'
"""What the bytes of a step hold; most changes are none, and are not read for it."""


class StepRefused(ProtocolError):
    """A step that was not saved.

    Codes: step_out_of_order, step_waiting, replication_unknown, replications_full, result_not_own.
    """

    default_code = "step_out_of_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a replication is, as its parties need to know.

    Attributes:
        replication: what the national log says.
        title: of the original; "" while the centre hides it.
        details: of its last step, in the words of who took it.
        next: the step by which it goes on, "" where it has ended.
        turn: id of the hub whose step that is, "" where it has ended.
        is_waiting: a step of this hub is saved here, or sent, and not decided.
    """

    replication: Replication
    title: str
    details: str
    next: str
    turn: str
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStep:
    """A step of this hub that the centre holds.

    Attributes:
        number: of the entry in the own log.
        replication, record, step: what it is a step of, and which.
        code: why it is held.
        sentence: the same in words.
    """

    number: int
    replication: str
    record: str
    step: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that some party took.

    Attributes:
        step: which.
        hub: whose it is.
        at: when, by its author's clock, RFC 3339 in UTC.
        details: in the author's words; "" where they were redacted.
        result: id of the record that came of it, with the implementation.
        is_decided: whether the centre has applied it; else it waits here or there.
    """

    step: str
    hub: str
    at: str
    details: str
    result: str | None
    is_decided: bool


def progress(conn: Connection, node: Node, who: Identity) -> list[Progress]:
    """Every replication in which this hub takes part, the one that moved last first."""
    found = node.lineages.replications_with(conn, who.hub)
    waiting = {(it.record, it.replication) for it in _open_steps(conn, node, who)} if found else ()
    titles = _titles(conn, node, [it.original for it in found])
    return [
        Progress(
            replication=it,
            title=titles[it.original],
            details=_details(conn, node, who, it.place),
            next=step,
            turn=turn,
            is_waiting=(it.original, it.id) in waiting,
        )
        for it in sorted(found, key=lambda it: (it.place, it.id), reverse=True)
        for step, turn in [_turn(it)]
    ]


def interests_waiting(conn: Connection, node: Node, who: Identity) -> list[tuple[str, str]]:
    """Records that this hub said it wants, and the centre has not heard or decided: id, title."""
    open_ones = _open_steps(conn, node, who)
    wanted = [it.record for it in open_ones if it.step == INTEREST]
    titles = _titles(conn, node, wanted)
    return [(record, titles.get(record, "")) for record in wanted]


def steps_taken(conn: Connection, node: Node, who: Identity, found: Replication) -> list[Taken]:
    """Every step of a replication that is known here, in order; own ones that wait are the last."""
    log, mark = node.logs.open(conn, who.national), found.id.encode()
    body = node.documents.get(conn, found.original)
    start = decode_record_state(body).creation.place if body else found.place
    taken: list[Taken] = []
    for first in range(start, found.place + 1, PACKAGE_ENTRIES):
        entries = node.logs.entries(conn, log, first, min(first + PACKAGE_ENTRIES, found.place + 1))
        decisions = read_decisions(it if mark in it else b"" for it in entries)
        steps = (it for _, it in decisions if isinstance(it, ChangeApplied))
        taken += [_taken(it) for it in steps if it.replication == found.id]
    for step in _open_steps(conn, node, who):
        if step.replication == found.id:
            taken.append(
                Taken(
                    step=step.step,
                    hub=who.hub,
                    at=step.at,
                    details=step.details,
                    result=step.result,
                    is_decided=False,
                )
            )
    return taken


def _taken(decision: ChangeApplied) -> Taken:
    return Taken(
        step=decision.step or "",
        hub=decision.author,
        at=decision.claimed_at,
        details=decision.details or "",
        result=decision.result,
        is_decided=True,
    )


def waiting_sentences(conn: Connection, node: Node, who: Identity) -> list[str]:
    """How many replications wait for a step of this hub, in a sentence; none where none does."""
    found = node.lineages.replications_with(conn, who.hub)
    mine = {(it.original, it.id) for it in found if _turn(it)[1] == who.hub}
    if mine:
        mine -= {(it.record, it.replication) for it in _open_steps(conn, node, who)}
    sentence = f"{len(mine)} replikasi menunggu langkah hub ini. Lihat: hubnode replication list"
    return [sentence] if mine else []


def held_steps(conn: Connection, node: Node, who: Identity) -> list[HeldStep]:
    """Own steps that the centre holds, the oldest first."""
    log = node.logs.open(conn, who.origin)
    held = outcomes.held(conn)
    entries = (node.logs.entries(conn, log, it.number, it.number + 1)[0] for it in held)
    found = zip(held, entries, strict=True)
    return [
        HeldStep(
            number=outcome.number,
            replication=step.replication,
            record=step.record,
            step=step.step,
            code=outcome.code,
            sentence=sentence_of(outcome.code).id,
        )
        for outcome, entry in found
        for step in _steps([entry])
    ]


def begin(conn: Connection, desk: Desk, who: Identity, *, record: str, details: str) -> str:
    """States this hub's interest in a record of another one.

    Returns:
        The id of the replication.

    Raises:
        UnknownRecord: the catalogue here has no such record.
        StepRefused: it is this hub's own, this hub is replicating it already, or too many are.
        EditRefused: as `Desk.take_step`.
    """
    body = desk.node.documents.get(conn, record)
    if body is None:
        raise UnknownRecord(f"{record} is not in this node's catalogue; sync, then look again")
    state = decode_record_state(body)
    if not may_take(INTEREST, author=desk.hub, owner=state.owner, standing={}):
        raise StepRefused(f"{record} is a record of this hub")
    _refuse_second(conn, desk, who, record)
    if is_full(replications_in(state.facts)):
        raise StepRefused(record, code="replications_full")
    replication = desk.new_id()
    desk.take_step(record, replication, INTEREST, details)
    return replication


def take(
    conn: Connection,
    desk: Desk,
    who: Identity,
    *,
    replication: str,
    step: str,
    details: str,
    result: str | None = None,
) -> Replication:
    """Takes another step of a replication.

    Args:
        conn: a transaction.
        desk: of this hub.
        who: its enrolment.
        replication: its id.
        step: of `protocol.entries.changes.STEPS`, but for the first.
        details: in the author's words.
        result: id of the record that came of it; with the implementation.

    Returns:
        How far it was before.

    Raises:
        StepRefused: this hub takes no part, a step of it waits, it is not this hub's turn, or the
            result is not this hub's.
        EditRefused: as `Desk.take_step`.
    """
    found = _of_id(conn, desk, replication)
    open_ones = _open_steps(conn, desk.node, who)
    if any((it.record, it.replication) == (found.original, found.id) for it in open_ones):
        raise StepRefused(replication, code="step_waiting")
    if not _may(desk.hub, step, found):
        _, turn = _turn(found)
        told = f"next is hub {turn}" if turn else "it has ended"
        raise StepRefused(f"{replication}: after {found.step}, {told}")
    if result is not None and records.get(conn, result) is None:
        raise StepRefused(result, code="result_not_own")
    desk.take_step(found.original, replication, step, details, result=result)
    return found


def _refuse_second(conn: Connection, desk: Desk, who: Identity, record: str) -> None:
    """Refuses a second interest in a record while the first may still come to something."""
    open_ones = _open_steps(conn, desk.node, who)
    if any((it.record, it.step) == (record, INTEREST) for it in open_ones):
        raise StepRefused(record, code="step_waiting")
    own = [it for it in desk.node.lineages.replications(conn, [record]) if it.hub == desk.hub]
    running = next((it for it in own if awaited(it.step) is not None), None)
    if running is not None:
        raise StepRefused(f"{running.id} is under way, after {running.step}")


def _of_id(conn: Connection, desk: Desk, replication: str) -> Replication:
    taking_part = desk.node.lineages.replications_with(conn, desk.hub)
    found = [it for it in taking_part if it.id == replication]
    if len(found) > 1:
        raise StepRefused(f"{replication} is on {len(found)} records; call the centre")
    if not found:
        raise StepRefused(replication, code="replication_unknown")
    return found[0]


def _may(hub: str, step: str, found: Replication) -> bool:
    standing: dict[str, Json] = {"hub": found.hub, "step": found.step}
    return may_take(step, author=hub, owner=found.owner, standing=standing)


def _turn(found: Replication) -> tuple[str, str]:
    """The step by which it goes on and whose it is; both "" where it cannot."""
    following = awaited(found.step)
    if following is None or found.owner == found.hub:
        return "", ""
    step, party = following
    return step, found.owner if party == OWNER else found.hub


def _open_steps(conn: Connection, node: Node, who: Identity) -> list[ReplicationStep]:
    """Own steps that are saved here, or sent, and not decided."""
    sent = (entry for _, entry in undecided(conn, node, who))
    saved = (it.entry for it in outbox.pending(conn, outbox.count(conn)))
    return [*_steps(sent), *_steps(saved)]


def _steps(entries: Iterable[bytes]) -> Iterator[ReplicationStep]:
    for entry in entries:
        change = decode_change(entry) if _MARK in entry else None
        if isinstance(change, ReplicationStep):
            yield change


def _titles(conn: Connection, node: Node, originals: list[str]) -> dict[str, str]:
    bodies = node.documents.get_many(conn, sorted(set(originals)))
    states = [decode_record_state(body) for body in bodies.values()]
    return {it.id: "" if is_hidden(it) else str(shown_record(it).get("title", "")) for it in states}


def _details(conn: Connection, node: Node, who: Identity, place: int) -> str:
    """What the step said that was decided at a place; "" where that was redacted."""
    log = node.logs.open(conn, who.national)
    found = read_decisions(node.logs.entries(conn, log, place, place + 1))
    steps = (decision for _, decision in found if isinstance(decision, ChangeApplied))
    return next((step.details or "" for step in steps), "")
