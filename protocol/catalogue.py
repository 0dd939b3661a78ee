"""The national catalogue: what the decisions of the national log add up to.

`apply` folds one decision into the records it touches. It is total and deterministic: any decision
in any state gives a state, and every replica of one log holds the same bytes. A record's state
keeps every write of every field (`protocol.merge`), so that "who covers whom" can be answered for
as long as the log lasts.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import orjson

from protocol.canonical import Json
from protocol.entries.decisions import NOOP, ChangeApplied, Decision, RecordCurated
from protocol.entries.envelope import Seen
from protocol.innovation.completeness import completeness
from protocol.merge import CENTRE, Stamp, Write, add_write, heads, shown

STATE = "state"
"""The field that withdrawals and restorations write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """All that the national log says of one record.

    Attributes:
        id: UUIDv7.
        owner: hub id.
        revision: how many decisions changed the record, from 1.
        place: of the last of them.
        attested_at: claimed time of the last attestation or amendment by the owner.
        fields: every write of every field, in order of their places.
    """

    id: str
    owner: str
    revision: int
    place: int
    attested_at: str
    fields: Mapping[str, tuple[Write, ...]]


def touched(decision: Decision) -> tuple[str, ...]:
    """Ids of the records whose states `apply` needs."""
    if isinstance(decision, ChangeApplied | RecordCurated) and decision.record is not None:
        return (decision.record,)
    return ()


def apply(
    records: Mapping[str, RecordState], decision: Decision, *, place: int, origin: str
) -> dict[str, RecordState]:
    """The states that a decision changes.

    Args:
        records: states of the records that `touched` names, those that exist.
        decision: what is folded.
        place: its index in the national log.
        origin: of the national log.
    """
    match decision:
        case ChangeApplied(outcome=outcome, record=str() as record) if outcome != NOOP:
            after = _apply_change(records.get(record), decision, place)
        case RecordCurated():
            after = _apply_curation(records.get(decision.record), decision, place, origin)
        case _:
            return {}
    return {after.id: after} if after is not None else {}


def shown_record(state: RecordState) -> dict[str, Json]:
    """The record as readers see it: id, hub and the shown value of every field that has one."""
    record: dict[str, Json] = {"id": state.id, "hub": state.owner}
    for name, writes in state.fields.items():
        value = shown(writes, state.owner).value
        if value is not None and name != STATE:
            record[name] = value
    return record


def conflicts(state: RecordState) -> dict[str, tuple[Write, ...]]:
    """The fields with several heads, each with them."""
    contested = ((name, heads(writes)) for name, writes in state.fields.items() if len(writes) > 1)
    return {name: found for name, found in contested if len(found) > 1}


def is_withdrawn(state: RecordState) -> bool:
    """Whether the record is hidden."""
    return _standing(state)["status"] == "withdrawn"


def public_record(state: RecordState) -> dict[str, Json]:
    """What the API and the catalogue screens show of a record."""
    record = shown_record(state)
    found = completeness(record)
    groups: dict[str, Json] = {name: group.percent for name, group in found.groups.items()}
    return {
        "id": state.id,
        "hub": state.owner,
        "revision": state.revision,
        "place": state.place,
        "attested_at": state.attested_at,
        "state": _standing(state),
        "conflicts": list[Json](sorted(conflicts(state))),
        "completeness": {**groups, "complete": found.complete},
        "record": record,
    }


def encode_record_state(state: RecordState) -> bytes:
    """The canonical bytes of a state: what replicas store and compare.

    Stamps stand once and are referred to by number, because a change writes many fields:
    `{"stamps": [[place, origin, number, national, own, author], ...],
    "fields": {name: [[stamp, value], ...]}, ...}`.
    """
    stamps: dict[Stamp, int] = {}
    fields = {
        name: [[stamps.setdefault(w.stamp, len(stamps)), w.value] for w in writes]
        for name, writes in sorted(state.fields.items())
    }
    document = {
        "id": state.id,
        "owner": state.owner,
        "revision": state.revision,
        "place": state.place,
        "attested_at": state.attested_at,
        "stamps": [[s.place, s.origin, s.number, *s.seen, s.author] for s in stamps],
        "fields": fields,
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def decode_record_state(data: bytes) -> RecordState:
    """The state that `encode_record_state` encoded; for bytes of our own database only."""
    document = orjson.loads(data)
    stamps = [
        Stamp(place, origin, number, Seen(national, own), author)
        for place, origin, number, national, own, author in document["stamps"]
    ]
    fields = {
        name: tuple(Write(stamps[stamp], value) for stamp, value in writes)
        for name, writes in document["fields"].items()
    }
    return RecordState(
        id=document["id"],
        owner=document["owner"],
        revision=document["revision"],
        place=document["place"],
        attested_at=document["attested_at"],
        fields=fields,
    )


def catalogue_hash(digests: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256, in hex, over every record's id and the SHA-256 of its state's bytes.

    Args:
        digests: (id, 32 bytes), ascending by id.
    """
    total = hashlib.sha256()
    for record, digest in digests:
        total.update(record.encode() + b"\x00" + digest)
    return total.hexdigest()


def _apply_change(
    state: RecordState | None, decision: ChangeApplied, place: int
) -> RecordState | None:
    stamp = Stamp(
        place,
        decision.source.origin,
        decision.source.index,
        decision.seen or Seen(0, 0),
        decision.author,
    )
    if state is None:
        if decision.change != "record.put" or decision.record is None:
            return None
        state = RecordState(
            id=decision.record,
            owner=decision.author,
            revision=0,
            place=place,
            attested_at=decision.claimed_at,
            fields={},
        )
    written = _written(state, decision.change, decision.set, decision.unset, decision.reason)
    attested = decision.claimed_at if decision.author == state.owner else state.attested_at
    return _with_writes(replace(state, attested_at=attested), written, stamp)


def _apply_curation(
    state: RecordState | None, decision: RecordCurated, place: int, origin: str
) -> RecordState | None:
    if state is None:
        return None
    stamp = Stamp(place, origin, place, decision.seen, CENTRE)
    return _with_writes(
        state, _written(state, "record.put", decision.set, decision.unset, None), stamp
    )


def _written(
    state: RecordState,
    change: str,
    set_: Mapping[str, Json] | None,
    unset: tuple[str, ...] | None,
    reason: str | None,
) -> dict[str, Json]:
    if change == "record.withdraw":
        return {STATE: {"status": "withdrawn", "reason": reason}}
    if change == "record.restore":
        return {STATE: {"status": "active", "reason": reason}}
    emptied: dict[str, Json] = dict.fromkeys(name for name in unset or () if name in state.fields)
    return emptied | dict(set_ or {})


def _with_writes(state: RecordState, written: Mapping[str, Json], stamp: Stamp) -> RecordState:
    fields = dict(state.fields)
    for name, value in written.items():
        fields[name] = add_write(fields.get(name, ()), Write(stamp, value))
    return replace(state, fields=fields, revision=state.revision + 1, place=stamp.place)


def _standing(state: RecordState) -> dict[str, Json]:
    writes = state.fields.get(STATE)
    if not writes:
        return {"status": "active"}
    return cast("dict[str, Json]", shown(writes, state.owner).value)
