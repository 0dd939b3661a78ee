"""What a witness checks (tlog-witness, "add-checkpoint"): each refusal has the text's status."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import parse
from protocol.checkpoints import sign_checkpoint
from protocol.errors import ProofRefused, ProtocolError
from protocol.keys import SignatureType, SigningKey, parse_verifier_key
from protocol.merkle import EMPTY_TREE, Tree
from protocol.merkle_proofs import check_consistency, prefix_root
from protocol.mirror import AddCheckpoint, decode_add_checkpoint, encode_add_checkpoint
from protocol.notes import parse_signature_lines
from protocol.problems import PROBLEMS
from protocol.witness import BadOldSize, SizeConflict, check_submission
from tests.support.excerpts import checkpoint_of, consistency, tree_of
from tests.support.shared import SHARED, needs_shared

LOG = SigningKey(name="jippnas.test/national/1", type=SignatureType.ED25519, seed=b"n" * 32)
THIEF = SigningKey(name=LOG.name, type=LOG.type, seed=b"x" * 32)

EXAMPLE = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()  # noqa: E501  # the example of tlog-witness, but for its second signature


def entries(count: int, *, fork_at: int | None = None) -> list[bytes]:
    forked = count if fork_at is None else fork_at
    return [b"%d %s" % (number, b"other" if number >= forked else b"") for number in range(count)]


def submission(log: list[bytes], old: int, *, key: SigningKey = LOG) -> AddCheckpoint:
    proof = consistency(log, old) if 0 < old <= len(log) else ()
    return AddCheckpoint(old_size=old, proof=proof, checkpoint=checkpoint_of(log, key).note)


def checked(message: AddCheckpoint, latest: Tree) -> Tree:
    found = check_submission(message, origin=LOG.name, keys=[LOG.verifier_key], latest=latest)
    return found.tree


def status(message: AddCheckpoint, latest: Tree = EMPTY_TREE) -> int:
    with pytest.raises(ProtocolError) as refused:
        checked(message, latest)
    return PROBLEMS[refused.value.code].status


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_log_that_grew_is_accepted_from_any_size(old: int, more: int) -> None:
    log = entries(old + more)
    assert checked(submission(log, old), tree_of(log[:old])) == tree_of(log)


@given(st.integers(1, 40), st.integers(0, 40), st.data())
def test_a_log_that_was_rewritten_is_not(old: int, more: int, data: st.DataObject) -> None:
    forked = entries(old + more, fork_at=data.draw(st.integers(0, old - 1)))
    assert status(submission(forked, old), tree_of(entries(old))) == 422


@given(st.lists(st.integers(0, 30), max_size=6), st.data())
def test_whatever_is_submitted_what_was_accepted_is_one_history(
    sizes: list[int], data: st.DataObject
) -> None:
    latest = EMPTY_TREE
    for size in sizes:
        fork_at = data.draw(st.integers(0, 31))
        log = entries(size, fork_at=fork_at if fork_at < size else None)
        before = latest
        try:
            latest = checked(submission(log, data.draw(st.integers(0, 31))), latest)
        except ProtocolError:
            continue
        if before.size:
            proof = consistency(log, before.size)
            check_consistency(old=before, new=latest, proof=proof)


def test_another_old_size_is_told_the_size_to_go_on_from() -> None:
    with pytest.raises(SizeConflict) as refused:
        checked(submission(entries(9), 3), tree_of(entries(5)))
    assert (refused.value.size, PROBLEMS[refused.value.code].status) == (5, 409)


def test_an_old_size_beyond_the_checkpoint_is_malformed() -> None:
    message = submission(entries(3), 4)
    with pytest.raises(BadOldSize):
        checked(message, tree_of(entries(4)))
    assert status(message, tree_of(entries(4))) == 400


def test_who_is_not_the_log_is_refused_before_any_size_is_told() -> None:
    assert status(submission(entries(3), 2, key=THIEF), tree_of(entries(1))) == 403


def test_an_old_size_of_zero_has_no_proof() -> None:
    note = checkpoint_of(entries(3), LOG).note
    assert status(AddCheckpoint(old_size=0, proof=(bytes(32),), checkpoint=note)) == 422


def test_the_empty_tree_has_the_empty_root() -> None:
    note = sign_checkpoint(LOG.name, EMPTY_TREE, LOG).note
    empty = AddCheckpoint(old_size=0, proof=(), checkpoint=note)
    assert checked(empty, EMPTY_TREE) == EMPTY_TREE
    other = note.replace(b"47DEQpj8HBSa", b"AAAAAAAAAAAA")
    assert status(AddCheckpoint(old_size=0, proof=(), checkpoint=other)) in {403, 422}


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_a_proof_says_which_root_its_tree_gives_the_first_entries(
    old: int, more: int, data: st.DataObject
) -> None:
    log = entries(old + more, fork_at=data.draw(st.integers(0, old)))
    new, proof = tree_of(log), consistency(log, old)
    prefix = prefix_root(size=old, proof=proof, tree=new)
    assert prefix in {None, tree_of(log[:old]).root}
    is_complete = old & (old - 1) == 0
    assert (prefix is None) == is_complete
    wrong = Tree(new.size, bytes(32))
    assert prefix_root(size=old, proof=proof, tree=wrong) is None
    if proof:
        assert prefix_root(size=old, proof=proof[1:], tree=new) != tree_of(log[:old]).root


def test_the_example_of_the_text_is_read_and_written_as_it_stands() -> None:
    message = decode_add_checkpoint(EXAMPLE)
    assert (message.old_size, len(message.proof)) == (20852014, 4)
    assert encode_add_checkpoint(message) == EXAMPLE


def test_a_proof_for_what_is_complete_is_refused_without_a_verdict() -> None:
    forked = entries(9, fork_at=2)
    with pytest.raises(ProofRefused):
        checked(submission(forked, 4), tree_of(entries(4)))
    assert prefix_root(size=4, proof=consistency(forked, 4), tree=tree_of(forked)) is None


@needs_shared("vectors/c2sp")
def test_signature_lines_of_the_vectors_are_an_answer_of_a_witness() -> None:
    vectors = parse((SHARED / "vectors" / "c2sp" / "signed-note-vectors.json").read_bytes())
    assert isinstance(vectors, dict)
    lines, keys = vectors["signatures"], vectors["vkeys"]
    assert isinstance(lines, list)
    assert isinstance(keys, dict)
    answer = parse_signature_lines("".join(f"{line}\n" for line in lines).encode())
    known = {parse_verifier_key(str(text)).key_id for text in keys.values()}
    assert {line.key_id for line in answer} == known
