"""k of n is the reader's policy: keys count, not names, and only what verifies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.checkpoints import Checkpoint, cosign, sign_checkpoint, with_cosignatures
from protocol.errors import KeyRefused
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import Tree
from protocol.quorum import (
    NOBODY,
    Quorum,
    WitnessesMissing,
    check_quorum,
    parse_quorum,
    witnesses_on,
)

LOG = SigningKey(name="jippnas.test/national/1", type=SignatureType.ED25519, seed=b"l" * 32)
WITNESSES = [
    SigningKey(
        name=f"jippnas.test/witness/{number}",
        type=SignatureType.COSIGNATURE,
        seed=bytes([number]) * 32,
    )
    for number in range(1, 6)
]
KEYS = tuple(it.verifier_key for it in WITNESSES)
BARE = sign_checkpoint(LOG.name, Tree(9, bytes(32)), LOG)


def cosigned(*witnesses: SigningKey, by: Checkpoint = BARE) -> Checkpoint:
    return with_cosignatures(BARE, [cosign(by, it, timestamp=7) for it in witnesses])


@given(st.sets(st.sampled_from(range(5))), st.sets(st.sampled_from(range(5))), st.data())
def test_enough_are_the_trusted_who_have_cosigned_and_nobody_else(
    trusted: set[int], signed: set[int], data: st.DataObject
) -> None:
    required = data.draw(st.integers(0, len(trusted)))
    quorum = Quorum(witnesses=tuple(KEYS[it] for it in sorted(trusted)), required=required)
    checkpoint = cosigned(*(WITNESSES[it] for it in signed))
    both = trusted & signed
    assert witnesses_on(checkpoint, quorum) == tuple(sorted(KEYS[it].name for it in both))
    if len(both) >= required:
        assert len(check_quorum(checkpoint, quorum)) == len(both)
    else:
        with pytest.raises(WitnessesMissing):
            check_quorum(checkpoint, quorum)


def test_a_line_of_another_checkpoint_is_none() -> None:
    other = sign_checkpoint(LOG.name, Tree(9, bytes([1]) * 32), LOG)
    with pytest.raises(WitnessesMissing):
        check_quorum(cosigned(WITNESSES[0], by=other), Quorum(witnesses=KEYS[:1], required=1))


def test_a_line_that_comes_twice_counts_once() -> None:
    once = cosigned(WITNESSES[0])
    line = once.note.splitlines(keepends=True)[-1]
    twice = Checkpoint(origin=once.origin, tree=once.tree, note=once.note + line)
    assert len(witnesses_on(twice, Quorum(witnesses=KEYS[:2], required=0))) == 1


def test_who_requires_nobody_is_content() -> None:
    assert check_quorum(BARE, NOBODY) == ()


def test_one_key_under_two_names_is_not_two_witnesses() -> None:
    alias = SigningKey(name="alias", type=SignatureType.COSIGNATURE, seed=WITNESSES[0].seed)
    with pytest.raises(KeyRefused, match="twice"):
        Quorum(witnesses=(KEYS[0], alias.verifier_key), required=1)


@pytest.mark.parametrize(("count", "required"), [(0, 1), (2, 3), (2, -1)])
def test_what_can_never_be_met_is_refused(count: int, required: int) -> None:
    with pytest.raises(KeyRefused):
        Quorum(witnesses=KEYS[:count], required=required)


def test_the_key_of_a_log_is_none_of_a_witness() -> None:
    assert parse_quorum([KEYS[0].text], 1).witnesses == (KEYS[0],)
    for text in (LOG.verifier_key.text, "kemendagri"):
        with pytest.raises(KeyRefused):
            parse_quorum([text], 0)
