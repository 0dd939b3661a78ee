"""Rotation: new keys are signed in at one place of one log by whoever holds them, nowhere else."""

from dataclasses import fields, replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.entries.changes import KeyRotate, decode_change, encode_change
from protocol.entries.decisions import ChangeApplied, ChangeHeld, ChangeVoid
from protocol.entries.hub_decisions import HubKeyRotated
from protocol.errors import RotationRefused, VoidEntry
from protocol.names import hub_origin
from protocol.reconcile import consequence, prepare, reconcile, release
from protocol.rotation import (
    Place,
    check_rotation,
    make_rotation,
    rotation_in,
    rotation_message,
)
from tests.support.entries import AT, AUTHORITY, SALT, attest, place, put, rotation, signing_keys
from tests.support.reconciling import DECIDED_AT, DECIDED_SALT, known

VECTOR_SHA256 = "726d7b5a844fe1795516e1a76dc7dc4ef7c5e3ed4a3aab7a1ffd45f5e8010b19"
"""Of the entry at index 2 whose keys have the seeds 09.. and 89.., with salt and time of tests."""

MESSAGE = (
    b"jipp-rotate/v1\njippnas.test\n51\njippnas.test/hub/51/1\n2\n"
    b"jippnas.test/hub/51/1+42bc4195+Af0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY\n"
)
PLACES = st.builds(
    Place,
    authority=st.sampled_from([AUTHORITY, "lain.test"]),
    hub=st.sampled_from(["51", "52"]),
    origin=st.sampled_from([hub_origin(AUTHORITY, "51", 1), hub_origin(AUTHORITY, "51", 2)]),
    index=st.integers(0, 4),
)


def decide(change: KeyRotate, *, rotates: bool, last_good_index: int | None = None) -> object:
    knowledge = replace(known(last_good_index=last_good_index), rotates=rotates)
    prepared = prepare(encode_change(change))
    return reconcile(knowledge, prepared, index=2, at=DECIDED_AT, salt=DECIDED_SALT)


def test_the_bytes_of_a_rotation_are_these() -> None:
    assert sha256(encode_change(rotation())).hexdigest() == VECTOR_SHA256


def test_a_new_key_signs_authority_hub_origin_index_and_itself() -> None:
    assert rotation_message(place(), signing_keys(9)[0].verifier_key) == MESSAGE


def test_a_rotation_gives_the_keys_that_it_proves() -> None:
    log_key, witness_key = signing_keys(9)
    found = check_rotation(rotation(), place())
    assert (found.log_key, found.witness_key) == (log_key.verifier_key, witness_key.verifier_key)


@given(PLACES)
def test_a_rotation_counts_at_its_own_place_only(elsewhere: Place) -> None:
    if elsewhere == place():
        check_rotation(rotation(), elsewhere)
    else:
        with pytest.raises(RotationRefused):
            check_rotation(rotation(), elsewhere)


@given(
    number=st.integers(0, 1),
    position=st.integers(0, 127),
    digit=st.sampled_from("0123456789abcdef"),
)
def test_a_proof_with_any_digit_changed_proves_nothing(
    number: int, position: int, digit: str
) -> None:
    proofs = list(rotation().proofs)
    proofs[number] = proofs[number][:position] + digit + proofs[number][position + 1 :]
    changed = replace(rotation(), proofs=(proofs[0], proofs[1]))
    if changed == rotation():
        return
    with pytest.raises(RotationRefused):
        check_rotation(changed, place())


def test_the_two_keys_cannot_stand_for_each_other() -> None:
    mine = rotation()
    swapped = replace(
        mine,
        log_key=mine.witness_key,
        witness_key=mine.log_key,
        proofs=(mine.proofs[1], mine.proofs[0]),
    )
    with pytest.raises(RotationRefused):
        check_rotation(swapped, place())


