"""What webhooks are told: each event once for each webhook, and every attempt to deliver it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from central.store.tables import METADATA
from central.store.webhooks import WEBHOOK
from runtime.utc_times import UtcDateTime

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
ANSWER_CHARACTERS_MAX = 200

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

DELIVERY = Table(
    "webhook_delivery",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("webhook", String(16), nullable=False),
    Column("event", String(160), nullable=False),
    Column("type", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", UtcDateTime, nullable=False, index=True),
    Column("attempt_count", Integer, nullable=False),
    UniqueConstraint("webhook", "event"),
    Index("ix_webhook_delivery_state", "webhook", "state", "number"),
    Index("ix_webhook_delivery_number", "webhook", "number"),
)
"""`attempt_count` begins anew when it is delivered again by a person's word."""

ATTEMPT = Table(
    "webhook_attempt",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("delivery", ForeignKey(DELIVERY.c.number), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("reason", String(32), nullable=False),
    Column("answer", String(ANSWER_CHARACTERS_MAX), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one webhook.

    Attributes:
        number: names it, and orders those of one webhook.
        webhook: its id.
        event: id of the event, the same in every attempt.
        type: of the event.
        body: the bytes that are posted.
        state: `waiting`, `delivered`, or `failed`: given up until a person says otherwise.
        made_at: when the event was noticed.
        attempt_count: how often it was tried.
    """

    number: int
    webhook: str
    event: str
    type: str
    body: bytes
    state: str
    made_at: datetime
    attempt_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt went.

    Attributes:
        at: when it began.
        took_ms: until there was an answer, or none was waited for any more.
        status: of the answer; None where none came.
        reason: why none came, as of `runtime.ports.Unreachable`; "" where one did.
        answer: its first characters, as far as they can be printed.
    """

    at: datetime
    took_ms: int
    status: int | None
    reason: str
    answer: str


def add(
    conn: Connection,
    webhook: str,
    events: Sequence[tuple[str, str, bytes]],
    *,
    at: datetime,
    state: str = WAITING,
) -> None:
    """Lets events, each with its id, type and body, wait for their delivery in this order."""
    rows = [
        {
            "webhook": webhook,
            "event": event,
            "type": type_,
            "body": body,
            "state": state,
            "made_at": at,
            "attempt_count": 0,
        }
        for event, type_, body in events
    ]
    if rows:
        conn.execute(insert(DELIVERY), rows)


def get(conn: Connection, webhook: str, number: int) -> Delivery | None:
    """One delivery of a webhook."""
    is_it = DELIVERY.c.webhook == webhook, DELIVERY.c.number == number
    row = conn.execute(select(DELIVERY).where(*is_it)).first()
    return None if row is None else Delivery(**row._asdict())


def of_event(conn: Connection, webhook: str, event: str) -> Delivery | None:
    """The delivery of an event to a webhook."""
    is_it = DELIVERY.c.webhook == webhook, DELIVERY.c.event == event
    row = conn.execute(select(DELIVERY).where(*is_it)).first()
    return None if row is None else Delivery(**row._asdict())


def newest_of_type(conn: Connection, webhook: str, type_: str) -> Delivery | None:
    """The last delivery of such an event to a webhook."""
    is_one = DELIVERY.c.webhook == webhook, DELIVERY.c.type == type_
    found = select(DELIVERY).where(*is_one).order_by(DELIVERY.c.number.desc()).limit(1)
    row = conn.execute(found).first()
    return None if row is None else Delivery(**row._asdict())


def newest_of_each(conn: Connection) -> Mapping[str, Delivery]:
    """The last delivery to every webhook that was told anything, by the webhook's id."""
    last = select(func.max(DELIVERY.c.number)).where(DELIVERY.c.webhook == WEBHOOK.c.id)
    numbers = select(last.scalar_subquery()).select_from(WEBHOOK)  # one look into an index for each
    rows = conn.execute(select(DELIVERY).where(DELIVERY.c.number.in_(numbers)))
    return {row.webhook: Delivery(**row._asdict()) for row in rows}


def first_waiting(conn: Connection, webhook: str) -> Delivery | None:
    """What is to be delivered to a webhook next."""
    is_one = DELIVERY.c.webhook == webhook, DELIVERY.c.state == WAITING
    found = select(DELIVERY).where(*is_one).order_by(DELIVERY.c.number).limit(1)
    row = conn.execute(found).first()
    return None if row is None else Delivery(**row._asdict())


def waiting_count(conn: Connection, webhook: str) -> int:
    """How many wait for a webhook."""
    is_one = DELIVERY.c.webhook == webhook, DELIVERY.c.state == WAITING
    return conn.execute(select(func.count()).where(*is_one)).scalar_one()


def page(
    conn: Connection, webhook: str, *, limit: int, before: int | None = None
) -> list[Delivery]:
    """The deliveries of a webhook, the newest first."""
    found = select(DELIVERY).where(DELIVERY.c.webhook == webhook)
    if before is not None:
        found = found.where(DELIVERY.c.number < before)
    rows = conn.execute(found.order_by(DELIVERY.c.number.desc()).limit(limit))
    return [Delivery(**row._asdict()) for row in rows]


def attempts_of(conn: Connection, numbers: Collection[int]) -> Mapping[int, list[Attempt]]:
    """The attempts of these deliveries, the first first."""
    found: dict[int, list[Attempt]] = {number: [] for number in numbers}
    asked = select(ATTEMPT).where(ATTEMPT.c.delivery.in_(numbers)).order_by(ATTEMPT.c.id)
    for row in conn.execute(asked):
        values = {name: value for name, value in row._asdict().items() if name in Attempt.__slots__}
        found[row.delivery].append(Attempt(**values))
    return found


def note(conn: Connection, number: int, attempt: Attempt, *, state: str) -> None:
    """Keeps an attempt, and what it made of its delivery."""
    row = {name: getattr(attempt, name) for name in Attempt.__slots__}
    conn.execute(insert(ATTEMPT).values(delivery=number, **row))
    tried = {"state": state, "attempt_count": DELIVERY.c.attempt_count + 1}
    conn.execute(update(DELIVERY).where(DELIVERY.c.number == number).values(tried))


def let_wait(conn: Connection, number: int) -> None:
    """Lets a delivery wait as if it had never been tried; its attempts stay to be read."""
    anew = {"state": WAITING, "attempt_count": 0}
    conn.execute(update(DELIVERY).where(DELIVERY.c.number == number).values(anew))


def forget_before(conn: Connection, at: datetime) -> int:
    """Forgets deliveries from before a time that do not wait; returns how many it were."""
    return _forget(conn, and_(DELIVERY.c.made_at < at, DELIVERY.c.state != WAITING))


def forget_of(conn: Connection, webhook: str) -> int:
    """Forgets every delivery of a webhook; returns how many it were."""
    return _forget(conn, DELIVERY.c.webhook == webhook)


def _forget(conn: Connection, which: ColumnElement[bool]) -> int:
    numbers = select(DELIVERY.c.number).where(which)
    conn.execute(delete(ATTEMPT).where(ATTEMPT.c.delivery.in_(numbers)))
    return conn.execute(delete(DELIVERY).where(which)).rowcount
