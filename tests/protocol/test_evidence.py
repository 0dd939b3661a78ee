"""A file about a record: whoever trusts the national key alone can judge it, offline."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.entries.decisions import (
    ChangeApplied,
    Decision,
    decode_decision,
    encode_decision,
)
from protocol.entries.hub_decisions import HubEnrolled
from protocol.entries.members import Seen
from protocol.entries.record_decisions import RecordCurated, RecordMerged
from protocol.errors import EvidenceRefused, MalformedEvidence, NoteRefused, ProtocolError
from protocol.evidence import (
    RecordEvidence,
    check_record_evidence,
    encode_record_evidence,
    is_about,
    parse_evidence,
)
from protocol.keys import SignatureType, SigningKey
from protocol.reconcile import consequence, prepare, reconcile
from protocol.verdicts import Known
from tests.support.author import AT, Author
from tests.support.excerpts import excerpt
from tests.support.rooms import VALID

NATIONAL = SigningKey(name="jippnas.test/national/1", type=SignatureType.ED25519, seed=b"n" * 32)
WITNESS = SigningKey(
    name="jippnas.test/witness/lan", type=SignatureType.COSIGNATURE, seed=b"w" * 32
)
KEYS = [NATIONAL.verifier_key]
BALI = Author(hub="51")
BALI.put(1, VALID)
RECORD = BALI.record(1)


def enrolled(author: Author, *, seed: int = 1) -> HubEnrolled:
    log, witness = author.keys_of(seed)
    return HubEnrolled(
        salt="0" * 32,
        at=AT,
        hub=author.hub,
        name=author.hub,
        origin=author.origin,
        generation=1,
        log_key=log.verifier_key.text,
        witness_key=witness.verifier_key.text,
    )


def decided(author: Author, index: int) -> ChangeApplied:
    known = Known(
        authority="jippnas.test",
        hub=author.hub,
        origin=author.origin,
        national_origin=NATIONAL.name,
        national_size=index + 1,
        last_good_index=None,
        record=None,
        rotates=True,
    )
    made = reconcile(known, prepare(author.entries[index]), index=index, at=AT, salt="1" * 32)
    assert isinstance(made, ChangeApplied)
    return made


CURATED = RecordCurated(
    salt="2" * 32,
    at=AT,
    record=RECORD,
    set={"title": "Antrean Daring"},
    unset=(),
    seen=Seen(national=3, own=0),
    by="rina",
    agency="panrb",
)
DECISIONS: list[Decision] = [enrolled(BALI), decided(BALI, 0), decided(BALI, 1), CURATED]


def evidence(
    decisions: list[Decision] = DECISIONS, places: tuple[int, ...] = (0, 2, 3)
) -> RecordEvidence:
    national = [encode_decision(it) for it in decisions]
    return RecordEvidence(
        record=RECORD,
        national=excerpt(national, places, NATIONAL, [WITNESS]),
        logs=(excerpt(BALI.entries, [1], BALI.log_key),),
        verifier_keys=(NATIONAL.verifier_key.text,),
    )


DATA = encode_record_evidence(evidence())


def test_a_file_is_its_parts() -> None:
    assert parse_evidence(DATA) == evidence()


def test_it_shows_what_was_decided_on_which_change_and_who_saw_it() -> None:
    found = check_record_evidence(evidence(), KEYS, witnesses=[WITNESS.verifier_key])
    assert [it.place for it in found.decisions] == [2, 3]
    assert [it.is_faithful for it in found.decisions] == [True, None]
    assert found.decisions[0].entry == BALI.entries[1]
    assert [it.name for it in found.cosignatures] == [WITNESS.name]
    assert found.is_faithful


def test_a_decision_that_says_something_else_than_the_change_is_shown_to() -> None:
    applied = decided(BALI, 1)
    twisted = replace(applied, set={**(applied.set or {}), "title": "Judul lain"})
    found = check_record_evidence(evidence([*DECISIONS[:2], twisted, CURATED]), KEYS)
    assert not found.is_faithful


def test_a_decision_without_its_change_is_neither() -> None:
    found = check_record_evidence(replace(evidence(), logs=()), KEYS)
    assert [it.is_faithful for it in found.decisions] == [None, None]


def test_keys_in_the_file_are_not_believed() -> None:
    with pytest.raises(ProtocolError):
        check_record_evidence(evidence(), [])


def test_the_log_of_a_hub_without_its_enrolment_is_refused() -> None:
    with pytest.raises(EvidenceRefused):
        check_record_evidence(evidence(places=(2, 3)), KEYS)


def test_what_is_about_another_record_is_refused() -> None:
    other = BALI.record(9)
    for file in (
        replace(evidence(), record=other),
        evidence(places=(0,)),
        evidence([*DECISIONS[:3], replace(CURATED, record=other)]),
        replace(evidence(), logs=(excerpt(BALI.entries, [0, 1], BALI.log_key),)),
    ):
        with pytest.raises(EvidenceRefused):
            check_record_evidence(file, KEYS)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 127))
def test_a_byte_that_was_changed_shows_or_changes_nothing_that_counts(at: int, bit: int) -> None:
    altered = DATA[:at] + bytes([DATA[at] ^ bit]) + DATA[at + 1 :]
    try:
        file = parse_evidence(altered)
        assert isinstance(file, RecordEvidence)
        found = check_record_evidence(file, KEYS)
    except ProtocolError:
        return
    assert [encode_decision(it.decision) for it in found.decisions] == [
        encode_decision(it) for it in DECISIONS[2:]
    ]


@given(st.integers(0, len(DATA) - 1))
def test_a_file_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(MalformedEvidence):
        parse_evidence(DATA[:length])


def test_every_decision_of_the_file_can_be_read_again() -> None:
    file = parse_evidence(DATA)
    assert isinstance(file, RecordEvidence)
    assert [decode_decision(it.entry) for it in file.national.entries] == [
        DECISIONS[0],
        *DECISIONS[2:],
    ]


def rotated_file(*, checkpoint_key: SigningKey | None = None) -> RecordEvidence:
    """About a record that one key wrote and the next one amended."""
    author = Author(hub="51")
    author.put(1, VALID)
    author.rotate(9)
    author.put(1, {**VALID, "title": "Antrean daring puskesmas"})
    follows = consequence(prepare(author.entries[2]), decided(author, 2), salt="3" * 32)
    assert follows is not None
    made = [decided(author, index) for index in range(4)]
    decisions: list[Decision] = [enrolled(author, seed=1), *made, follows]
    national = [encode_decision(it) for it in decisions]
    return RecordEvidence(
        record=RECORD,
        national=excerpt(national, (0, 2, 4, 5), NATIONAL),
        logs=(excerpt(author.entries, [1, 3], checkpoint_key or author.log_key),),
        verifier_keys=(),
    )


def test_a_rotated_key_is_that_of_the_entries_behind_its_rotation() -> None:
    found = check_record_evidence(rotated_file(), KEYS)
    assert [it.place for it in found.decisions] == [2, 4]
    assert [it.is_faithful for it in found.decisions] == [True, True]


def test_a_former_key_signs_nothing_behind_its_rotation() -> None:
    with pytest.raises(NoteRefused):
        check_record_evidence(rotated_file(checkpoint_key=BALI.log_key), KEYS)


def test_a_decision_about_two_records_belongs_to_both() -> None:
    other = BALI.record(2)
    merged = RecordMerged(
        salt="4" * 32,
        at=AT,
        record=other,
        absorbed=RECORD,
        set={},
        unset=(),
        seen=Seen(national=3, own=0),
        reason="sama",
        by="rina",
        agency="panrb",
    )
    made = evidence([*DECISIONS, merged], (0, 2, 4))
    assert [it.decision for it in check_record_evidence(made, KEYS).decisions][1:] == [merged]
    assert is_about(merged, other)
    assert not is_about(merged, BALI.record(3))
