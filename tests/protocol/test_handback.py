"""Handing back: a message is read as it was written, and leads to a checkpoint or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.checkpoints import Checkpoint
from protocol.errors import MalformedMessage, ProofRefused
from protocol.handback import HandBack, check_hand_back, decode_hand_back, encode_hand_back
from protocol.limits import HAND_BACK_ENTRIES_MAX
from protocol.merkle import Tree, leaf_hash, root_of

ENTRIES = (b"satu", b"", b"tiga")
LEAVES = (leaf_hash(b"satu"), leaf_hash(b"dua"), leaf_hash(b"tiga"))
MESSAGE = HandBack(
    checkpoint=b"note\n", start=7, entries=ENTRIES, leaves=LEAVES, proof=(b"p" * 32,)
)
DATA = encode_hand_back(MESSAGE)


def test_a_message_is_read_as_it_was_written() -> None:
    assert decode_hand_back(DATA) == MESSAGE
    assert MESSAGE.end == 10


def test_a_checkpoint_can_be_shown_without_entries() -> None:
    shown = HandBack(checkpoint=b"note\n", start=0)
    assert decode_hand_back(encode_hand_back(shown)) == shown


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"jipp-hand-back/v2" + DATA[17:],
        DATA + b"x",
        DATA.replace(b"\n7\n", b"\n07\n"),
        DATA.replace(b"\n7\n", b"\n-7\n"),
        DATA.replace(b"\n7\n", b"\n\xb7\n"),
        DATA.replace(b"\n3\n", b"\n%d\n" % (HAND_BACK_ENTRIES_MAX + 1)),
        DATA.replace(b"\n1\n", b"\n64\n"),
        DATA.replace(b"\n5\n", b"\n65537\n"),
    ],
)
def test_any_other_form_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_hand_back(data)


@given(cut=st.integers(0, len(DATA) - 1))
def test_a_message_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(MalformedMessage):
        decode_hand_back(DATA[:cut])


def test_entries_that_make_the_tree_of_the_checkpoint_are_accepted() -> None:
    tree = Tree(3, root_of(LEAVES))
    message = HandBack(checkpoint=b"note\n", start=0, entries=ENTRIES, leaves=LEAVES)
    check_hand_back(message, tree=tree, theirs=Checkpoint(origin="x", tree=tree, note=b"note\n"))
    other = Checkpoint(origin="x", tree=Tree(3, b"r" * 32), note=b"note\n")
    with pytest.raises(ProofRefused):
        check_hand_back(message, tree=tree, theirs=other)
