"""Inclusion, consistency and subtree proofs: RFC 6962, 2.1.1-2.1.2, and subtrees.

Subtrees and their proofs are those of draft-ietf-plants-merkle-tree-certs, "Subtrees"; inclusion
and consistency are their special cases ([index, index+1) and [0, old)), so there is one algorithm.
Making a proof is two steps: `*_ranges` says which hashes it consists of, `nodes_needed` which
complete subtrees the edge must fetch, `make_proof` computes.
"""

from collections.abc import Mapping, Sequence
from hmac import compare_digest

from protocol.errors import ProofRefused
from protocol.limits import PROOF_HASHES_MAX
from protocol.merkle import EMPTY_ROOT, HASH_BYTES, Node, Tree, hash_of, node_hash, nodes_of

Range = tuple[int, int]


def is_valid_subtree(start: int, end: int) -> bool:
    """Whether [start, end) is a subtree: `start` is a multiple of BIT_CEIL(end - start)."""
    if not 0 <= start <= end:
        return False
    ceiling = 1 << max(0, end - start - 1).bit_length()
    return start % ceiling == 0


def subtree_ranges(start: int, end: int, size: int) -> tuple[Range, ...]:
    """The ranges whose hashes are the consistency proof of [start, end) to a tree of `size`.

    Args:
        start: with `end`, a valid subtree.
        end: at most `size`.
        size: of the tree.

    Raises:
        ValueError: not a valid subtree of such a tree.
    """
    if not is_valid_subtree(start, end) or end > size:
        raise ValueError(f"[{start}, {end}) is no subtree of a tree of {size}")
    if start == end:
        return ()
    return tuple(_subproof(start, end, 0, size, whole=True))


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """The ranges of the inclusion proof of `index` < `size` (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    return subtree_ranges(index, index + 1, size)


def consistency_ranges(old: int, new: int) -> tuple[Range, ...]:
    """The ranges of the consistency proof from `old` to `new` >= `old` (RFC 6962, 2.1.2)."""
    return subtree_ranges(0, old, new)


def nodes_needed(ranges: Sequence[Range]) -> tuple[Node, ...]:
    """Every complete subtree that `make_proof` needs for these ranges."""
    return tuple(node for start, end in ranges for node in nodes_of(start, end))


def make_proof(ranges: Sequence[Range], hashes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
    """The proof: one hash a range, in order."""
    return tuple(hash_of(start, end, hashes) for start, end in ranges)


def check_inclusion(*, index: int, leaf: bytes, proof: Sequence[bytes], tree: Tree) -> None:
    """Accepts when `leaf`, a leaf hash, stands at `index` of `tree`.

    Raises:
        ProofRefused: it is not shown to.
    """
    check_subtree_inclusion(
        index=index, leaf=leaf, proof=proof, start=0, end=tree.size, subtree_hash=tree.root
    )


def check_subtree_inclusion(
    *, index: int, leaf: bytes, proof: Sequence[bytes], start: int, end: int, subtree_hash: bytes
) -> None:
    """Accepts when `leaf` stands at `index` of the subtree [start, end) with that hash.

    The procedure is the draft's "Evaluating a Subtree Inclusion Proof".

    Raises:
        ProofRefused: it is not shown to.
    """
    _refuse_unless(is_valid_subtree(start, end), "not a valid subtree")
    _refuse_unless(start <= index < end, "the index lies outside")
    _refuse_malformed([leaf, subtree_hash, *proof], len(proof))
    fn, sn, result = index - start, end - start - 1, leaf
    for sibling in proof:
        _refuse_unless(sn > 0, "a proof that is too long")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    _refuse_unless(sn == 0, "a proof that is too short")
    _refuse_unless(compare_digest(result, subtree_hash), "the root is another")


def check_consistency(*, old: Tree, new: Tree, proof: Sequence[bytes]) -> None:
    """Accepts when the entries of `old` are the first entries of `new`.

    A tree is itself: where the sizes are equal the roots must be. From the empty tree to another
    there is nothing to prove, which is refused: RFC 6962, 2.1.2, defines proofs for 0 < old.

    Raises:
        ProofRefused: they are not shown to be.
    """
    if old.size == new.size:
        same = not proof and compare_digest(old.root, new.root)
        _refuse_unless(same and (old.size > 0 or old.root == EMPTY_ROOT), "the root is another")
        return
    _refuse_unless(old.size > 0, "from the empty tree there is nothing to prove")
    check_subtree(start=0, end=old.size, subtree_hash=old.root, proof=proof, tree=new)


def prefix_root(*, size: int, proof: Sequence[bytes], tree: Tree) -> bytes | None:
    """The root that `tree` gives its first `size` entries, as a consistency proof shows it.

    None where the proof does not lead to the tree, or does not say: from a complete subtree on it
    takes the old root as given. What it returns passes `check_consistency` with the same proof.

    Args:
        size: from 1, less than that of `tree`.
        proof: from there to `tree`.
        tree: the larger one.
    """
    fn, sn, tn = _skip_common(0, size - 1, tree.size - 1)
    if fn == sn or not proof or any(len(it) != HASH_BYTES for it in proof):
        return None
    try:
        prefix, root = _fold(proof[0], list(proof[1:]), fn, sn, tn)
    except ProofRefused:
        return None
    return prefix if compare_digest(root, tree.root) else None


def check_subtree(
    *, start: int, end: int, subtree_hash: bytes, proof: Sequence[bytes], tree: Tree
) -> None:
    """Accepts when the subtree [start, end) with that hash is part of `tree`.

    The procedure is the draft's "Verifying a Subtree Consistency Proof".

    Raises:
        ProofRefused: it is not shown to be.
    """
    _refuse_unless(is_valid_subtree(start, end) and end <= tree.size, "not a subtree of this tree")
    _refuse_malformed([subtree_hash, *proof], len(proof))
    if start == end:
        empty = compare_digest(subtree_hash, EMPTY_ROOT)
        _refuse_unless(not proof and empty, "an empty subtree has no proof and the empty hash")
        return
    fn, sn, tn = _skip_common(start, end - 1, tree.size - 1)
    rest = list(proof)
    if fn == sn:
        first = subtree_hash
    else:
        _refuse_unless(bool(rest), "a proof that is too short")
        first = rest.pop(0)
    subtree, root = _fold(first, rest, fn, sn, tn)
    _refuse_unless(compare_digest(subtree, subtree_hash), "the subtree is another")
    _refuse_unless(compare_digest(root, tree.root), "the root is another")


def _skip_common(fn: int, sn: int, tn: int) -> tuple[int, int, int]:
    """Steps 3-5 of the draft: climb while subtree and tree share their right edge."""
    shared_edge = sn == tn
    while fn != sn and (shared_edge or sn & 1):
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    return fn, sn, tn


def _fold(first: bytes, rest: list[bytes], fn: int, sn: int, tn: int) -> tuple[bytes, bytes]:
    """Steps 8 and 9 of the draft: the hashes of subtree and tree that the proof leads to."""
    subtree = root = first
    for sibling in rest:
        _refuse_unless(tn > 0, "a proof that is too long")
        if sn & 1 or sn == tn:
            if fn < sn:
                subtree = node_hash(sibling, subtree)
            root = node_hash(sibling, root)
            while not sn & 1:
                fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
        else:
            root = node_hash(root, sibling)
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    _refuse_unless(tn == 0, "a proof that is too short")
    return subtree, root


def _subproof(start: int, end: int, low: int, high: int, *, whole: bool) -> list[Range]:
    """SUBTREE_SUBPROOF of the draft, over the part [low, high) of the tree."""
    if (start, end) == (low, high):
        return [] if whole else [(low, high)]
    middle = low + (1 << ((high - low - 1).bit_length() - 1))
    if end <= middle:
        return [*_subproof(start, end, low, middle, whole=whole), (middle, high)]
    if start >= middle:
        return [*_subproof(start, end, middle, high, whole=whole), (low, middle)]
    return [*_subproof(middle, end, middle, high, whole=False), (low, middle)]


def _refuse_malformed(hashes: Sequence[bytes], proof_length: int) -> None:
    _refuse_unless(proof_length <= PROOF_HASHES_MAX, "a proof of too many hashes")
    _refuse_unless(all(len(h) == HASH_BYTES for h in hashes), "a hash has 32 bytes")


def _refuse_unless(condition: bool, sentence: str) -> None:  # noqa: FBT001  # an assertion's shape
    if not condition:
        raise ProofRefused(sentence)
