"""Reconciliation: one decision for every entry, verdict by verdict."""

from collections.abc import Sequence
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.catalogue import RecordState, apply
from protocol.entries.changes import Change, encode_change
from protocol.entries.decisions import (
    OUTCOMES,
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    ChangeVoid,
    decode_decision,
    encode_decision,
    outcome_of,
    source_of,
)
from protocol.entries.members import Source
from protocol.innovation.fields import fields
from protocol.limits import CHANGE_BYTES_MAX
from protocol.problems import PROBLEMS
from protocol.reconcile import (
    ERROR_CHARACTERS_MAX,
    ERRORS_MAX,
    VERDICTS,
    Known,
    hold,
    prepare,
    reconcile,
    record_of,
)
from tests.support.entries import (
    AT,
    AUTHORITY,
    HUB,
    MINIMAL,
    NATIONAL,
    ORIGIN,
    SALT,
    applied,
    attest,
    curated,
    opened,
    put,
    record_id,
    restore,
    seen,
    withdraw,
)

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


def decide(change: Change | bytes, knowledge: Known, *, index: int = 2) -> object:
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


def test_an_entry_names_its_record_before_anything_is_known() -> None:
    assert record_of(encode_change(put())) == record_id()
    assert record_of(encode_change(opened())) is None
    assert record_of(b"no entry") is None


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


def test_the_verdicts_stand_in_the_order_of_the_protocol() -> None:
    assert [verdict.code for verdict in VERDICTS] == [
        "key_revoked",
        "change_too_large",
        "unknown_record",
        "seen_ahead",
        "seen_behind",
        "schema_unknown",
        "schema_invalid",
        "privacy_finding",
        "not_owner",
    ]


def test_every_verdict_has_a_sentence_for_the_screen() -> None:
    assert {verdict.code for verdict in VERDICTS} | {
        "foreign_log",
        "decision_failed",
    } <= PROBLEMS.keys()


def test_an_entry_after_the_last_good_one_is_held() -> None:
    knowledge = known(last_good_index=2)
    assert held(put(), knowledge, index=3).code == "key_revoked"
    assert isinstance(decide(put(), knowledge, index=2), ChangeApplied)


def test_a_change_that_no_decision_could_repeat_is_held() -> None:
    decision = held(put(LARGE), known())
    assert (decision.code, decision.record) == ("change_too_large", record_id())


@pytest.mark.parametrize("change", [attest(), withdraw(), restore()])
def test_only_a_put_may_name_a_new_record(change: Change) -> None:
    assert held(change, known()).code == "unknown_record"


def test_a_change_to_anothers_record_is_proposed_with_all_it_says() -> None:
    decision = decide(put({"title": "Usul judul"}), known(existing("52")))
    assert isinstance(decision, ChangeProposed)
    assert (decision.author, decision.set) == (HUB, {"title": "Usul judul"})


@pytest.mark.parametrize("ahead", [seen(11, 1), seen(0, 3)])
def test_an_author_who_saw_what_did_not_exist_is_held(ahead: object) -> None:
    assert held(replace(put(), seen=ahead), known()).code == "seen_ahead"  # type: ignore[arg-type]


def test_an_author_who_saw_all_there_was_is_heard() -> None:
    assert isinstance(decide(put(seen=seen(10, 2)), known()), ChangeApplied)


def test_an_unknown_schema_is_held() -> None:
    assert held(put(schema="9.0.0"), known()).code == "schema_unknown"


def test_an_invalid_record_is_held_with_pointers_and_codes() -> None:
    decision = held(put({**MINIMAL, "title": "x", "colour": "red"}), known())
    assert decision.code == "schema_invalid"
    assert {error["code"] for error in decision.errors} == {"too_short", "unknown_field"}


def test_an_amendment_is_judged_on_top_of_what_stands() -> None:
    state = existing(summary="Ringkasan")
    assert settled(put({"title": "Judul yang baru"}, seen=seen(6, 2)), state).outcome == "applied"
    assert held(put({}, unset=("title",)), known(state)).code == "schema_invalid"


def test_personal_data_in_what_is_set_is_held_and_masked() -> None:
    decision = held(put({**MINIMAL, "summary": "Hubungi siti@contoh.go.id"}), known())
    assert decision.code == "privacy_finding"
    assert [(e["pointer"], e["code"]) for e in decision.errors] == [("/summary", "email")]
    assert "siti@contoh.go.id" not in repr(decision)


