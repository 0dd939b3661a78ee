"""Who takes part and with which key, read off the decisions of the national log alone."""

from functools import reduce

import pytest

from protocol.entries.decisions import Decision
from protocol.entries.hub_decisions import (
    HubDecision,
    HubEnrolled,
    HubKeyRotated,
    HubResumed,
    HubRetired,
    HubRevoked,
    HubSuspended,
)
from protocol.entries.members import Source
from protocol.membership import Member, member_after, names_key_of, signer
from tests.support.author import AT, Author

BALI = Author(hub="51")
FIRST, SECOND, THIRD = (BALI.keys_of(seed) for seed in (1, 2, 3))
COMMON = {"salt": "0" * 32, "at": AT, "hub": "51"}
PERSON = {"reason": "server disita", "by": "rina", "agency": "panrb"}

ENROLLED = HubEnrolled(
    **COMMON,
    name="Bali",
    origin=BALI.origin,
    generation=1,
    log_key=FIRST[0].verifier_key.text,
    witness_key=FIRST[1].verifier_key.text,
)
REVOKED = HubRevoked(**COMMON, origin=BALI.origin, last_good_index=3, reason="hilang")
SUSPENDED = HubSuspended(**COMMON, **PERSON)
RESUMED = HubResumed(**COMMON, **PERSON)
RETIRED = HubRetired(**COMMON, **PERSON)


def rotated(index: int, number: int, origin: str = BALI.origin) -> HubKeyRotated:
    log, witness = BALI.keys_of(number)
    return HubKeyRotated(
        **COMMON,
        source=Source(origin=origin, index=index),
        log_key=log.verifier_key.text,
        witness_key=witness.verifier_key.text,
    )


def members(*decisions: HubDecision) -> dict[str, Member]:
    start: dict[str, Member] = {}
    return reduce(lambda known, it: known | member_after(known, it), decisions, start)


@pytest.mark.parametrize(
    ("later", "active"),
    [
        ((), True),
        ((REVOKED,), False),
        ((SUSPENDED,), False),
        ((SUSPENDED, RESUMED), True),
        ((RETIRED,), False),
        ((REVOKED, ENROLLED), True),
    ],
)
def test_a_hub_counts_until_it_is_stopped(later: tuple[HubDecision, ...], *, active: bool) -> None:
    assert members(ENROLLED, *later)["51"].is_active == active


def test_a_rotation_changes_both_keys_and_nothing_else() -> None:
    before, after = members(ENROLLED)["51"], members(ENROLLED, rotated(3, 2))["51"]
    assert after.log_key == SECOND[0].verifier_key.text
    assert after.witness_verifier == SECOND[1].verifier_key
    assert (after.origin, after.is_active) == (before.origin, before.is_active)
    assert members(ENROLLED, rotated(3, 2, "jippnas.test/hub/51/9"))["51"] == before


def test_of_a_hub_that_was_never_enrolled_nothing_is_known() -> None:
    assert members(SUSPENDED, rotated(3, 2)) == {}


def test_a_checkpoint_is_signed_by_the_key_of_its_last_entry() -> None:
    decided: list[Decision] = [SUSPENDED, ENROLLED, rotated(3, 2), RESUMED, rotated(7, 3)]
    keys = {size: signer(decided, BALI.origin, size) for size in (0, 1, 4, 5, 8, 9)}
    first, second, third = (it[0].verifier_key for it in (FIRST, SECOND, THIRD))
    assert keys == {0: first, 1: first, 4: first, 5: second, 8: second, 9: third}
    assert signer(decided, "jippnas.test/hub/35/1", 1) is None


def test_the_decisions_that_name_a_logs_keys_are_told_from_all_others() -> None:
    named = [names_key_of(it, BALI.origin) for it in (ENROLLED, rotated(3, 2), SUSPENDED)]
    assert named == [True, True, False]
    assert not names_key_of(ENROLLED, "jippnas.test/hub/35/1")
