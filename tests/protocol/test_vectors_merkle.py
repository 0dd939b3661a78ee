"""Merkle proofs: the vectors of transparency-dev/merkle in place, and the accumulated hashes of
draft-ietf-plants-merkle-tree-certs, "Subtree Test Vectors"."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from protocol.canonical import parse
from protocol.errors import ProofRefused
from protocol.merkle import Node, Tree, leaf_hash, root_of
from protocol.merkle_proofs import (
    check_consistency,
    check_inclusion,
    check_subtree,
    check_subtree_inclusion,
    is_valid_subtree,
    make_proof,
    subtree_ranges,
)
from tests.support.shared import SHARED, needs_shared

TESTDATA = SHARED / "vectors" / "ct-merkle" / "testdata"
SIZE_MAX = 130
LEAVES = [leaf_hash(bytes([index])) for index in range(SIZE_MAX)]


def _cases(folder: str) -> Iterator[tuple[str, Any]]:
    for path in sorted((TESTDATA / folder).rglob("*.json")):
        yield path.name, parse(path.read_bytes())


def _hash(text: str | None) -> bytes:
    """The hash in a vector; its placeholders ("don't care 2") stand for some hash of 32 bytes."""
    data = base64.b64decode(text or "")
    return data if len(data) in (0, 32) else hashlib.sha256(data).digest()


def _holds(check: Any, **values: Any) -> bool:
    try:
        check(**values)
    except ProofRefused:
        return False
    return True


def _tree(size: int, root: bytes) -> Tree | None:
    return Tree(size, root) if size >= 0 and len(root) == 32 else None


@needs_shared("vectors/ct-merkle")
def test_inclusion_proofs_are_judged_as_the_vectors_say() -> None:
    wrong = []
    for name, case in _cases("inclusion"):
        tree = _tree(case["treeSize"], _hash(case["root"]))
        proof = [_hash(h) for h in case["proof"] or []]
        leaf = _hash(case["leafHash"])
        holds = tree is not None and _holds(
            check_inclusion, index=case["leafIdx"], leaf=leaf, proof=proof, tree=tree
        )
        wrong += [name] if holds == case["wantErr"] else []
    assert wrong == []


@needs_shared("vectors/ct-merkle")
def test_consistency_proofs_are_judged_as_the_vectors_say() -> None:
    wrong = []
    for name, case in _cases("consistency"):
        old = _tree(case["size1"], _hash(case["root1"]))
        new = _tree(case["size2"], _hash(case["root2"]))
        proof = [_hash(h) for h in case["proof"] or []]
        holds = None not in (old, new) and _holds(check_consistency, old=old, new=new, proof=proof)
        wrong += [name] if holds == case["wantErr"] else []
    assert wrong == []


@needs_shared("vectors/ct-merkle")
def test_subtree_inclusion_proofs_are_judged_as_the_vectors_say() -> None:
    wrong = []
    for name, case in _cases("subtreeinclusion"):
        holds = _holds(
            check_subtree_inclusion,
            index=case["leafIdx"],
            leaf=_hash(case["leafHash"]),
            proof=[_hash(h) for h in case["proof"] or []],
            start=case["start"],
            end=case["end"],
            subtree_hash=_hash(case["root"]),
        )
        wrong += [name] if holds == case["wantErr"] else []
    assert wrong == []


def _subtree_consistency_holds(case: Any) -> bool:
    tree = _tree(case["size"], _hash(case["root2"]))
    return tree is not None and _holds(
        check_subtree,
        start=case["start"],
        end=case["end"],
        subtree_hash=_hash(case["root1"]),
        proof=[_hash(h) for h in case["proof"] or []],
        tree=tree,
    )


@needs_shared("vectors/ct-merkle")
def test_subtree_consistency_proofs_are_judged_as_the_vectors_say() -> None:
    wrong = [
        name
        for name, case in _cases("subtreeconsistency")
        if _subtree_consistency_holds(case) == case["wantErr"]
    ]
    assert wrong == []


def test_subtree_hashes_match_the_accumulated_vector() -> None:
    total = hashlib.sha256()
    for end in range(SIZE_MAX + 1):
        for start in range(end + 1):
            if is_valid_subtree(start, end):
                total.update(f"[{start}, {end}) {root_of(LEAVES[start:end]).hex()}\n".encode())
    assert total.hexdigest() == "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81"


class _Hashes(dict[Node, bytes]):
    def __missing__(self, node: Node) -> bytes:
        start = node.index << node.height
        self[node] = root_of(LEAVES[start : start + (1 << node.height)])
        return self[node]


def test_subtree_consistency_proofs_match_the_accumulated_vector_and_hold() -> None:
    total, hashes = hashlib.sha256(), _Hashes()
    roots = [root_of(LEAVES[:size]) for size in range(SIZE_MAX + 1)]
    for size in range(SIZE_MAX + 1):
        for end in range(size + 1):
            for start in range(end + 1):
                if is_valid_subtree(start, end):
                    proof = make_proof(subtree_ranges(start, end, size), hashes)
                    line = "".join(f" {h.hex()}" for h in proof)
                    total.update(f"[{start}, {end}) {size}{line}\n".encode())
    assert total.hexdigest() == "10fa99b37bf9bf9ffa26b412fbd98bd75363256d0b75d61bc4538b9c9c5a0a74"
    check_subtree(
        start=8,
        end=13,
        subtree_hash=root_of(LEAVES[8:13]),
        proof=make_proof(subtree_ranges(8, 13, 14), hashes),
        tree=Tree(14, roots[14]),
    )
