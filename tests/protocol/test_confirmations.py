"""Who confirms the newest checkpoint: every hub that counts is in exactly one group."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from protocol.checkpoints import Checkpoint, cosign, joined, sign_checkpoint, with_cosignatures
from protocol.confirmations import Confirmations, confirmations_of, witness_of
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import Tree
from protocol.names import witness_name
from protocol.notes import parse_note

ORIGIN = "jippnas.test/national/1"
LOG = SigningKey(name=ORIGIN, type=SignatureType.ED25519, seed=b"l" * 32)
HUBS = ("35", "51", "73", "lan")
KEYS = {
    hub: SigningKey(
        name=witness_name("jippnas.test", hub),
        type=SignatureType.COSIGNATURE,
        seed=bytes([number]) * 32,
    )
    for number, hub in enumerate(HUBS, 1)
}
WITNESSES = {hub: key.verifier_key for hub, key in KEYS.items()}


def checkpoint(size: int, *hubs: str) -> Checkpoint:
    """A checkpoint with the cosignatures of these hubs."""
    bare = sign_checkpoint(ORIGIN, Tree(size, bytes([size]) * 32), LOG)
    return with_cosignatures(bare, [cosign(bare, KEYS[hub], timestamp=7) for hub in hubs])


@given(
    st.dictionaries(st.sampled_from(HUBS), st.integers(0, 9)),
    st.integers(0, 3),
)
def test_the_groups_add_up_to_the_active_hubs(sizes: Mapping[str, int], more: int) -> None:
    newest = max(sizes.values(), default=0) + more
    found = Confirmations(size=newest, sizes=sizes)
    if newest:
        groups = [*found.newest, *found.older, *found.never]
        assert sorted(groups) == sorted(sizes)
        document = found.document()
        assert (document["active"], document["confirmed"]) == (len(sizes), len(found.newest))


def test_the_newest_cosignature_of_a_hub_counts() -> None:
    found = confirmations_of(
        [checkpoint(9, "51"), checkpoint(7, "51", "35"), checkpoint(3, "35", "73")], WITNESSES
    )
    assert found.newest == ("51",)
    assert found.older == {"35": 7, "73": 3}
    assert found.never == ("lan",)


def test_one_sentence_says_it_in_both_languages() -> None:
    found = confirmations_of([checkpoint(9, "51", "35"), checkpoint(3, "73")], WITNESSES)
    assert found.sentence_en == "2 of 4 hubs confirm this catalogue; 1 an older one; 1 never yet"
    assert found.sentence.startswith("2 dari 4 hub mengonfirmasi katalog ini; 1 yang lebih lama")


def test_where_all_confirm_nothing_else_is_said() -> None:
    found = confirmations_of([checkpoint(9, *HUBS)], WITNESSES)
    assert found.sentence_en == "4 of 4 hubs confirm this catalogue"


def test_a_hub_that_does_not_count_is_in_no_group() -> None:
    active = {hub: WITNESSES[hub] for hub in ("51", "35")}
    found = confirmations_of([checkpoint(9, *HUBS)], active)
    assert (found.newest, found.older, found.never) == (("35", "51"), {}, ())


def test_a_line_of_another_checkpoint_confirms_nothing() -> None:
    moved = cosign(checkpoint(3), KEYS["51"], timestamp=7)
    found = confirmations_of([with_cosignatures(checkpoint(9), [moved])], WITNESSES)
    assert found.newest == ()


def test_a_hub_enrolled_without_a_usable_key_never_confirms() -> None:
    assert witness_of("key") is None
    found = confirmations_of([checkpoint(9, "51")], {"51": WITNESSES["51"], "99": None})
    assert (found.newest, found.never) == (("51",), ("99",))


def test_two_copies_of_a_checkpoint_join_their_lines_each_key_once() -> None:
    both = joined(checkpoint(9, "51", "35"), checkpoint(9, "35", "73"))
    names = [line.name for line in parse_note(both.note).signatures]
    assert names == [ORIGIN, *(KEYS[hub].name for hub in ("51", "35", "73"))]
    assert both.tree == checkpoint(9).tree
