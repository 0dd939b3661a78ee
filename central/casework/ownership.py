"""Ownership: records that go from one hub to another, one by one or by whole regions.

One decision a record, so that each history says it (docs/decisions/0017). What the giver has sent
and sends later stays: it becomes a proposal. Where a law has given the record's region another
code, the record is curated in the same step.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national, registry
from central.casework.amending import curation
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.casework.scanning import scan
from central.centre import Centre
from central.store import audit
from central.store.hubs import RETIRED, REVOKED
from protocol.catalogue import is_withdrawn, shown_record
from protocol.entries.record_decisions import RecordCurated, RecordDecision, RecordTransferred
from protocol.innovation.regions import is_region, present_code
from protocol.record_state import RecordState


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Records of one hub that could be given to another.

    Attributes:
        records: their ids, ascending.
        withdrawn: how many of them are withdrawn.
        former: how many bear a region code that is in force no more.
        regions: how many are of which region, by its code now; "" of those without one.
    """

    records: tuple[str, ...]
    withdrawn: int
    former: int
    regions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a transfer did.

    Attributes:
        records: ids of those that have another owner now.
        recoded: of those whose region code was curated.
        left: of those whose former region code stays, because a person has to look at them.
    """

    records: tuple[str, ...]
    recoded: tuple[str, ...]
    left: tuple[str, ...]


def estate(conn: Connection, centre: Centre, giver: str, regions: Sequence[str] = ()) -> Estate:
    """The records of a hub, withdrawn ones too, in these regions or in any.

    Args:
        conn: an open transaction.
        centre: whose catalogue.
        giver: hub id.
        regions: codes of provinces (all within them), kabupaten or kota; former codes too.

    Raises:
        UnknownHub: there is no such hub.
        CaseRefused: a code is of no region (`unknown_region`).
    """
    registry.get_hub(conn, giver)
    wanted = [_known_region(code) for code in regions]
    found = [
        state
        for state in scan(conn, centre, filters={"hub": [giver]})
        if not wanted or any(_lies_in(_region(state), region) for region in wanted)
    ]
    return Estate(
        records=tuple(state.id for state in found),
        withdrawn=sum(is_withdrawn(state) for state in found),
        former=sum(present_code(_region(state)) != _region(state) for state in found),
        regions=dict(sorted(Counter(present_code(_region(state)) for state in found).items())),
    )


def give(
    conn: Connection, centre: Centre, records: Sequence[str], *, giver: str, to: str, person: Person
) -> Given:
    """Gives to another hub those of the records that are the giver's, in the caller's transaction.

    Raises:
        UnknownHub: no such receiver.
        CaseRefused: the receiver takes part no more (`hub_retired`, `key_revoked`).
        TextRefused: the reason or the account looks like personal data.
    """
    check_receiver(conn, to)
    states = national.load_states(conn, centre, records)
    mine = [state for state in states.values() if state.owner == giver != to]
    decisions = list(_decisions(conn, centre, mine, to=to, person=person))
    if not decisions:
        return Given(records=(), recoded=(), left=())
    national.append(conn, centre, decisions)
    detail = f"{len(mine)} records to {to}: {person.reason}"
    audit.note(conn, at=centre.clock.now(), what="record.transferred", hub=giver, detail=detail)
    recoded = {it.record for it in decisions if isinstance(it, RecordCurated)}
    former = {it.id for it in mine if present_code(_region(it)) != _region(it)}
    return Given(
        records=tuple(sorted(state.id for state in mine)),
        recoded=tuple(sorted(recoded)),
        left=tuple(sorted(former - recoded)),
    )


def transfer(
    conn: Connection, centre: Centre, record: str, *, to: str, person: Person
) -> tuple[str, Given]:
    """Gives one record to another hub: who owned it until now, and what was done.

    Raises:
        CaseRefused: there is no such record (`unknown_record`), or as of `give`.
        UnknownHub, TextRefused: as of `give`.
    """
    state = national.load_states(conn, centre, [record]).get(record)
    if state is None:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    given = give(conn, centre, [record], giver=state.owner, to=to, person=person)
    return state.owner, given


def check_receiver(conn: Connection, hub: str) -> None:
    """Refuses a hub that could not answer for what it is given.

    Raises:
        UnknownHub: there is none of that id.
        CaseRefused: it takes part no more (`hub_retired`, `key_revoked`).
    """
    state = registry.get_hub(conn, hub).state
    if state == RETIRED:
        raise CaseRefused(f"hub {hub} is retired", code="hub_retired")
    if state == REVOKED:
        raise CaseRefused(f"hub {hub} is revoked", code="key_revoked")


def _decisions(
    conn: Connection, centre: Centre, states: Sequence[RecordState], *, to: str, person: Person
) -> Iterator[RecordDecision]:
    """Of each record its transfer, and the curation of a region code that is in force no more."""
    size = centre.logs.open(conn, centre.national_origin).tree.size
    for state in states:
        yield RecordTransferred(
            record=state.id, giver=state.owner, to=to, **person.reasoned(centre)
        )
        region = _region(state)
        if present_code(region) != region:
            values = {"region": present_code(region)}
            curated = curation(centre, state, values, seen=size, person=person)
            if curated is not None:
                yield curated


def _known_region(code: str) -> str:
    present = present_code(code)
    if not is_region(present):
        raise CaseRefused(f"{code} is no region of Kemendagri's list", code="unknown_region")
    return present


def _lies_in(region: str, wanted: str) -> bool:
    present = present_code(region)
    return present == wanted or present.startswith(f"{wanted}.")


def _region(state: RecordState) -> str:
    region = shown_record(state).get("region")
    return region if isinstance(region, str) else ""
