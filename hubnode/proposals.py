"""Proposals of other hubs about this hub's records, and how the owner answers.

The owner accepts by writing the same itself: that is signed, and counts like any edit. It refuses
with a reason that stays on this node, because the protocol has no word for it: the ruling on the
proposal itself is the centre's, whose people may be told the reason. That is a gap: the proposing
hub sees its proposal wait until the centre refuses it, and a later protocol needs a change by which
an owner refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from hubnode.authoring import Desk, own_record
from hubnode.decision_texts import decision_at
from hubnode.node import Node
from hubnode.store import proposals, records
from hubnode.store.identity import Identity
from hubnode.store.proposals import Answer, Given, Proposal
from protocol.before import written_by
from protocol.canonical import Json
from protocol.entries.decisions import ATTEST, RESTORE, WITHDRAW, ChangeProposed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCase:
    """What another hub proposes.

    Attributes:
        proposal: which.
        change: its type, such as `record.put`.
        at: its author's time, RFC 3339 in UTC.
        reason: of a withdrawal or restoration, or "".
        fields: by name, what the record says now and what it would say; None is empty.
        answer: what this hub answered, if it has.
    """

    proposal: Proposal
    change: str
    at: str
    reason: str
    fields: Mapping[str, tuple[Json, Json]]
    answer: Given | None


def proposals_to(conn: Connection) -> list[Proposal]:
    """Proposals of others about records that are this hub's today, not answered yet."""
    found = proposals.unanswered(conn)
    own = records.get_many(conn, sorted({it.record for it in found})) if found else {}
    return [it for it in found if it.record in own]


def read_proposal(conn: Connection, node: Node, who: Identity, place: int) -> ProposalCase | None:
    """The proposal at a place of the national log; None where there is none (any more)."""
    proposal, decision = proposals.get(conn, place), decision_at(conn, node, who, place)
    if proposal is None or not isinstance(decision, ChangeProposed):
        return None
    own = records.get(conn, proposal.record)
    if own is None:
        return None
    is_put = decision.set is not None or decision.unset is not None
    written = written_by(decision) if is_put else {}
    return ProposalCase(
        proposal=proposal,
        change=decision.change,
        at=decision.claimed_at,
        reason=decision.reason or "",
        fields={name: (own.fields.get(name), value) for name, value in sorted(written.items())},
        answer=proposals.answer_to(conn, proposal),
    )


def accept(conn: Connection, desk: Desk, case: ProposalCase) -> None:
    """Writes what was proposed, as this hub's own edit.

    Raises:
        UnknownRecord, RecordGiven: the record is not this hub's any more.
        EditRefused: the record would be invalid, or personal data.
    """
    own = own_record(conn, case.proposal.record)
    if case.change == WITHDRAW:
        desk.withdraw(own, case.reason)
    elif case.change == RESTORE:
        desk.restore(own, case.reason)
    elif case.change == ATTEST:
        desk.attest(own)
    else:
        kept = {name: value for name, value in own.fields.items() if name not in case.fields}
        new = {name: value for name, (_, value) in case.fields.items() if value is not None}
        if {**kept, **new} != own.fields:
            desk.put(own, own.id, {**kept, **new})
    _answer(conn, desk, case, Answer.ACCEPTED, "")


def refuse(conn: Connection, desk: Desk, case: ProposalCase, reason: str) -> None:
    """Notes that this hub does not want it, and why; nothing is signed."""
    _answer(conn, desk, case, Answer.REFUSED, reason)


def _answer(conn: Connection, desk: Desk, case: ProposalCase, answer: Answer, reason: str) -> None:
    proposals.keep_answer(
        conn,
        Given(
            origin=case.proposal.origin,
            number=case.proposal.number,
            answer=answer,
            reason=reason,
            account=desk.by,
            at=desk.now,
        ),
    )
