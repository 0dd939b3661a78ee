"""What campaigns ask of this hub: which of its records, until when, and what is missing in each.

Told from this node's copy of the national log, so it is as old as the last sync; what was saved
since is marked as waiting.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from hubnode.node import Node
from hubnode.store import outbox, outcomes, records
from protocol.campaign_numbers import Numbers, breakdown, numbers_of
from protocol.campaigns import LEFT, Campaign, Targeted
from protocol.catalogue import shown_record
from protocol.errors import ProtocolError
from protocol.innovation.completeness import completeness
from protocol.innovation.fields import labels
from protocol.record_state import decode_record_state

State = Literal["open", "overdue", "closed"]


class CampaignRefused(ProtocolError):
    """A campaign that this node does not know, that is closed, or does not ask for the record."""

    default_code = "campaign_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a campaign asks of this hub.

    Attributes:
        campaign: what the national log says of it.
        state: open, overdue or closed, by this node's clock.
        own: the numbers over this hub's records.
        everywhere: those over all hubs' records.
    """

    campaign: Campaign
    state: State
    own: Numbers
    everywhere: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRefresh:
    """One of this hub's records that a campaign asks for and nobody has refreshed.

    Attributes:
        record: its id.
        title: as the catalogue has it.
        is_waiting: whether something was saved here about it that the centre has not decided.
        missing: labels of the fields that are missing, by group A-E; full groups are absent.
    """

    record: str
    title: str
    is_waiting: bool
    missing: dict[str, list[str]]


def tasks(conn: Connection, node: Node, hub: str) -> list[Task]:
    """Every campaign that this node knows of, the one opened last first."""
    return [_task(conn, node, hub, campaign) for campaign in node.campaigns.every(conn)]


def open_tasks(conn: Connection, node: Node, hub: str) -> list[Task]:
    """The campaigns that still ask this hub for something, the most urgent first."""
    found = [it for it in tasks(conn, node, hub) if it.state != "closed" and it.own.left]
    return sorted(found, key=lambda it: (it.campaign.due, it.campaign.id))


def sentence_of(task: Task) -> str:
    """What a campaign still asks of this hub, in one sentence."""
    name = f"{task.campaign.title} ({task.campaign.id})"
    if task.state == "overdue":
        return f"{task.own.left} inovasi terlambat dimutakhirkan sejak {task.campaign.due}: {name}."
    return f"{task.own.left} inovasi perlu dimutakhirkan sampai {task.campaign.due}: {name}."


def task_of(conn: Connection, node: Node, hub: str, campaign: str) -> Task:
    """One campaign.

    Raises:
        CampaignRefused: this node does not know it.
    """
    return _task(conn, node, hub, _campaign(conn, node, campaign))


def to_refresh(conn: Connection, node: Node, hub: str, campaign: str) -> list[ToRefresh]:
    """The hub's records that are left, by title.

    Raises:
        CampaignRefused: this node does not know the campaign.
    """
    _campaign(conn, node, campaign)
    rows = node.campaigns.rows(conn, campaign, hub=hub, progress=LEFT)
    waiting = _waiting(conn, [row.record for row in rows])
    bodies = node.documents.get_many(conn, [row.record for row in rows])
    found = [_to_refresh(row, bodies[row.record], row.record in waiting) for row in rows]
    return sorted(found, key=lambda it: (it.title, it.record))


def check_asks(conn: Connection, node: Node, *, campaign: str, record: str) -> None:
    """Accepts a record to be attested for a campaign.

    Raises:
        CampaignRefused: this node does not know the campaign, it is closed (`campaign_closed`), or
            does not ask for this record (`not_targeted`).
    """
    found = _campaign(conn, node, campaign)
    if found.closing is not None:
        sentence = f"{campaign}: {found.closing.reason}"
        raise CampaignRefused(sentence, code="campaign_closed")
    if node.campaigns.of_record(conn, campaign, record) is None:
        raise CampaignRefused(f"{campaign}: {record}", code="not_targeted")


def _campaign(conn: Connection, node: Node, campaign: str) -> Campaign:
    found = node.campaigns.get(conn, campaign)
    if found is None:
        known = ", ".join(it.id for it in node.campaigns.every(conn)) or "-"
        raise CampaignRefused(f"{campaign}; yang dikenal di sini: {known}")
    return found


def _task(conn: Connection, node: Node, hub: str, campaign: Campaign) -> Task:
    today = node.clock.now().date().isoformat()
    state: State = "overdue" if campaign.is_overdue(today) else "open"
    cells = node.campaigns.cells(conn, campaign.id)
    return Task(
        campaign=campaign,
        state=state if campaign.closing is None else "closed",
        own=breakdown(cells, "hub").get(hub, Numbers()),
        everywhere=numbers_of(cells),
    )


def _waiting(conn: Connection, ids: list[str]) -> set[str]:
    """Those about which something was saved that has no decision yet."""
    settled = outcomes.last_settled(conn, ids)
    undecided = {
        record
        for record, own in records.get_many(conn, ids).items()
        if own.last_own > settled.get(record, -1)
    }
    return undecided | (outbox.records_with_pending(conn) & set(ids))


def _to_refresh(row: Targeted, body: bytes, is_waiting: bool) -> ToRefresh:  # noqa: FBT001
    record = shown_record(decode_record_state(body))
    names = labels()
    groups = completeness(record).groups
    return ToRefresh(
        record=row.record,
        title=str(record.get("title", "")),
        is_waiting=is_waiting,
        missing={
            name: [names[field] for field in group.missing]
            for name, group in groups.items()
            if group.missing
        },
    )
