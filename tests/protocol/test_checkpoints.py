"""Checkpoints (tlog-checkpoint) and cosignatures on them (tlog-cosignature)."""

import base64

import pytest

from protocol.checkpoints import (
    Checkpoint,
    cosign,
    open_checkpoint,
    open_cosignature,
    peek_origin,
    sign_checkpoint,
    with_cosignatures,
)
from protocol.errors import MalformedCheckpoint, MalformedNote, NoteRefused
from protocol.keys import SignatureType, SigningKey
from protocol.merkle import EMPTY_TREE, Tree
from protocol.notes import format_note, parse_note, sign_note

ORIGIN = "jippnas.test/national/1"
LOG = SigningKey(name=ORIGIN, type=SignatureType.ED25519, seed=b"l" * 32)
WITNESS = SigningKey(name="jippnas.test/w", type=SignatureType.COSIGNATURE, seed=b"w" * 32)
OTHER = SigningKey(name="jippnas.test/o", type=SignatureType.COSIGNATURE, seed=b"o" * 32)
TREE = Tree(7, bytes(range(32)))
ROOT = base64.b64encode(TREE.root).decode()
SIGNED = sign_checkpoint(ORIGIN, TREE, LOG)


def opened(data: bytes) -> Checkpoint:
    return open_checkpoint(data, origin=ORIGIN, keys=[LOG.verifier_key])


def signed(text: str) -> bytes:
    return format_note(sign_note(text, [LOG]))


def test_a_checkpoint_has_three_lines_and_opens_to_its_tree() -> None:
    assert SIGNED.note.startswith(f"{ORIGIN}\n7\n{ROOT}\n\n\u2014 {ORIGIN} ".encode())
    assert opened(SIGNED.note) == SIGNED


def test_extension_lines_are_kept_and_covered() -> None:
    note = signed(f"{ORIGIN}\n7\n{ROOT}\nextension\n")
    assert (opened(note).tree, opened(note).note) == (TREE, note)
    with pytest.raises(NoteRefused):
        opened(note.replace(b"extension", b"Extension"))


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n7\n",
        f"{ORIGIN}\n07\n{ROOT}\n",
        f"{ORIGIN}\n-7\n{ROOT}\n",
        f"{ORIGIN}\n+7\n{ROOT}\n",
        f"{ORIGIN}\n7 \n{ROOT}\n",
        f"{ORIGIN}\n\u0667\n{ROOT}\n",
        f"{ORIGIN}\n{10**19}\n{ROOT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT}\n",
        f"{ORIGIN}\n7\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n7\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n7\n!{ROOT[1:]}\n",
        f"{ORIGIN}\n7\n{ROOT}\n\nextension\n",
        f"\n{ORIGIN}\n7\n{ROOT}\n",
    ],
)
def test_any_other_text_is_no_checkpoint_though_well_signed(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        opened(signed(text))


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert opened(sign_checkpoint(ORIGIN, EMPTY_TREE, LOG).note).tree == EMPTY_TREE
    with pytest.raises(MalformedCheckpoint) as refusal:
        opened(signed(f"{ORIGIN}\n0\n{ROOT}\n"))
    assert refusal.value.code == "checkpoint_bad_root"


def test_a_checkpoint_of_another_log_is_refused_by_name() -> None:
    other = format_note(sign_note(f"other/log\n7\n{ROOT}\n", [LOG]))
    assert peek_origin(other) == "other/log"
    with pytest.raises(MalformedCheckpoint) as refusal:
        opened(other)
    assert refusal.value.code == "checkpoint_other_origin"


def test_an_origin_can_be_read_of_notes_only() -> None:
    with pytest.raises(MalformedNote):
        peek_origin(b"no note")


def test_a_cosignature_covers_the_checkpoint_and_its_time() -> None:
    cosignature = cosign(SIGNED, WITNESS, timestamp=1_700_000_000)
    assert open_cosignature(cosignature.line, SIGNED, WITNESS.verifier_key) == cosignature
    later = bytearray(cosignature.line.signature)
    later[7] ^= 1
    line = type(cosignature.line)(
        name=WITNESS.name, key_id=cosignature.key_id, signature=bytes(later)
    )
    with pytest.raises(NoteRefused):
        open_cosignature(line, SIGNED, WITNESS.verifier_key)


def test_a_cosignature_of_another_checkpoint_or_key_is_refused() -> None:
    cosignature = cosign(SIGNED, WITNESS, timestamp=1)
    next_one = sign_checkpoint(ORIGIN, Tree(8, TREE.root), LOG)
    for checkpoint, key in (
        (next_one, WITNESS.verifier_key),
        (SIGNED, OTHER.verifier_key),
        (SIGNED, LOG.verifier_key),
    ):
        with pytest.raises(NoteRefused):
            open_cosignature(cosignature.line, checkpoint, key)


@pytest.mark.parametrize("length", [0, 7, 8, 64, 71, 73])
def test_a_cosignature_of_another_length_is_refused(length: int) -> None:
    line = cosign(SIGNED, WITNESS, timestamp=1).line
    cut = type(line)(name=line.name, key_id=line.key_id, signature=bytes(length))
    with pytest.raises(NoteRefused):
        open_cosignature(cut, SIGNED, WITNESS.verifier_key)


def test_each_cosigner_has_one_line_the_newest() -> None:
    first = with_cosignatures(SIGNED, [cosign(SIGNED, WITNESS, timestamp=1)])
    second = with_cosignatures(
        first, [cosign(SIGNED, WITNESS, timestamp=2), cosign(SIGNED, OTHER, timestamp=1)]
    )
    lines = parse_note(second.note).signatures
    assert [line.name for line in lines] == [ORIGIN, WITNESS.name, OTHER.name]
    assert open_cosignature(lines[1], second, WITNESS.verifier_key).timestamp == 2
    assert opened(second.note).tree == TREE
