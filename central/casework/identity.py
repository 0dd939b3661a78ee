"""Same innovation, replication or two: what people decide about a pair of records, and undo."""

from collections.abc import Collection

from sqlalchemy import Connection

from central import national
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.centre import Centre
from central.past import decision_at, is_known, state_before
from central.store import candidates
from central.store import decisions as index
from central.store.candidates import JUDGED, pair_of
from protocol.canonical import Json
from protocol.catalogue import conflicts, shown_record, standing_of
from protocol.entries.members import Seen
from protocol.entries.record_decisions import (
    RecordDistinct,
    RecordLinked,
    RecordMerged,
    RecordReopened,
    RecordUnmerged,
)
from protocol.facts import MERGED_INTO, ORIGINAL
from protocol.innovation.explaining import in_one_line
from protocol.innovation.validate import findings
from protocol.lineage import confirmed_above
from protocol.matching.candidates import compare
from protocol.matching.features import features_of
from protocol.merge import is_same
from protocol.record_state import RecordState


def merge(
    conn: Connection,
    centre: Centre,
    *,
    record: str,
    absorbed: str,
    take: Collection[str],
    person: Person,
) -> tuple[str, ...]:
    """Decides that two records are of one innovation: `record` stays, the other leads to it.

    Args:
        conn: an open transaction.
        centre: the centre.
        record: the survivor.
        absorbed: the other.
        take: fields whose value comes from the other.
        person: whose decision it is.

    Returns:
        The fields that changed.

    Raises:
        CaseRefused: unknown_record, merged_already, same_record, schema_invalid, or
            field_contested where the survivor is in conflict about a field that is taken: the merge
            would settle it, and undoing the merge could not give the conflict back; field_absent
            where the other has no value of a field that is taken: it would only be emptied.
        TextRefused: personal data in the reason or the account's name.
    """
    survivor, other = _pair(conn, centre, record, absorbed)
    before, source = shown_record(survivor), shown_record(other)
    absent = sorted({*take} - source.keys())
    if absent:
        sentence = f"{absorbed} has no {', '.join(absent)}: there is nothing to take"
        raise CaseRefused(sentence, code="field_absent")
    taken = [name for name in sorted(take) if not is_same(before.get(name), source[name])]
    contested = conflicts(survivor).keys() & set(taken)
    if contested:
        named = ", ".join(sorted(contested))
        sentence = f"{record} is in conflict about {named}: resolve that first"
        raise CaseRefused(sentence, code="field_contested")
    set_ = {name: source[name] for name in taken}
    _refuse_invalid(centre, {**before, **set_})
    decision = RecordMerged(
        **person.reasoned(centre),
        record=record,
        absorbed=absorbed,
        set=set_,
        unset=(),
        seen=_seen(conn, centre),
    )
    national.append(conn, centre, [decision])
    candidates.set_state(conn, pair_of(record, absorbed), JUDGED)
    return tuple(taken)


def unmerge(
    conn: Connection, centre: Centre, *, absorbed: str, person: Person
) -> tuple[str, tuple[str, ...]]:
    """Takes a merge back: the survivor gets back what the merge wrote over and nobody has changed.

    Returns:
        The survivor, and the fields that it got back.

    Raises:
        CaseRefused: unknown_record, or not_merged.
        TextRefused: personal data in the reason or the account's name.
    """
    state = _state(conn, centre, absorbed)
    survivor_id = state.facts.get(MERGED_INTO)
    if not isinstance(survivor_id, str):
        raise CaseRefused(f"{absorbed} is not merged into another record", code="not_merged")
    survivor = _state(conn, centre, survivor_id)
    written, old = _taken_by_merge(conn, centre, absorbed, survivor)
    decision = RecordUnmerged(
        **person.reasoned(centre),
        record=survivor_id,
        absorbed=absorbed,
        set={name: old[name] for name in written if name in old},
        unset=tuple(sorted(name for name in written if name not in old)),
        seen=_seen(conn, centre),
    )
    national.append(conn, centre, [decision])
    _wait_again(conn, centre, (survivor_id, absorbed))
    return survivor_id, tuple(sorted(written))


def link(conn: Connection, centre: Centre, *, record: str, original: str, person: Person) -> None:
    """Decides that `record` replicates `original`.

    Raises:
        CaseRefused: unknown_record, merged_already, same_record, decided_already, or
            replicates_itself where the original goes back to the record.
        TextRefused: personal data in the reason or the account's name.
    """
    state, ancestor = _pair(conn, centre, record, original)
    if state.facts.get(ORIGINAL) == original:
        raise CaseRefused(f"{record} replicates {original} already", code="decided_already")
    if record in confirmed_above(ancestor, lambda older: _state(conn, centre, older)):
        raise CaseRefused(f"{original} goes back to {record}", code="replicates_itself")
    decision = RecordLinked(**person.reasoned(centre), record=record, original=original)
    national.append(conn, centre, [decision])
    candidates.set_state(conn, pair_of(record, original), JUDGED)


