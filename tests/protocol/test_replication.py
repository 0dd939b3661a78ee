"""Replication step by step: whose turn it is, what the original says, and what comes of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue import apply, touched
from protocol.entries.changes import STEPS, ReplicationStep, encode_change
from protocol.entries.decisions import (
    ChangeApplied,
    ChangeHeld,
    Outcome,
    decode_decision,
    encode_decision,
)
from protocol.limits import RUNNING_REPLICATIONS_MAX
from protocol.reconcile import prepare
from protocol.record_state import RecordState, decode_record_state, encode_record_state
from protocol.replication import may_take, next_steps, replication_after
from tests.support.entries import AT, HUB, NATIONAL, SALT, applied, attest, record_id, seen
from tests.support.reconciling import decide, known

ORIGINAL, RESULT, REPLICATION = record_id(1), record_id(2), record_id(3)
WANTER = "73"
WAY = (
    ("interest", WANTER),
    ("agreement", HUB),
    ("approval", WANTER),
    ("implementation", WANTER),
)


def catalogue() -> dict[str, RecordState]:
    """A record of hub 51, and one of hub 73 that will replicate it."""
    records = apply({}, applied(), place=0, origin=NATIONAL)
    return records | apply({}, applied(record=RESULT, hub=WANTER), place=1, origin=NATIONAL)


def step(kind: str, result: str | None = None) -> ReplicationStep:
    return ReplicationStep(
        salt=SALT,
        at=AT,
        by="operator",
        seen=seen(2, 2),
        record=ORIGINAL,
        replication=REPLICATION,
        step=kind,
        details="Surat minat 12/2026",
        result=result,
    )


def take(
    records: dict[str, RecordState], kind: str, hub: str, result: str | None = None
) -> Outcome:
    """Decides a step and folds it."""
    knowledge = replace(known(records[ORIGINAL], hub=hub), result=records.get(result or ""))
    outcome = decide(step(kind, result), knowledge)
    records |= apply(records, outcome, place=10, origin=NATIONAL)
    return outcome


def walked(*way: tuple[str, str]) -> dict[str, RecordState]:
    """The catalogue after these steps, each of which counted."""
    records = catalogue()
    for kind, hub in way:
        outcome = take(records, kind, hub, RESULT if kind == "implementation" else None)
        assert isinstance(outcome, ChangeApplied), kind
    return records


def standing(records: dict[str, RecordState]) -> object:
    replications = records[ORIGINAL].facts["replications"]
    assert isinstance(replications, dict)
    return replications[REPLICATION]


def test_a_replication_goes_from_interest_to_a_record_that_names_its_original() -> None:
    records = walked(*WAY)
    assert standing(records) == {
        "hub": WANTER,
        "step": "implementation",
        "place": 10,
        "result": RESULT,
    }
    assert records[RESULT].facts == {"original": ORIGINAL}


def test_a_step_is_no_proposal_though_another_hub_owns_the_record() -> None:
    assert isinstance(take(catalogue(), "interest", WANTER), ChangeApplied)


@pytest.mark.parametrize(
    ("before", "kind", "hub"),
    [
        ((), "agreement", HUB),  # nobody is interested yet
        ((), "interest", HUB),  # from itself
        (WAY[:1], "interest", WANTER),  # again
        (WAY[:1], "agreement", WANTER),  # for the owner
        (WAY[:1], "agreement", "52"),  # a third hub
        (WAY[:1], "implementation", WANTER),  # too early
        (WAY[:2], "approval", HUB),  # for the other
        (WAY[:3], "refusal", HUB),  # too late
        (WAY, "withdrawal", WANTER),  # it is done
        ((*WAY[:1], ("refusal", HUB)), "agreement", HUB),  # it has ended
    ],
)
def test_a_step_out_of_order_is_held(
    before: tuple[tuple[str, str], ...], kind: str, hub: str
) -> None:
    outcome = take(walked(*before), kind, hub, RESULT if kind == "implementation" else None)
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "step_out_of_order"


@pytest.mark.parametrize("result", [None, record_id(9), ORIGINAL])
def test_an_implementation_names_a_record_of_its_author(result: str | None) -> None:
    outcome = take(walked(*WAY[:3]), "implementation", WANTER, result)
    assert isinstance(outcome, ChangeHeld)


@pytest.mark.parametrize("above", [{RESULT}, {record_id(8), RESULT}])
def test_nothing_came_of_what_it_went_into_itself(above: set[str]) -> None:
    records = walked(*WAY[:3])
    knowledge = replace(
        known(records[ORIGINAL], hub=WANTER), result=records[RESULT], above=frozenset(above)
    )
    outcome = decide(step("implementation", RESULT), knowledge)
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "step_out_of_order"


def test_only_an_implementation_names_a_result() -> None:
    assert isinstance(take(catalogue(), "interest", WANTER, RESULT), ChangeHeld)


@pytest.mark.parametrize("length", [1, 2])
def test_the_owner_may_refuse_until_all_is_agreed(length: int) -> None:
    walked(*WAY[:length], ("refusal", HUB))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_who_wants_may_withdraw_until_the_end(length: int) -> None:
    walked(*WAY[:length], ("withdrawal", WANTER))


def test_a_step_on_an_unknown_record_is_held() -> None:
    outcome = decide(step("interest"), known(hub=WANTER))
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "unknown_record"


def test_details_with_personal_data_are_held() -> None:
    private = replace(step("interest"), details="Hubungi siti@contoh.go.id")
    outcome = decide(private, known(catalogue()[ORIGINAL], hub=WANTER))
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "privacy_finding"


def test_a_step_and_what_the_records_say_of_it_survive_their_bytes() -> None:
    outcome = take(walked(*WAY[:3]), "implementation", WANTER, RESULT)
    assert decode_decision(encode_decision(outcome)) == outcome
    for state in walked(*WAY).values():
        assert decode_record_state(encode_record_state(state)) == state


def asked_again(
    records: dict[str, RecordState], name: str, hub: str = WANTER, kind: str = "interest"
) -> Outcome:
    """A step of another replication of the same original."""
    knowledge = known(records[ORIGINAL], hub=hub)
    outcome = decide(replace(step(kind), replication=name), knowledge)
    records |= apply(records, outcome, place=11, origin=NATIONAL)
    return outcome


def names(records: dict[str, RecordState]) -> list[str]:
    replications = records[ORIGINAL].facts["replications"]
    assert isinstance(replications, dict)
    return sorted(replications)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_hub_that_is_on_its_way_cannot_set_out_again(length: int) -> None:
    outcome = asked_again(walked(*WAY[:length]), record_id(4))
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "step_out_of_order"


def test_another_hub_may_set_out_meanwhile() -> None:
    assert isinstance(asked_again(walked(*WAY[:1]), record_id(4), hub="52"), ChangeApplied)


def test_who_sets_out_again_leaves_the_end_of_the_last_time_behind() -> None:
    records = walked(WAY[0], ("refusal", HUB))
    assert names(records) == [REPLICATION]
    asked_again(records, record_id(4))
    assert names(records) == [record_id(4)]


def test_a_record_holds_no_more_however_often_one_hub_gives_up() -> None:
    records = catalogue()
    sizes = set()
    for number in range(10, 30):
        asked_again(records, record_id(number))
        assert isinstance(asked_again(records, record_id(number), kind="withdrawal"), ChangeApplied)
        sizes.add(len(encode_record_state(replace(records[ORIGINAL], revision=1))))
    assert len(names(records)) == len(sizes) == 1


def on_their_way(count: int) -> dict[str, RecordState]:
    records = catalogue()
    for number in range(count):
        assert isinstance(
            asked_again(records, record_id(100 + number), hub=f"hub-{number}"), ChangeApplied
        )
    return records


def test_no_more_hubs_than_the_limit_are_on_their_way_at_once() -> None:
    records = on_their_way(RUNNING_REPLICATIONS_MAX)
    outcome = asked_again(records, record_id(4))
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "replications_full"
    asked_again(records, record_id(100), hub="hub-0", kind="withdrawal")
    assert isinstance(asked_again(records, record_id(4)), ChangeApplied)


def test_of_a_full_record_what_ended_first_is_left_behind() -> None:
    records = on_their_way(RUNNING_REPLICATIONS_MAX)
    asked_again(records, record_id(100), hub="hub-0", kind="withdrawal")
    asked_again(records, record_id(4))
    assert len(names(records)) == RUNNING_REPLICATIONS_MAX
    assert record_id(100) not in names(records)


def test_a_step_about_records_that_are_gone_is_ignored() -> None:
    outcome = take(walked(*WAY[:3]), "implementation", WANTER, RESULT)
    assert apply({}, outcome, place=1, origin=NATIONAL) == {}


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([HUB, WANTER, "52"]))))
def test_every_way_that_is_allowed_ends(attempts: list[tuple[str, str]]) -> None:
    known_of: dict[str, object] = {}
    taken = []
    for kind, author in attempts:
        if may_take(kind, author=author, owner=HUB, standing=known_of):  # type: ignore[arg-type]
            known_of = {
                **replication_after(known_of, step=kind, author=author, place=0, result=None)  # type: ignore[arg-type]
            }
            taken.append(kind)
    assert len(taken) == len(set(taken)) <= len(WAY)
    assert not taken or taken[0] == "interest"


def test_what_has_ended_has_no_next_step() -> None:
    assert [next_steps(it) for it in ("implementation", "refusal", "withdrawal")] == [{}, {}, {}]


def test_a_step_says_which_records_it_needs() -> None:
    outcome = take(walked(*WAY[:3]), "implementation", WANTER, RESULT)
    assert touched(outcome) == (ORIGINAL, RESULT)
    entry = encode_change(step("implementation", RESULT))
    assert (prepare(entry).record, prepare(entry).result) == (ORIGINAL, RESULT)
    assert prepare(encode_change(attest())).result is None
