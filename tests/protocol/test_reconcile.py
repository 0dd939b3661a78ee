"""Reconciliation: one decision for every entry, verdict by verdict."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.catalogue import apply
from protocol.entries.changes import Change, RecordPut, encode_change
from protocol.entries.decisions import (
    OUTCOMES,
    ChangeApplied,
    ChangeReleased,
    ChangeVoid,
    decode_decision,
    encode_decision,
    outcome_of,
    source_of,
)
from protocol.entries.members import Source
from protocol.innovation.fields import fields
from protocol.limits import CHANGE_BYTES_MAX
from protocol.reconcile import ERRORS_MAX, encode_outcome, hold, prepare, reconcile, release
from protocol.verdicts import ERROR_CHARACTERS_MAX, Known
from tests.support.entries import (
    AT,
    HUB,
    MINIMAL,
    NATIONAL,
    ORIGIN,
    SALT,
    attest,
    curated,
    opened,
    put,
    record_id,
    restore,
    seen,
    withdraw,
)
from tests.support.reconciling import (
    DECIDED_AT,
    DECIDED_SALT,
    decide,
    existing,
    held,
    known,
    settled,
)


def test_an_entry_names_its_record_before_anything_is_known() -> None:
    assert prepare(encode_change(put())).record == record_id()
    assert prepare(encode_change(opened())).record is None
    assert prepare(b"no entry").record is None


def test_a_valid_put_of_a_new_record_is_applied_with_all_it_says() -> None:
    change = put(unset=("credit",), seen=seen(3, 2))
    assert decide(change, known()) == ChangeApplied(
        salt=DECIDED_SALT,
        at=DECIDED_AT,
        source=Source(origin=ORIGIN, index=2),
        change="record.put",
        author=HUB,
        claimed_at=AT,
        outcome="applied",
        record=record_id(),
        schema="1.0.0",
        set=MINIMAL,
        unset=("credit",),
        seen=seen(3, 2),
    )


def test_the_opening_at_index_0_is_a_noop_without_a_record() -> None:
    decision = decide(opened(), known(), index=0)
    assert isinstance(decision, ChangeApplied)
    assert (decision.outcome, decision.record, decision.seen) == ("noop", None, None)


@pytest.mark.parametrize(
    ("change", "index"), [(opened(), 1), (opened(authority="staging"), 0), (opened(hub="52"), 0)]
)
def test_an_opening_elsewhere_or_of_another_log_is_void(change: Change, index: int) -> None:
    decision = decide(change, known(), index=index)
    assert isinstance(decision, ChangeVoid)
    assert decision.code == "foreign_log"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (b"", "entry_not_canonical"),
        (b'{"v": 1}', "entry_not_canonical"),
        (b'{"type":[],"v":1}', "entry_unknown_type"),
        (b'{"type":"record.put","v":1}', "entry_member_missing"),
    ],
)
def test_what_is_not_understood_is_void(entry: bytes, code: str) -> None:
    assert decide(entry, known()) == ChangeVoid(
        salt=DECIDED_SALT,
        at=DECIDED_AT,
        source=Source(origin=ORIGIN, index=2),
        author=HUB,
        code=code,
    )


def test_a_put_of_what_already_stands_is_a_noop() -> None:
    state = existing(sdgs=[1, 4])
    same: dict[str, Json] = {"title": MINIMAL["title"], "sdgs": [4, 1]}
    more: dict[str, Json] = {**same, "started": "2022"}
    assert settled(put(same, unset=("credit",)), state).outcome == "noop"
    assert settled(put(more, seen=seen(6, 2)), state).outcome == "applied"


def test_a_put_beside_an_unseen_curation_is_a_conflict() -> None:
    state = existing()
    state = apply(
        {state.id: state},
        curated({"title": "Judul kurator"}, seen=seen(6, 0)),
        place=6,
        origin=NATIONAL,
    )[state.id]
    late = put({"title": "Judul pemilik"}, seen=seen(6, 2))
    other = put({"region": "51.01"}, seen=seen(6, 2))
    assert settled(late, state).outcome == "conflict"
    assert settled(other, state).outcome == "applied"


def test_a_conflict_elsewhere_is_not_blamed_on_the_change() -> None:
    state = existing()
    clash = curated({"title": "Judul kurator"}, seen=seen(0, 0))
    state = apply({state.id: state}, clash, place=6, origin=NATIONAL)[state.id]
    assert settled(put({"started": "2020"}, seen=seen(7, 2)), state).outcome == "applied"


def test_to_write_one_of_two_heads_is_no_noop() -> None:
    state = existing()
    clash = curated({"title": "Judul kurator"}, seen=seen(0, 0))
    state = apply({state.id: state}, clash, place=6, origin=NATIONAL)[state.id]
    chosen = put({"title": "Judul kurator"}, seen=seen(7, 2))
    assert settled(chosen, state).outcome == "applied"


def test_to_attest_twice_alike_is_a_noop() -> None:
    state = existing()
    first = settled(attest(), state)
    assert (first.outcome, first.campaign) == ("applied", "2026")
    attested = apply({state.id: state}, first, place=10, origin=NATIONAL)[state.id]
    assert settled(attest(), attested).outcome == "noop"
    assert settled(attest(at="2026-05-01T00:00:00Z"), attested).outcome == "applied"


def test_to_withdraw_twice_for_one_reason_is_a_noop() -> None:
    state = existing()
    first = settled(withdraw(), state)
    assert (first.outcome, first.reason) == ("applied", "Ganda")
    hidden = apply({state.id: state}, first, place=10, origin=NATIONAL)[state.id]
    again = replace(withdraw(), seen=seen(10, 2))
    assert settled(again, hidden).outcome == "noop"
    assert settled(replace(again, reason="Salah hub"), hidden).outcome == "conflict"


def test_to_restore_what_is_not_withdrawn_is_a_noop() -> None:
    assert settled(restore(), existing()).outcome == "noop"


def test_a_held_decision_always_fits_into_an_entry() -> None:
    many = " ".join(f"orang{n}@contoh.go.id" for n in range(ERRORS_MAX + 10))
    decision = held(put({**MINIMAL, "summary": many}), known())
    assert len(decision.errors) == ERRORS_MAX
    assert all(len(e["message"]) <= ERROR_CHARACTERS_MAX for e in decision.errors)
    assert decode_decision(encode_decision(decision)) == decision


def test_the_largest_change_that_is_applied_fits_into_a_decision() -> None:
    room = CHANGE_BYTES_MAX - len(encode_change(withdraw(reason="x"))) + 1
    largest = withdraw(reason="x" * room)
    assert len(encode_change(largest)) == CHANGE_BYTES_MAX
    decision = settled(largest, existing())
    assert decode_decision(encode_decision(decision)) == decision


JSON: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 3000)
    | st.text("aZ é0@/", max_size=4)
    | st.sampled_from(["51", "2021", "kota", "0812-3456-7890", "penerapan"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "kind", "status", "value", "region", "year", "odd"]), inner
        )
    ),
    max_leaves=6,
)
FIELD_NAMES = [*sorted({field.name for field in fields()} - {"id", "hub"}), "odd"]


@st.composite
def entries(draw: st.DrawFn) -> bytes:
    """A put with fields, seen and schema of any kind, or any JSON, or any bytes."""
    set_ = {**MINIMAL, **draw(st.dictionaries(st.sampled_from(FIELD_NAMES), JSON, max_size=4))}
    members = orjson.loads(encode_change(put()))
    members["set"] = set_
    members["unset"] = draw(st.sampled_from([[], ["credit"], ["title"]]))
    members["seen"] = {"national": draw(st.integers(0, 12)), "own": draw(st.integers(0, 4))}
    members["schema"] = draw(st.sampled_from(["1.0.0", "1.0.0", "2"]))
    anything = draw(st.sampled_from(["put", "put", "put", "json", "bytes"]))
    if anything == "bytes":
        return draw(st.binary(max_size=40))
    if anything == "json":
        members[draw(st.sampled_from(sorted(members)))] = draw(JSON)
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


@settings(deadline=None)  # the first entry waits until the schemas are compiled
@given(entries(), st.sampled_from([None, HUB, "52"]), st.integers(0, 3))
def test_every_entry_gets_one_outcome_that_can_be_logged_and_folded(
    entry: bytes, owner: str | None, index: int
) -> None:
    knowledge = known(existing(owner) if owner else None)
    prepared = prepare(entry)
    decision = reconcile(knowledge, prepared, index=index, at=AT, salt=SALT)
    assert outcome_of(decision) in OUTCOMES
    assert source_of(decision) == Source(origin=ORIGIN, index=index)
    assert decode_decision(encode_decision(decision)) == decision
    assert encode_outcome(decision, prepared) == encode_decision(decision)
    records = {record_id(): knowledge.record} if knowledge.record else {}
    apply(records, decision, place=10, origin=NATIONAL)


def test_what_cannot_be_decided_is_held_for_a_person() -> None:
    decision = hold(known(), index=7, at=DECIDED_AT, salt=DECIDED_SALT)
    assert (decision.code, decision.source) == ("decision_failed", Source(origin=ORIGIN, index=7))
    assert decode_decision(encode_decision(decision)) == decision


def released(change: Change, knowledge: Known) -> ChangeReleased | str:
    return release(
        knowledge,
        prepare(encode_change(change)),
        index=2,
        at=DECIDED_AT,
        salt=DECIDED_SALT,
        by="rina",
        agency="panrb",
    )


@pytest.mark.parametrize(
    ("change", "knowledge"),
    [
        (put({**MINIMAL, "summary": "Kantor 081234567890"}), known()),
        (put({"title": "Judul usulan"}, seen=seen(6, 2)), known(existing("52"))),
    ],
)
def test_a_person_may_overrule_a_false_alarm_and_accept_a_proposal(
    change: RecordPut, knowledge: Known
) -> None:
    ruling = released(change, knowledge)
    assert isinstance(ruling, ChangeReleased)
    assert (ruling.outcome, ruling.set, ruling.by) == ("applied", change.set, "rina")
    assert decode_decision(encode_decision(ruling)) == ruling


def test_a_release_counts_from_its_own_place() -> None:
    state = existing()
    ruling = released(put({"title": "Judul lama"}, seen=seen(6, 2)), known(state, size=40))
    assert isinstance(ruling, ChangeReleased)
    after = apply({state.id: state}, ruling, place=40, origin=NATIONAL)[state.id]
    assert [write.stamp.place for write in after.writes("title")] == [5, 40]


@pytest.mark.parametrize(
    ("change", "knowledge", "code"),
    [
        (put({**MINIMAL, "title": "x"}), known(), "schema_invalid"),
        (put(schema="9.0.0"), known(), "schema_unknown"),
        (put(), known(last_good_index=1), "key_revoked"),
        (attest(), known(), "unknown_record"),
        (opened(), known(), "not_waiting"),
    ],
)
def test_nobody_releases_what_would_break_the_catalogue(
    change: Change, knowledge: Known, code: str
) -> None:
    assert released(change, knowledge) == code
