"""The plan of a run, as a pure function: what is known, and the step that follows."""

from dataclasses import replace

import pytest

from hubnode.recovery import RULES
from hubnode.sync.plan import (
    APPEND_ENTRIES,
    APPLY_ENTRIES,
    FETCH_ENTRIES,
    FIRST_APPEND_ENTRIES,
    Append,
    Apply,
    Ask,
    Audit,
    Compare,
    Cosign,
    Fetch,
    Freeze,
    HandOver,
    KeepReceipt,
    Known,
    Mark,
    Offer,
    Rest,
    Send,
    Step,
    plan,
)
from protocol.merkle import EMPTY_TREE, Tree


def tree(size: int, root: int = 1) -> Tree:
    return Tree(size, bytes([root]) * 32) if size else EMPTY_TREE


OWN = tree(5)
RULE = {rule.code: rule for rule in RULES}
SETTLED = Known(
    own=OWN,
    mark=OWN,
    receipt_size=5,
    centre_size=5,
    asked=True,
    national_asked=True,
    replica=tree(9),
    applied_size=9,
    target=tree(9),
    cosigned_size=9,
    audited=True,
)
"""Nothing is left to do."""


CARRIED = replace(SETTLED, sends=False, rotation="signed", rotation_decided=True)
"""A file has brought the decision about the entry that signs the next keys in."""


def test_a_run_that_cannot_ask_hands_over_by_the_decision_that_it_read() -> None:
    assert plan(CARRIED) == HandOver(size=5)


@pytest.mark.parametrize(
    "changes",
    [
        {"rotation_decided": False},
        {"rotation": "ready"},
        {"handed_over": True},
        {"frozen": True},
    ],
)
def test_a_run_that_cannot_ask_hands_over_only_then(changes: dict[str, object]) -> None:
    assert plan(replace(CARRIED, **changes)) == Rest()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, Rest()),
        ({"asked": False}, Ask(subject="hub")),
        ({"pending_count": 3}, Append(count=3)),
        ({"pending_count": 99_999}, Append(count=FIRST_APPEND_ENTRIES)),
        ({"pending_count": 99_999, "offered_size": 5}, Append(count=APPEND_ENTRIES)),
        ({"mark": None}, Mark(tree=OWN)),
        ({"mark": tree(3)}, Mark(tree=OWN)),
        ({"receipt_size": 3}, Offer(tree=OWN)),
        ({"centre_size": 3}, Offer(tree=OWN)),
        ({"centre_size": 3, "offered_size": 5}, Send(start=3, end=5)),
        ({"receipt_size": 3, "offered_size": 5}, Send(start=5, end=5)),
        ({"receipt_size": 3, "offered_size": 5, "pending_count": 3}, Send(start=5, end=5)),
        ({"receipt_size": 3, "receipt_waiting": True}, KeepReceipt(size=5)),
        ({"national_asked": False}, Ask(subject="national")),
        ({"target": tree(12)}, Fetch(log="national", start=9, end=12)),
        ({"applied_size": 4}, Apply(start=4, end=9)),
        ({"applied_size": 4, "target": tree(12)}, Apply(start=4, end=9)),
        ({"audited": False}, Audit(national_size=9)),
        ({"cosigned_size": 3}, Cosign(size=9)),
    ],
)
def test_each_thing_left_to_do_is_the_next_step(changes: dict[str, object], step: Step) -> None:
    assert plan(replace(SETTLED, **changes)) == step  # type: ignore[arg-type]


def test_a_fresh_log_is_opened_even_when_nothing_waits() -> None:
    assert plan(Known(asked=True)) == Append(count=0)


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"centre_size": 8, "roots_agree": None}, Compare(centre_size=8)),
        ({"centre_size": 8, "common_size": 5}, Fetch(log="own", start=5, end=8)),
        ({"roots_agree": False}, Compare(centre_size=5)),
        ({"roots_agree": False, "common_size": 3}, Freeze(rule=RULE["own_log_diverged"])),
        ({"mark_met": False, "mark": tree(9)}, Freeze(rule=RULE["issued_mark_ahead"])),
    ],
)
def test_recovery_comes_before_anything_is_signed(changes: dict[str, object], step: Step) -> None:
    waiting = replace(SETTLED, pending_count=3, receipt_size=0)
    assert plan(replace(waiting, **changes)) == step  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, Rest()),
        ({"receipt_waiting": True, "centre_size": 3}, KeepReceipt(size=3)),
        ({"target": tree(12), "reach": 12}, Fetch(log="national", start=9, end=12)),
        ({"target": tree(12), "reach": 11}, Fetch(log="national", start=9, end=11)),
        ({"target": tree(12), "reach": 9}, Rest()),
        ({"cosigned_size": 3}, Rest()),
        ({"mark_met": False, "mark": tree(9)}, Rest()),
        ({"roots_agree": False, "common_size": 3}, Freeze(rule=RULE["own_log_diverged"])),
        ({"centre_size": 8, "common_size": 5}, Fetch(log="own", start=5, end=8)),
    ],
)
def test_a_run_that_reads_a_file_sends_nothing_and_takes_what_is_there(
    changes: dict[str, object], step: Step
) -> None:
    waiting = replace(SETTLED, sends=False, pending_count=3, receipt_size=0)
    assert plan(replace(waiting, **changes)) == step  # type: ignore[arg-type]


@pytest.mark.parametrize("stopped", [{"frozen": True}, {"active": False}])
def test_a_stopped_hub_sends_nothing_and_still_pulls(stopped: dict[str, bool]) -> None:
    waiting = replace(SETTLED, pending_count=3, receipt_size=0, mark=None, target=tree(12))
    assert plan(replace(waiting, **stopped)) == Fetch(log="national", start=9, end=12)  # type: ignore[arg-type]


def test_a_frozen_hub_is_not_diagnosed_again() -> None:
    assert plan(replace(SETTLED, frozen=True, roots_agree=False)) == Rest()


def test_ranges_end_where_entry_bundles_do() -> None:
    behind = replace(SETTLED, replica=tree(300), applied_size=300, target=tree(100_000))
    assert plan(behind) == Fetch(log="national", start=300, end=256 + FETCH_ENTRIES)
    unapplied = replace(SETTLED, replica=tree(50_000), applied_size=300, target=tree(50_000))
    assert plan(unapplied) == Apply(start=300, end=256 + APPLY_ENTRIES)
