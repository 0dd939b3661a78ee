"""Why a change is held or only proposed, verdict by verdict."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from protocol.canonical import Json
from protocol.catalogue import apply
from protocol.entries.changes import Change
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    ChangeProposed,
    outcome_of,
)
from protocol.problems import PROBLEMS
from protocol.record_state import RecordState
from protocol.verdicts import VERDICTS
from tests.support.entries import (
    HUB,
    MINIMAL,
    NATIONAL,
    applied,
    attest,
    put,
    record_id,
    restore,
    seen,
    withdraw,
)
from tests.support.reconciling import (
    LARGE,
    decide,
    existing,
    held,
    known,
    settled,
)


def test_the_verdicts_stand_in_the_order_of_the_protocol() -> None:
    assert [verdict.code for verdict in VERDICTS] == [
        "key_revoked",
        "log_unopened",
        "change_too_large",
        "unknown_record",
        "step_out_of_order",
        "replications_full",
        "seen_ahead",
        "seen_behind",
        "flood",
        "schema_unknown",
        "schema_invalid",
        "privacy_finding",
        "look_alike",
        "not_owner",
    ]


def test_a_log_that_begins_with_a_record_is_bound_to_no_centre() -> None:
    assert held(put(), known(), index=0).code == "log_unopened"


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


def test_of_an_unknown_schema_only_a_version_is_repeated() -> None:
    private = put(schema="Budi Santoso NIK 3171234567890123")
    [error] = held(private, known()).errors
    assert "9.0.0" in held(put(schema="9.0.0"), known()).errors[0]["message"]
    assert "Budi" not in error["message"]


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


def rewritten(
    values: Sequence[Json], *, field: str = "title", has_seen: bool = False
) -> RecordState:
    """The record after its owner wrote these values in entries 2, 3, ...

    Each having seen the one before, or nothing.
    """
    state = existing()
    for number, value in enumerate(values):
        own = 2 + number if has_seen else 2
        change = applied({field: value}, index=2 + number, seen=seen(0, own))
        state = apply({state.id: state}, change, place=6 + number, origin=NATIONAL)[state.id]
    return state


def verdict(record: RecordState, value: Json, *, own: int, field: str = "title") -> str:
    knowledge = known(record, size=200)
    decision = decide(put({field: value}, seen=seen(0, own)), knowledge, index=199)
    return decision.code if isinstance(decision, ChangeHeld) else str(outcome_of(decision))


def test_who_has_seen_nothing_of_many_writes_has_an_old_copy() -> None:
    few, many = (rewritten([f"Judul nomor {n}" for n in range(count)]) for count in (16, 17))
    assert verdict(few, "Judul yang lama", own=2) == "conflict"
    assert verdict(many, "Judul yang lama", own=2) == "seen_behind"
    assert verdict(many, "Judul yang lama", own=3) == "conflict"
    assert verdict(many, "Judul yang baru", own=199) == "applied"


def test_many_writes_that_were_made_one_on_the_other_are_one_to_who_missed_them() -> None:
    record = rewritten([f"Judul nomor {n}" for n in range(40)], has_seen=True)
    assert verdict(record, "Judul yang lama", own=2) == "conflict"


def test_a_set_that_was_written_often_is_changed_by_who_has_seen_it_all() -> None:
    values: list[Json] = [[1 + number % 2] for number in range(65)]
    record = rewritten(values, field="sdgs")
    assert verdict(record, [3], own=66, field="sdgs") == "seen_behind"
    assert verdict(record, [3], own=67, field="sdgs") == "applied"


@pytest.mark.parametrize("change", [put(), withdraw()])
def test_in_a_flood_only_what_rewrites_an_own_record_is_held(change: Change) -> None:
    flooded = replace(known(existing()), is_flooded=True)
    assert held(change, flooded).code == "flood"
    assert isinstance(decide(change, known(existing())), ChangeApplied)


def test_in_a_flood_new_records_and_attestations_count() -> None:
    assert isinstance(decide(put(), replace(known(), is_flooded=True)), ChangeApplied)
    attested = decide(attest(), replace(known(existing()), is_flooded=True))
    assert isinstance(attested, ChangeApplied)
