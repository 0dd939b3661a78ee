"""Two signed trees of one log: shown to contradict each other, and never of an honest log."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import canonicalise, parse
from protocol.checkpoints import sign_checkpoint
from protocol.disputes import Dispute, check_dispute, encode_dispute, read_dispute
from protocol.entries.decisions import Decision, encode_decision
from protocol.entries.hub_decisions import HubEnrolled, HubKeyRotated
from protocol.entries.members import Source
from protocol.errors import EvidenceRefused, MalformedEvidence, NoteRefused, ProtocolError
from protocol.evidence import parse_evidence
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import Tree
from tests.support.excerpts import checkpoint_of, consistency, excerpt, tree_of

NATIONAL = SigningKey(name="jippnas.test/national/1", type=SignatureType.ED25519, seed=b"n" * 32)
HUB = SigningKey(name="jippnas.test/hub/51/1", type=SignatureType.ED25519, seed=b"h" * 32)
KEYS = [NATIONAL.verifier_key]


def entries(count: int, *, fork_at: int | None = None) -> list[bytes]:
    """The entries of a log, or of another that leaves it at `fork_at`."""
    forked = count if fork_at is None else fork_at
    return [b"%d %s" % (number, b"other" if number >= forked else b"") for number in range(count)]


def dispute(small: list[bytes], large: list[bytes], key: SigningKey = NATIONAL) -> Dispute:
    is_of_one_size = len(small) == len(large)
    return Dispute(
        origin=key.name,
        checkpoints=(checkpoint_of(small, key).note, checkpoint_of(large, key).note),
        prefix=None if is_of_one_size else tree_of(large[: len(small)]).root,
        proof=() if is_of_one_size else consistency(large, len(small)),
        verifier_keys=(key.verifier_key.text,),
    )


@given(st.integers(1, 40), st.integers(0, 40), st.data())
def test_a_log_that_was_rewritten_is_convicted(size: int, more: int, data: st.DataObject) -> None:
    fork_at = data.draw(st.integers(0, size - 1))
    file = dispute(entries(size), entries(size + more, fork_at=fork_at))
    first, second = check_dispute(read_dispute(parse(encode_dispute(file))), KEYS)
    assert (first.tree.size, second.tree.size) == (size, size + more)


@given(st.integers(1, 40), st.integers(0, 40))
def test_a_log_that_only_grew_is_not(size: int, more: int) -> None:
    with pytest.raises(EvidenceRefused):
        check_dispute(dispute(entries(size), entries(size + more)), KEYS)


@given(st.integers(1, 20), st.integers(1, 20), st.binary(min_size=32, max_size=32))
def test_a_made_up_prefix_convicts_nobody(size: int, more: int, root: bytes) -> None:
    file = dispute(entries(size), entries(size + more))
    with pytest.raises(ProtocolError):
        check_dispute(replace(file, prefix=root), KEYS)


def test_what_the_log_did_not_sign_convicts_nobody() -> None:
    thief = SigningKey(name=NATIONAL.name, type=NATIONAL.type, seed=b"x" * 32)
    forged = sign_checkpoint(NATIONAL.name, Tree(3, bytes(32)), thief).note
    file = dispute(entries(3), entries(3, fork_at=1))
    with pytest.raises(NoteRefused):
        check_dispute(replace(file, checkpoints=(file.checkpoints[0], forged)), KEYS)


def test_the_keys_in_a_file_are_not_believed() -> None:
    with pytest.raises(NoteRefused):
        check_dispute(dispute(entries(3), entries(3, fork_at=1)), [])


def test_the_key_of_a_hub_is_shown_by_its_enrolment_in_the_national_log() -> None:
    enrolled = encode_decision(
        HubEnrolled(
            salt="0" * 32,
            at="2026-11-23T07:00:00Z",
            hub="51",
            name="JIPP Provinsi Bali",
            origin=HUB.name,
            generation=1,
            log_key=HUB.verifier_key.text,
            witness_key="none",
        )
    )
    file = dispute(entries(3), entries(5, fork_at=2), HUB)
    with pytest.raises(NoteRefused):
        check_dispute(file, KEYS)
    with_key = replace(file, enrolment=excerpt([b"{}", enrolled], [1], NATIONAL))
    again = parse_evidence(encode_dispute(with_key))
    assert again == with_key
    check_dispute(with_key, KEYS)


def test_each_side_is_signed_by_the_key_of_its_last_entry() -> None:
    fresh = SigningKey(name=HUB.name, type=HUB.type, seed=b"f" * 32)
    decisions: list[Decision] = [
        HubEnrolled(
            salt="0" * 32,
            at="2026-11-23T07:00:00Z",
            hub="51",
            name="JIPP Provinsi Bali",
            origin=HUB.name,
            generation=1,
            log_key=HUB.verifier_key.text,
            witness_key="none",
        ),
        HubKeyRotated(
            salt="1" * 32,
            at="2026-11-23T07:00:00Z",
            source=Source(origin=HUB.name, index=3),
            hub="51",
            log_key=fresh.verifier_key.text,
            witness_key="none",
        ),
    ]
    national = [encode_decision(it) for it in decisions]
    file = dispute(entries(3), entries(5, fork_at=2), HUB)
    both = replace(
        file,
        checkpoints=(file.checkpoints[0], checkpoint_of(entries(5, fork_at=2), fresh).note),
        enrolment=excerpt(national, [0, 1], NATIONAL),
    )
    check_dispute(both, KEYS)
    with pytest.raises(NoteRefused):
        check_dispute(replace(both, checkpoints=file.checkpoints), KEYS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("type", "evidence.other"),
        ("checkpoints", ["one"]),
        ("checkpoints", [1, 2]),
        ("origin", 7),
        ("prefix", "AAAA"),
        ("prefix", None),
        ("proof", "none"),
        ("verifier_keys", [1]),
        ("enrolment", []),
    ],
)
def test_any_other_form_is_refused(name: str, value: object) -> None:
    members = parse(encode_dispute(dispute(entries(2), entries(3, fork_at=1))))
    assert isinstance(members, dict)
    with pytest.raises(MalformedEvidence):
        parse_evidence(canonicalise({**members, name: value}))  # type: ignore[dict-item]
