"""Reconciling by hand: what the centre knows of hub 51, and what it decides."""

from protocol.canonical import Json
from protocol.catalogue import apply
from protocol.entries.changes import Change, encode_change
from protocol.entries.decisions import ChangeApplied, ChangeHeld, Outcome
from protocol.limits import CHANGE_BYTES_MAX
from protocol.reconcile import prepare, reconcile
from protocol.record_state import RecordState
from protocol.verdicts import Known
from tests.support.entries import AUTHORITY, HUB, MINIMAL, NATIONAL, applied, record_id

DECIDED_AT = "2026-03-02T00:00:00Z"
DECIDED_SALT = "f" * 32
LARGE = {**MINIMAL, "summary": "x" * (CHANGE_BYTES_MAX + 1)}


def known(
    record: RecordState | None = None,
    *,
    hub: str = HUB,
    size: int = 10,
    last_good_index: int | None = None,
) -> Known:
    return Known(
        authority=AUTHORITY,
        hub=hub,
        origin=f"{AUTHORITY}/hub/{hub}/1",
        national_origin=NATIONAL,
        national_size=size,
        last_good_index=last_good_index,
        record=record,
    )


def existing(owner: str = HUB, **more: Json) -> RecordState:
    """The record as `owner` created it in entry 1, at place 5."""
    created = applied({**MINIMAL, **more}, hub=owner, index=1)
    return apply({}, created, place=5, origin=NATIONAL)[record_id()]


def decide(change: Change | bytes, knowledge: Known, *, index: int = 2) -> Outcome:
    entry = change if isinstance(change, bytes) else encode_change(change)
    return reconcile(knowledge, prepare(entry), index=index, at=DECIDED_AT, salt=DECIDED_SALT)


def held(change: Change, knowledge: Known, *, index: int = 2) -> ChangeHeld:
    decision = decide(change, knowledge, index=index)
    assert isinstance(decision, ChangeHeld)
    return decision


def settled(change: Change, record: RecordState) -> ChangeApplied:
    decision = decide(change, known(record))
    assert isinstance(decision, ChangeApplied)
    return decision