def test_one_key_does_not_serve_both_purposes() -> None:
    log_key, witness_key = signing_keys(9)
    same = make_rotation(
        place(),
        log_key=log_key,
        witness_key=replace(witness_key, seed=log_key.seed),
        salt=SALT,
        at=AT,
        by="operator",
    )
    with pytest.raises(RotationRefused, match="one key"):
        check_rotation(same, place())


def test_a_text_that_is_no_key_is_refused() -> None:
    with pytest.raises(RotationRefused):
        check_rotation(replace(rotation(), log_key="kunci"), place())


def test_a_rotation_is_found_among_entries() -> None:
    assert rotation_in(encode_change(rotation())) == rotation()
    assert rotation_in(encode_change(attest())) is None


def test_an_entry_that_speaks_of_rotation_is_none() -> None:
    assert rotation_in(encode_change(put({"note": {"type": "key.rotate"}}))) is None
    assert rotation_in(b'{"type":"key.rotate"}') is None


@given(st.binary(max_size=80))
def test_any_bytes_are_a_rotation_or_none(data: bytes) -> None:
    assert rotation_in(b'"type":"key.rotate"' + data) is None


@pytest.mark.parametrize(
    "proofs", [["0" * 128], ["0" * 128] * 3, ["0" * 127, "0" * 128], ["G" * 128] * 2]
)
def test_proofs_are_two_signatures(proofs: list[str]) -> None:
    zeros = ["0" * 128, "1" * 128]
    entry = encode_change(replace(rotation(), proofs=(zeros[0], zeros[1])))
    listed = ",".join(f'"{it}"' for it in zeros).encode()
    broken = entry.replace(listed, ",".join(f'"{it}"' for it in proofs).encode())
    with pytest.raises(VoidEntry) as caught:
        decode_change(broken)
    assert (caught.value.code, caught.value.pointer) == ("entry_member_invalid", "/proofs")


def test_a_rotation_that_intake_took_is_applied_and_followed_by_the_new_keys() -> None:
    outcome = decide(rotation(), rotates=True)
    assert isinstance(outcome, ChangeApplied)
    assert (outcome.change, outcome.outcome, outcome.record) == ("key.rotate", "applied", None)
    follows = consequence(prepare(encode_change(rotation())), outcome, salt=SALT)
    assert follows == HubKeyRotated(
        salt=SALT,
        at=DECIDED_AT,
        source=outcome.source,
        hub="51",
        log_key=rotation().log_key,
        witness_key=rotation().witness_key,
    )


def test_a_rotation_that_intake_did_not_take_is_void_and_nothing_follows() -> None:
    outcome = decide(rotation(), rotates=False)
    assert isinstance(outcome, ChangeVoid)
    assert outcome.code == "rotation_refused"
    assert consequence(prepare(encode_change(rotation())), outcome, salt=SALT) is None


def test_a_rotation_beyond_the_last_good_entry_is_held_and_nothing_follows() -> None:
    outcome = decide(rotation(), rotates=True, last_good_index=1)
    assert isinstance(outcome, ChangeHeld)
    assert outcome.code == "key_revoked"
    assert consequence(prepare(encode_change(rotation())), outcome, salt=SALT) is None


def test_nothing_follows_an_edit() -> None:
    prepared = prepare(encode_change(put()))
    outcome = reconcile(known(), prepared, index=2, at=DECIDED_AT, salt=DECIDED_SALT)
    assert consequence(prepared, outcome, salt=SALT) is None


def test_nobody_releases_a_rotation() -> None:
    prepared = prepare(encode_change(rotation()))
    members = {"at": DECIDED_AT, "salt": SALT, "by": "rina", "agency": "panrb"}
    assert release(known(), prepared, index=2, **members) == "not_waiting"


def test_a_rotation_says_nothing_of_records() -> None:
    assert prepare(encode_change(rotation())).record is None
    assert "record" not in {member.name for member in fields(KeyRotate)}
