"""Keys have names; their texts have one form; verification is strict; people compare words."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import KeyRefused
from protocol.fingerprints import WORD_COUNT, WORDS, fingerprint, words
from protocol.keys import SignatureType, SigningKey, VerifierKey, parse_verifier_key, verify

KEY = SigningKey(name="jippnas.test/hub/51/1", type=SignatureType.ED25519, seed=b"k" * 32)
ED25519 = SignatureType.ED25519
SEEDS = st.binary(min_size=32, max_size=32)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1).filter(
    lambda name: "+" not in name and len(name) <= 255 and not any(map(str.isspace, name))
)


@given(seed=SEEDS, message=st.binary(max_size=100))
def test_what_was_signed_verifies(seed: bytes, message: bytes) -> None:
    key = SigningKey(name="a", type=ED25519, seed=seed)
    assert verify(key.verifier_key.public_key, message, key.sign(message))


@given(message=st.binary(min_size=1, max_size=40), place=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_signature_does_not(message: bytes, place: int, bit: int) -> None:
    signature = bytearray(KEY.sign(message))
    signature[place] ^= 1 << bit
    assert not verify(KEY.verifier_key.public_key, message, bytes(signature))


@given(public=st.binary(max_size=40), message=st.binary(max_size=9), sig=st.binary(max_size=80))
def test_verifying_never_raises(public: bytes, message: bytes, sig: bytes) -> None:
    assert verify(public, message, sig) in (True, False)


@given(name=NAMES, seed=SEEDS, kind=st.sampled_from(list(SignatureType)))
def test_a_verifier_key_is_its_text(name: str, seed: bytes, kind: SignatureType) -> None:
    key = SigningKey(name=name, type=kind, seed=seed).verifier_key
    assert parse_verifier_key(key.text) == key


def test_the_key_id_depends_on_name_and_type() -> None:
    public = KEY.verifier_key.public_key
    ids = {
        VerifierKey(name=name, type=kind, public_key=public).key_id
        for name in ("a", "b")
        for kind in SignatureType
    }
    assert len(ids) == 4


def _texts() -> list[str]:
    name, key_id, material = KEY.verifier_key.text.split("+", 2)
    raw = base64.b64decode(material)
    other_type = base64.b64encode(b"\x02" + raw[1:]).decode()
    short = base64.b64encode(raw[:-1]).decode()
    return [
        "",
        name,
        f"{name}+{key_id}",
        f"+{key_id}+{material}",
        f"{name} x+{key_id}+{material}",
        f"{name}+{key_id.upper()}+{material}"
        if key_id.upper() != key_id
        else f"{name}++{material}",
        f"{name}+00000000+{material}",
        f"{name}+{key_id}+{material}=",
        f"{name}+{key_id}+{material}\n",
        f"{name}+{key_id}+{other_type}",
        f"{name}+{key_id}+{short}",
        f"{name}+{key_id}+",
        f"{name}+{key_id}+!!!!",
    ]


@pytest.mark.parametrize("text", _texts())
def test_another_text_for_a_key_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused):
        parse_verifier_key(text)


@pytest.mark.parametrize(
    "public", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, (2**255 - 19).to_bytes(32, "little")]
)
def test_a_weak_public_key_is_refused(public: bytes) -> None:
    with pytest.raises(KeyRefused) as refusal:
        VerifierKey(name="a", type=ED25519, public_key=public)
    assert refusal.value.code == "key_weak"
    assert not verify(public, b"", bytes(64))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\x01", "a" * 256])
def test_a_name_that_no_note_can_hold_is_refused(name: str) -> None:
    with pytest.raises(KeyRefused):
        SigningKey(name=name, type=ED25519, seed=bytes(32))


def test_a_private_key_never_shows_its_seed() -> None:
    assert "6b6b" not in repr(KEY)
    assert "kkkk" not in repr(KEY)


def test_the_words_are_256_that_differ_in_their_first_four_letters() -> None:
    assert len(WORDS) == 256
    assert len({word[:4] for word in WORDS}) == 256
    assert all(word.isascii() and word.islower() and len(word) > 2 for word in WORDS)


def test_a_fingerprint_is_eight_words_and_depends_on_the_order_of_keys() -> None:
    other = SigningKey(name="b", type=ED25519, seed=b"2" * 32).verifier_key
    here, there = fingerprint([KEY.verifier_key, other]), fingerprint([other, KEY.verifier_key])
    assert len(words(here)) == WORD_COUNT
    assert words(here) != words(there)
