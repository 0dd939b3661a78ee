"""Trees and proofs against RFC 6962's own recursive definitions, written down once more."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import ProofRefused
from protocol.merkle import EMPTY_ROOT, Node, Tree, hash_of, leaf_hash, nodes_of, root_of
from protocol.merkle_proofs import (
    Range,
    check_consistency,
    check_inclusion,
    check_subtree,
    check_subtree_inclusion,
    consistency_ranges,
    inclusion_ranges,
    is_valid_subtree,
    make_proof,
    nodes_needed,
    subtree_ranges,
)

SIZE_MAX = 70
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(SIZE_MAX)]
SIZES = st.integers(1, SIZE_MAX)


def mth(leaves: list[bytes]) -> bytes:
    """MTH(D[n]) of RFC 6962, 2.1, on leaf hashes."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes], *, b: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if b else [mth(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return [*proof(m, leaves[:k], b=b), mth(leaves[k:])]
    return [*proof(m - k, leaves[k:], b=False), mth(leaves[:k])]


def tree(size: int) -> Tree:
    return Tree(size, mth(LEAVES[:size]))


def made(ranges: tuple[Range, ...]) -> tuple[bytes, ...]:
    """A proof from the hashes of complete subtrees alone, as a log keeps them."""
    held = {
        node: mth(LEAVES[node.index << node.height : (node.index + 1) << node.height])
        for node in nodes_needed(ranges)
    }
    return make_proof(ranges, held)


@given(size=st.integers(0, SIZE_MAX))
def test_a_root_is_the_merkle_tree_hash(size: int) -> None:
    assert root_of(LEAVES[:size]) == mth(LEAVES[:size])


def test_a_leaf_is_no_node_and_an_empty_tree_has_its_own_root() -> None:
    assert leaf_hash(b"") == sha256(b"\x00").digest()
    assert root_of([]) == EMPTY_ROOT == sha256().digest()


@given(size=SIZES)
def test_a_range_is_made_of_complete_subtrees(size: int) -> None:
    nodes = nodes_of(0, size)
    assert sum(1 << node.height for node in nodes) == size
    held = {
        node: mth(LEAVES[node.index << node.height : (node.index + 1) << node.height])
        for node in nodes
    }
    assert hash_of(0, size, held) == mth(LEAVES[:size])


@given(size=SIZES, data=st.data())
def test_an_inclusion_proof_is_the_audit_path_and_holds(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    found = made(inclusion_ranges(index, size))
    assert list(found) == path(index, LEAVES[:size])
    check_inclusion(index=index, leaf=LEAVES[index], proof=found, tree=tree(size))


@given(size=SIZES, data=st.data())
def test_a_consistency_proof_is_the_rfcs_and_holds(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    found = made(consistency_ranges(old, size))
    assert list(found) == proof(old, LEAVES[:size])
    check_consistency(old=tree(old), new=tree(size), proof=found)


@given(size=SIZES, data=st.data())
def test_a_subtree_proof_holds(size: int, data: st.DataObject) -> None:
    height = data.draw(st.integers(0, 6))
    start = data.draw(st.integers(0, size - 1)) >> height << height
    end = data.draw(st.integers(start + 1, min(size, start + (1 << height))))
    found = made(subtree_ranges(start, end, size))
    whole = mth(LEAVES[start:end])
    check_subtree(start=start, end=end, subtree_hash=whole, proof=found, tree=tree(size))
    index = data.draw(st.integers(start, end - 1))
    check_subtree_inclusion(
        index=index,
        leaf=LEAVES[index],
        proof=tuple(path(index - start, LEAVES[start:end])),
        start=start,
        end=end,
        subtree_hash=whole,
    )


@given(size=SIZES, data=st.data())
def test_an_inclusion_proof_that_was_changed_does_not_hold(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    found = list(made(inclusion_ranges(index, size)))
    wrong = [
        ([*found, bytes(32)], index, LEAVES[index]),
        (found, index, leaf_hash(b"other")),
        (found, size, LEAVES[index]),
        (found, -1, LEAVES[index]),
    ]
    if found:
        place = data.draw(st.integers(0, len(found) - 1))
        wrong.append((found[:place] + found[place + 1 :], index, LEAVES[index]))
        flipped = bytes([found[place][0] ^ 1]) + found[place][1:]
        wrong.append(([*found[:place], flipped, *found[place + 1 :]], index, LEAVES[index]))
        wrong.append(([*found[:place], b"", *found[place + 1 :]], index, LEAVES[index]))
    for proof_, index_, leaf in wrong:
        with pytest.raises(ProofRefused):
            check_inclusion(index=index_, leaf=leaf, proof=proof_, tree=tree(size))


@given(size=st.integers(2, SIZE_MAX), data=st.data())
def test_a_log_that_was_rewritten_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    place = data.draw(st.integers(0, old - 1))
    forged = [*LEAVES[:place], leaf_hash(b"forged"), *LEAVES[place + 1 : size]]
    for leaves in (LEAVES[:size], forged):
        with pytest.raises(ProofRefused):
            check_consistency(
                old=tree(old), new=Tree(size, mth(forged)), proof=tuple(proof(old, leaves))
            )


def test_a_log_never_shrinks_and_equal_sizes_have_equal_roots() -> None:
    for old, new, given_ in (
        (tree(5), tree(4), ()),
        (tree(5), Tree(5, bytes(32)), ()),
        (tree(5), tree(5), (bytes(32),)),
        (Tree(0, EMPTY_ROOT), tree(5), ()),
    ):
        with pytest.raises(ProofRefused):
            check_consistency(old=old, new=new, proof=given_)
    check_consistency(old=tree(5), new=tree(5), proof=())


@given(start=st.integers(-1, 40), end=st.integers(-1, 40))
def test_a_subtree_begins_at_a_multiple_of_its_rounded_width(start: int, end: int) -> None:
    width = 1
    while width < end - start:
        width *= 2
    assert is_valid_subtree(start, end) == (0 <= start <= end and start % width == 0)


@pytest.mark.parametrize(("start", "end", "size"), [(1, 3, 8), (0, 9, 8), (3, 2, 8), (-1, 0, 8)])
def test_no_proof_is_made_of_what_is_no_subtree(start: int, end: int, size: int) -> None:
    with pytest.raises(ValueError, match="subtree"):
        subtree_ranges(start, end, size)


def test_a_proof_that_needs_a_hash_that_nobody_brought_is_the_callers_fault() -> None:
    with pytest.raises(KeyError):
        hash_of(0, 3, {Node(1, 0): bytes(32)})