def test_personal_data_in_the_reason_of_a_withdrawal_is_held() -> None:
    decision = held(withdraw(reason="Tanya siti@contoh.go.id", seen=seen(6, 2)), known(existing()))
    assert [(e["pointer"], e["code"]) for e in decision.errors] == [("/reason", "email")]


def test_the_first_verdict_that_speaks_decides() -> None:
    worst = put({"title": "x"}, schema="9.0.0", seen=seen(99, 99))
    foreign = known(existing("52"), last_good_index=1)
    assert held(worst, foreign).code == "key_revoked"
    assert held(worst, known(existing("52"))).code == "seen_ahead"
    assert held(replace(worst, seen=seen()), known()).code == "schema_unknown"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"summary": "Hubungi siti@contoh.go.id"}, "privacy_finding"),
        ({"not_a_field": {"a": [1]}}, "schema_invalid"),
    ],
)
def test_a_proposal_is_examined_as_if_it_were_the_owners(
    fields: dict[str, Json], code: str
) -> None:
    foreign = known(existing("52"))
    assert held(put(fields, seen=seen()), foreign).code == code
    assert isinstance(decide(put({"title": "Judul usulan"}, seen=seen()), foreign), ChangeProposed)


def test_personal_data_in_the_campaign_of_an_attestation_is_held() -> None:
    change = replace(attest(), campaign="siti@contoh.go.id", seen=seen())
    assert held(change, known(existing())).code == "privacy_finding"


def rewritten(values: Sequence[Json], *, field: str = "title") -> RecordState:
    """The record after its owner wrote these values in entries 2, 3, ..., having seen nothing."""
    state = existing()
    for number, value in enumerate(values):
        change = applied({field: value}, index=2 + number, seen=seen(0, 2))
        state = apply({state.id: state}, change, place=6 + number, origin=NATIONAL)[state.id]
    return state


def verdict(record: RecordState, value: Json, *, own: int, field: str = "title") -> str:
    knowledge = known(record, size=200)
    decision = decide(put({field: value}, seen=seen(0, own)), knowledge, index=199)
    return decision.code if isinstance(decision, ChangeHeld) else str(outcome_of(decision))  # type: ignore[arg-type]


def test_who_has_seen_nothing_of_many_writes_has_an_old_copy() -> None:
    few, many = (rewritten([f"Judul nomor {n}" for n in range(count)]) for count in (16, 17))
    assert verdict(few, "Judul yang lama", own=2) == "conflict"
    assert verdict(many, "Judul yang lama", own=2) == "seen_behind"
    assert verdict(many, "Judul yang lama", own=3) == "conflict"
    assert verdict(many, "Judul yang baru", own=199) == "applied"


def test_a_set_that_was_written_often_is_changed_by_who_has_seen_it_all() -> None:
    values: list[Json] = [[1 + number % 2] for number in range(65)]
    record = rewritten(values, field="sdgs")
    assert verdict(record, [3], own=66, field="sdgs") == "seen_behind"
    assert verdict(record, [3], own=67, field="sdgs") == "applied"


def test_what_cannot_be_decided_is_held_for_a_person() -> None:
    decision = hold(known(), index=7, at=DECIDED_AT, salt=DECIDED_SALT)
    assert (decision.code, decision.source) == ("decision_failed", Source(origin=ORIGIN, index=7))
    assert decode_decision(encode_decision(decision)) == decision


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


@given(entries(), st.sampled_from([None, HUB, "52"]), st.integers(0, 3))
def test_every_entry_gets_one_outcome_that_can_be_logged_and_folded(
    entry: bytes, owner: str | None, index: int
) -> None:
    knowledge = known(existing(owner) if owner else None)
    decision = reconcile(knowledge, prepare(entry), index=index, at=AT, salt=SALT)
    assert outcome_of(decision) in OUTCOMES
    assert source_of(decision) == Source(origin=ORIGIN, index=index)
    assert decode_decision(encode_decision(decision)) == decision
    records = {record_id(): knowledge.record} if knowledge.record else {}
    apply(records, decision, place=10, origin=NATIONAL)
