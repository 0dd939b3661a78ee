"""Cases: what the centre decided about this hub's records, each with a name of its own.

Some wait for a person here: a conflict, a held change, a proposal of another hub. Some wait for
somebody else: this hub's own proposals, and what the centre has to decide: conflicts that this hub
has answered, and held changes on which only the centre can rule. The rest is settled,
and stays to be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, select

from hubnode.held import Waits, held_changes
from hubnode.node import Node
from hubnode.proposals import proposals_to
from hubnode.review import contested_of_own
from hubnode.store import records
from hubnode.store.identity import Identity
from hubnode.store.outcomes import OWN_OUTCOME, OwnOutcome, Standing
from hubnode.store.proposals import Proposal
from protocol.catalogue import is_hidden, shown_record
from protocol.record_state import decode_record_state


class Kind(StrEnum):
    """What a case is about, in the order in which people look at them."""

    CONFLICT = "conflict"
    HELD = "held"
    PROPOSAL = "proposal"
    PROPOSED = "proposed"
    CENTRE = "centre"
    REPLACED = "replaced"
    REFUSED = "refused"
    APPLIED = "applied"


WAITING = (Kind.CONFLICT, Kind.HELD, Kind.PROPOSAL, Kind.PROPOSED)
"""Those that somebody still has to look at; the centre's own cases are none of the hub's."""

SETTLED = (Kind.REFUSED, Kind.APPLIED)
"""Those that are only there to be read; there may be very many."""

_HELD = {Kind.HELD: Waits.HERE, Kind.CENTRE: Waits.CENTRE, Kind.REPLACED: Waits.NOBODY}
"""Kinds of held changes, by for whom they wait."""

_STANDINGS = {
    Kind.PROPOSED: (Standing.PROPOSED,),
    Kind.REFUSED: (Standing.REFUSED, Standing.VOID),
    Kind.APPLIED: (Standing.SHOWN, Standing.SUPERSEDED, Standing.HIDDEN, Standing.CONFLICT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One of them.

    Attributes:
        kind: what it is about.
        record: id, or None where a change says none.
        title: of the record, "" where nobody here knows it.
        field: name of the contested field; "" of what is no conflict.
        place: of a proposal, in the national log.
        number: of an own change, in the own log.
        code: why it is held or void, or "".
        standing: of an own change, or "".
        author: hub id of a proposal's author, or "".
    """

    kind: Kind
    record: str | None
    title: str = ""
    field: str = ""
    place: int = 0
    number: int = 0
    code: str = ""
    standing: str = ""
    author: str = ""

    @property
    def key(self) -> str:
        """By what it is addressed; for good, as the number or place of an entry is."""
        if self.field:
            return f"benturan/{self.record}/{self.field}"
        if self.kind is Kind.PROPOSAL:
            return f"usulan/{self.place}"
        return f"perubahan/{self.number}"


def unsettled_cases(conn: Connection, node: Node, who: Identity) -> list[Case]:
    """Every case that is not settled, and held changes that were replaced; without their titles.

    By kind, in the order of `Kind`. Those of one kind that wait here have the oldest first, the
    others the newest.
    """
    held = held_cases(conn, node, who)
    here, answered = _conflicts(conn, node, who)
    found = here + held[Kind.HELD]
    found += [_of_proposal(it) for it in proposals_to(conn)]
    found += own_cases(conn, Kind.PROPOSED)
    return found + answered + held[Kind.CENTRE][::-1] + held[Kind.REPLACED][::-1]


def waiting_cases(conn: Connection, node: Node, who: Identity) -> list[Case]:
    """Everything that waits for somebody here or at another hub; without titles."""
    return [it for it in unsettled_cases(conn, node, who) if it.kind in WAITING]


def held_cases(conn: Connection, node: Node, who: Identity) -> dict[Kind, list[Case]]:
    """Held changes by kind, the oldest first: of the hub, of the centre, and replaced ones."""
    held = held_changes(conn, node, who)
    return {
        kind: [_of_held(kind, it.outcome) for it in held if it.waits is waits]
        for kind, waits in _HELD.items()
    }


def held_kind(conn: Connection, node: Node, who: Identity, number: int) -> Kind:
    """What kind of case a held change is."""
    kinds = {it.number: it.kind for cases in held_cases(conn, node, who).values() for it in cases}
    return kinds[number]


def own_cases(
    conn: Connection, kind: Kind, *, limit: int | None = None, before: int | None = None
) -> list[Case]:
    """Own changes of a kind: those that wait the oldest first, the others the newest first.

    Args:
        conn: an open transaction.
        kind: any but conflicts, held changes and proposals of others.
        limit: how many at most.
        before: only changes with a smaller number.
    """
    t = OWN_OUTCOME.c
    standings = [it.value for it in _STANDINGS[kind]]
    found = select(OWN_OUTCOME).where(t.standing.in_(standings))
    if before is not None:
        found = found.where(t.number < before)
    order = t.number if kind in WAITING else t.number.desc()
    rows = conn.execute(found.order_by(order).limit(limit))
    return [
        Case(
            kind=kind,
            record=row.record,
            number=row.number,
            code=row.code,
            standing=str(row.standing),
        )
        for row in rows
    ]


def count_kinds(waiting: Iterable[Case]) -> dict[Kind, int]:
    """How many waiting cases there are of each kind, of those that have some."""
    counts: dict[Kind, int] = {}
    for case in waiting:
        counts[case.kind] = counts.get(case.kind, 0) + 1
    return counts


def with_titles(conn: Connection, node: Node, cases: Sequence[Case]) -> list[Case]:
    """The same, each with its record's title as the catalogue, or else this node, has it."""
    ids = sorted({it.record for it in cases if it.record})
    own = records.get_many(conn, ids)
    titles = {record: str(it.fields.get("title", "")) for record, it in own.items()}
    for record, body in node.documents.get_many(conn, ids).items():
        state = decode_record_state(body)
        if record not in titles and not is_hidden(state):
            titles[record] = str(shown_record(state).get("title", ""))
    return [replace(it, title=titles.get(it.record or "", "")) for it in cases]


def neighbours(cases: Sequence[Case], key: str) -> tuple[Case | None, Case | None]:
    """The cases before and after the one of that key; none beside one that is not among them."""
    place = next((number for number, it in enumerate(cases) if it.key == key), None)
    if place is None:
        return None, cases[0] if cases else None
    previous = cases[place - 1] if place else None
    return previous, cases[place + 1] if place + 1 < len(cases) else None


def _conflicts(conn: Connection, node: Node, who: Identity) -> tuple[list[Case], list[Case]]:
    """The contested fields that wait for somebody here, and those that wait for the centre."""
    contested = contested_of_own(conn, node, who)
    cases = [
        Case(kind=Kind.CENTRE if is_answered else Kind.CONFLICT, record=record, field=field)
        for (record, field), is_answered in contested.items()
    ]
    here = [it for it in cases if it.kind is Kind.CONFLICT]
    return here, [it for it in cases if it.kind is Kind.CENTRE]


def _of_held(kind: Kind, it: OwnOutcome) -> Case:
    standing = str(it.standing)
    return Case(kind=kind, record=it.record, number=it.number, code=it.code, standing=standing)


def _of_proposal(it: Proposal) -> Case:
    return Case(kind=Kind.PROPOSAL, record=it.record, place=it.place, author=it.author)
