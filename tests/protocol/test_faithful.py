"""Whatever the rules decide repeats the change; whatever says something else is noticed."""

from dataclasses import replace

import pytest

from protocol.canonical import Json
from protocol.catalogue import apply
from protocol.entries.changes import (
    RecordAttest,
    RecordChange,
    RecordPut,
    RecordRestore,
    RecordWithdraw,
    ReplicationStep,
    encode_change,
)
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeVoid,
    Outcome,
)
from protocol.entries.members import Seen, Source
from protocol.faithful import is_faithful, record_of
from protocol.reconcile import prepare, reconcile
from protocol.record_state import RecordState
from protocol.verdicts import Known
from tests.support.author import AT, Author
from tests.support.rooms import VALID

BALI = Author(hub="51")
RECORD, OTHER = BALI.record(1), BALI.record(7)
SEEN = Seen(national=1, own=1)
COMMON = {"salt": "3" * 32, "at": AT, "by": "operator", "seen": SEEN, "record": RECORD}
AGENCY: Json = {"name": "Provinsi Bali", "kind": "provinsi"}

CHANGES: list[RecordChange] = [
    RecordPut(**COMMON, schema="1.0.0", set={**VALID, "agency": AGENCY}),  # type: ignore[arg-type]
    RecordPut(**COMMON, schema="1.0.0", set={**VALID, "agency": AGENCY}, unset=("summary",)),  # type: ignore[arg-type]
    RecordPut(**COMMON, schema="9.0.0", set={}),  # type: ignore[arg-type]
    RecordAttest(**COMMON, campaign="2026"),  # type: ignore[arg-type]
    RecordWithdraw(**COMMON, reason="Berhenti."),  # type: ignore[arg-type]
    RecordRestore(**COMMON, reason="Lanjut."),  # type: ignore[arg-type]
    ReplicationStep(**COMMON, replication=OTHER, step="interest", details="Minat."),  # type: ignore[arg-type]
]


def decided(
    entry: bytes, index: int = 1, record: RecordState | None = None, *, rotates: bool = False
) -> Outcome:
    known = Known(
        authority="jippnas.test",
        hub="51",
        origin=BALI.origin,
        national_origin="jippnas.test/national/1",
        national_size=5,
        last_good_index=None,
        record=record,
        rotates=rotates,
    )
    return reconcile(known, prepare(entry), index=index, at=AT, salt="4" * 32)


APPLIED = decided(encode_change(CHANGES[0]))
[STATE] = apply({}, APPLIED, place=5, origin="jippnas.test/national/1").values()


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_what_the_rules_decide_is_faithful(number: int, *, known: bool) -> None:
    entry = encode_change(CHANGES[number])
    assert is_faithful(decided(entry, record=STATE if known else None), entry)
    assert record_of(entry) == RECORD


def test_a_rotation_that_is_taken_or_not_is_judged_too() -> None:
    author = Author(hub="51")
    author.rotate(9)
    taken = decided(author.entries[1], rotates=True)
    assert isinstance(taken, ChangeApplied)
    assert is_faithful(taken, author.entries[1])
    refused = decided(author.entries[1])
    assert isinstance(refused, ChangeVoid)
    assert is_faithful(refused, author.entries[1])
    assert record_of(author.entries[1]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("replication", BALI.record(8)),
        ("step", "approval"),
        ("details", "Lain."),
        ("result", BALI.record(2)),
    ],
)
def test_a_step_that_is_told_otherwise_is_not_the_step(name: str, value: str) -> None:
    entry = encode_change(CHANGES[-1])
    step = decided(encode_change(CHANGES[0]))
    assert isinstance(step, ChangeApplied)
    told = replace(
        step,
        change="replication.step",
        set=None,
        unset=None,
        schema=None,
        replication=OTHER,
        step="interest",
        details="Minat.",
    )
    assert is_faithful(told, entry)
    assert not is_faithful(replace(told, **{name: value}), entry)  # type: ignore[arg-type]


def test_an_opening_and_what_cannot_be_read_are_judged_too() -> None:
    assert is_faithful(decided(BALI.entries[0], index=0), BALI.entries[0])
    assert is_faithful(decided(BALI.entries[0], index=3), BALI.entries[0])
    assert is_faithful(decided(b"{}"), b"{}")
    assert record_of(b"{}") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("record", BALI.record(2)),
        ("set", {"title": "Judul lain"}),
        ("unset", ("summary",)),
        ("seen", Seen(national=2, own=1)),
        ("schema", "1.0.1"),
        ("reason", "Berhenti."),
        ("campaign", "2026"),
        ("change", "record.attest"),
        ("claimed_at", "2026-11-23T07:00:01Z"),
    ],
)
def test_a_decision_that_says_something_else_is_not(name: str, value: object) -> None:
    assert isinstance(APPLIED, ChangeApplied)
    twisted = replace(APPLIED, **{name: value})  # type: ignore[arg-type]
    assert not is_faithful(twisted, encode_change(CHANGES[0]))


def test_true_is_not_one() -> None:
    assert isinstance(APPLIED, ChangeApplied)
    assert isinstance(CHANGES[0], RecordPut)
    one = replace(CHANGES[0], set={"title": 1})
    twisted = replace(APPLIED, set={"title": True})
    assert not is_faithful(twisted, encode_change(one))


def test_what_can_be_read_is_not_void_and_what_is_held_keeps_its_record() -> None:
    entry = encode_change(CHANGES[0])
    source = Source(origin=BALI.origin, index=1)
    common = {"salt": "5" * 32, "at": AT, "source": source, "author": "51"}
    void = ChangeVoid(**common, code="entry_void")  # type: ignore[arg-type]
    held = ChangeHeld(**common, code="privacy_finding", errors=(), record=BALI.record(2))  # type: ignore[arg-type]
    assert not is_faithful(void, entry)
    assert not is_faithful(held, entry)
    assert is_faithful(replace(held, record=None), entry)
    assert not is_faithful(APPLIED, b"{}")
