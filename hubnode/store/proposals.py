"""What other hubs propose about records that are not theirs, and what this hub answered.

A proposal is folded from the national log and forgotten once a person at the centre has ruled on
it. The answer is this hub's own note beside it: the protocol leaves the ruling to the centre.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, Integer, String, Table, Text, and_, delete, select

from hubnode.store.tables import METADATA
from protocol.entries.decisions import ChangeProposed, ChangeRefused, ChangeReleased, Decision
from protocol.entries.redaction import EntryRedacted
from runtime.database import upsert
from runtime.utc_times import UtcDateTime

PROPOSAL = Table(
    "proposal",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("record", String(36), nullable=False, index=True),
    Column("author", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("number", Integer, nullable=False),
)

PROPOSAL_ANSWER = Table(
    "proposal_answer",
    METADATA,
    Column("origin", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("answer", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("account", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


class Answer(StrEnum):
    """What this hub says to a proposal."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of a hub that does not own the record.

    Attributes:
        place: of the decision in the national log.
        record: its id.
        author: hub id.
        origin, number: of the entry behind it, by which an answer finds it in every epoch.
    """

    place: int
    record: str
    author: str
    origin: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer.

    Attributes:
        origin, number: of the entry behind the proposal.
        reason: in the words of whoever answered; "" where there are none.
        account: who that was.
    """

    origin: str
    number: int
    answer: Answer
    reason: str
    account: str
    at: datetime


def follow(conn: Connection, placed: Iterable[tuple[int, Decision]], *, own: str) -> None:
    """Keeps the proposals of others among these decisions, and forgets those that are settled.

    Args:
        conn: the transaction that folds them.
        placed: decisions with their places.
        own: origin of this hub's log, whose proposals have outcomes instead.
    """
    for place, decision in placed:
        match decision:
            case ChangeProposed() if decision.source.origin != own:
                row = {"place": place, "record": decision.record, "author": decision.author}
                source = {"origin": decision.source.origin, "number": decision.source.index}
                upsert(conn, PROPOSAL, [{**row, **source}], key=["place"])
            case ChangeReleased() | ChangeRefused():
                _forget(conn, decision.source.origin, decision.source.index)
            case EntryRedacted():
                gone = [it.index for it in decision.entries]
                conn.execute(delete(PROPOSAL).where(PROPOSAL.c.place.in_(gone)))
            case _:
                pass


def clear(conn: Connection) -> None:
    """Forgets the proposals: they are folded again. The answers stay."""
    conn.execute(delete(PROPOSAL))


def unanswered(conn: Connection) -> Sequence[Proposal]:
    """Those that wait for this hub's answer, whoever owns the record; the oldest first."""
    t, a = PROPOSAL.c, PROPOSAL_ANSWER.c
    is_answer = and_(a.origin == t.origin, a.number == t.number)
    answered = select(a.number).where(is_answer).exists()
    found = select(PROPOSAL).where(~answered).order_by(t.place)
    return [Proposal(**row._asdict()) for row in conn.execute(found)]


def get(conn: Connection, place: int) -> Proposal | None:
    """The proposal that was decided at a place; None where there is none, or it is settled."""
    row = conn.execute(select(PROPOSAL).where(PROPOSAL.c.place == place)).first()
    return None if row is None else Proposal(**row._asdict())


def answer_to(conn: Connection, proposal: Proposal) -> Given | None:
    """What this hub answered, if it has."""
    a = PROPOSAL_ANSWER.c
    is_its = and_(a.origin == proposal.origin, a.number == proposal.number)
    row = conn.execute(select(PROPOSAL_ANSWER).where(is_its)).first()
    return None if row is None else Given(**{**row._asdict(), "answer": Answer(row.answer)})


def keep_answer(conn: Connection, given: Given) -> None:
    """Keeps an answer; a later one replaces it."""
    row = {**asdict(given), "answer": given.answer.value}
    upsert(conn, PROPOSAL_ANSWER, [row], key=["origin", "number"])


def _forget(conn: Connection, origin: str, number: int) -> None:
    t = PROPOSAL.c
    conn.execute(delete(PROPOSAL).where(t.origin == origin, t.number == number))