def keep_apart(
    conn: Connection, centre: Centre, *, record: str, other: str, person: Person
) -> None:
    """Decides that two records have nothing to do with each other; the pair is not asked again.

    Raises:
        CaseRefused: unknown_record, merged_already, same_record, or decided_already.
        TextRefused: personal data in the reason or the account's name.
    """
    pair = _pair(conn, centre, record, other)
    if _linked(pair) or index.verdict_on(conn, record, other) is not None:
        raise CaseRefused("this pair is decided already; undo that first", code="decided_already")
    decision = RecordDistinct(**person.reasoned(centre), record=record, other=other)
    national.append(conn, centre, [decision])
    candidates.set_state(conn, pair_of(record, other), JUDGED)


def reopen(conn: Connection, centre: Centre, *, record: str, other: str, person: Person) -> None:
    """Takes back that two records are linked or distinct.

    A link counts whoever made it: a person, or the hubs by the last step of a replication.

    Raises:
        CaseRefused: unknown_record, merged_already, same_record, or not_decided.
        TextRefused: personal data in the reason or the account's name.
    """
    standing = _linked(_pair(conn, centre, record, other)) or _decided(conn, record, other)
    if standing is None:
        raise CaseRefused("nothing is decided about this pair", code="not_decided")
    one, two = standing
    decision = RecordReopened(**person.reasoned(centre), record=one, other=two)
    national.append(conn, centre, [decision])
    _wait_again(conn, centre, (record, other))


def undo(
    conn: Connection, centre: Centre, *, record: str, other: str, person: Person
) -> tuple[str, tuple[str, ...]]:
    """Takes back what stands about a pair, whatever it is.

    Returns:
        What it was: same, replication or distinct; and the fields that a survivor got back.

    Raises:
        CaseRefused: unknown_record, same_record, or not_decided.
        TextRefused: personal data in the reason or the account's name.
    """
    verdict = index.verdict_on(conn, record, other)
    if verdict is not None and verdict.kind == "record.merged":
        _, fields = unmerge(conn, centre, absorbed=verdict.other, person=person)
        return "same", fields
    is_link = _linked(_pair(conn, centre, record, other)) is not None
    reopen(conn, centre, record=record, other=other, person=person)
    return "replication" if is_link else "distinct", ()


def _pair(
    conn: Connection, centre: Centre, one: str, other: str
) -> tuple[RecordState, RecordState]:
    if one == other:
        raise CaseRefused("a record and itself are no pair", code="same_record")
    states = _state(conn, centre, one), _state(conn, centre, other)
    for state in states:
        if MERGED_INTO in state.facts:
            sentence = f"{state.id} is merged into {state.facts[MERGED_INTO]}; undo that first"
            raise CaseRefused(sentence, code="merged_already")
    return states


def _linked(pair: tuple[RecordState, RecordState]) -> tuple[str, str] | None:
    """The record of a pair that replicates the other, and that one; None where neither does."""
    for state, other in (pair, pair[::-1]):
        if state.facts.get(ORIGINAL) == other.id:
            return state.id, other.id
    return None


def _decided(conn: Connection, one: str, other: str) -> tuple[str, str] | None:
    """A pair in the order in which a person decided about it; None where nobody did."""
    verdict = index.verdict_on(conn, one, other)
    return None if verdict is None else (verdict.record, verdict.other)


def _state(conn: Connection, centre: Centre, record: str) -> RecordState:
    states = national.load_states(conn, centre, [record])
    if record not in states:
        raise CaseRefused(f"no record {record}", code="unknown_record")
    return states[record]


def _taken_by_merge(
    conn: Connection, centre: Centre, absorbed: str, survivor: RecordState
) -> tuple[list[str], dict[str, Json]]:
    """The fields that a merge wrote and nobody has changed since, and the record before it.

    Nothing where either was redacted: then nobody knows what to give back.
    """
    found = _merge_of(conn, centre, absorbed)
    if found is None or not is_known(conn, centre, survivor.id, found[0]):
        return [], {}
    place, merged = found
    before = state_before(conn, centre, survivor.id, place)
    written = [name for name in (*merged.set, *merged.unset) if _last(survivor, name) == place]
    return written, shown_record(before) if before is not None else {}


def _merge_of(conn: Connection, centre: Centre, absorbed: str) -> tuple[int, RecordMerged] | None:
    """The merge that absorbed a record, with its place; None where its bytes are gone."""
    for place in index.of_record(conn, absorbed):
        decision = decision_at(conn, centre, place)
        if type(decision) is RecordMerged and decision.absorbed == absorbed:
            return place, decision
    return None


def _last(state: RecordState, name: str) -> int:
    """The place of the last write of a field."""
    return max(write.stamp.place for write in state.writes(name))


def _seen(conn: Connection, centre: Centre) -> Seen:
    size = centre.logs.open(conn, centre.national_origin).tree.size
    return Seen(national=size, own=size)


def _wait_again(conn: Connection, centre: Centre, pair: tuple[str, str]) -> None:
    """Lets a pair wait for a person from now on, as the matcher would say some seconds later.

    Not one of which the rules see nothing, and none that readers do not see.
    """
    states = [_state(conn, centre, record) for record in pair_of(*pair)]
    if any(standing_of(state) != "active" for state in states):
        return
    found = compare(*(features_of(state.id, shown_record(state)) for state in states))
    if found is not None:
        candidates.put_open(conn, found, at=centre.clock.now())


def _refuse_invalid(centre: Centre, record: dict[str, Json]) -> None:
    faults = findings(record, today=centre.clock.now().date().isoformat())
    if faults:
        raise CaseRefused(in_one_line(faults), code="schema_invalid", pointer=faults[0].pointer)
