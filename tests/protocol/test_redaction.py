"""Redaction: who folds without the bytes ends where everybody is, and every proof still holds."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.catalogue import is_withdrawn, shown_record
from protocol.entries.decisions import (
    ChangeHeld,
    Decision,
    decode_decision,
    encode_decision,
)
from protocol.entries.redaction import EntryRedacted
from protocol.record_state import (
    decode_record_state,
    encode_record_state,
    read_record_state,
    write_record_state,
)
from protocol.redaction import Redactable, carries, redacted_entry, repeats
from tests.support.campaigns import Fold, closed, fold, opened
from tests.support.entries import MINIMAL, NATIONAL, applied, curated, held, record_id, seen
from tests.support.redactions import redactions
from tests.support.verdicts import HIDDEN, NUMBERED, merged, reverted, unmerged

PRIVATE = "Hubungi Made, rumahnya di sebelah pasar"
RECORD, OTHER = record_id(), record_id(2)


def made(number: int = 1, **more: Json) -> Decision:
    return applied({**MINIMAL, **more}, record=record_id(number), index=number)


def redacted(
    decisions: Sequence[Decision], places: Sequence[int], *fields: str
) -> tuple[Fold, Fold]:
    """The same log folded by who has the bytes, and by who came later."""
    with_bytes = fold(*decisions)
    words = redactions(with_bytes, decisions, places, fields)
    return with_bytes.add(*words), without(decisions, places).add(*words)


def without(decisions: Sequence[Decision], places: Sequence[int]) -> Fold:
    kept = [None if place in places else it for place, it in enumerate(decisions)]
    return Fold().add(*kept)


def assert_same(one: Fold, other: Fold) -> None:
    assert encoded(one) == encoded(other)
    assert one.ledger.changed == other.ledger.changed
    assert one.ledger.campaigns == other.ledger.campaigns


def encoded(folded: Fold) -> dict[str, bytes]:
    return {record: encode_record_state(state) for record, state in folded.records.items()}


CHANGES = st.one_of(
    st.builds(
        lambda title, index, seen_, number: applied(
            {"title": title, "sdgs": [index % 17 + 1]},
            index=index,
            record=record_id(number),
            seen=seen_,
        ),
        st.sampled_from(["Judul satu", "Judul dua", PRIVATE]),
        st.integers(2, 40),
        st.builds(seen, st.integers(0, 12), st.integers(1, 12)),
        st.sampled_from([1, 2]),
    ),
    st.sampled_from(
        [
            applied(change="record.withdraw", index=50, reason=PRIVATE),
            applied(change="record.restore", index=51, reason="Keliru"),
            applied(change="record.attest", index=52),
            merged(set={"title": PRIVATE}),
            unmerged(set={"title": "Judul satu"}),
            reverted(state="withdrawn"),
            curated({"summary": PRIVATE}),
            opened(),
            opened(campaign="lain"),
            closed(),
            HIDDEN,
            NUMBERED,
        ]
    ),
)


@given(
    decisions=st.lists(CHANGES, max_size=10),
    more=st.lists(CHANGES, max_size=4),
    data=st.data(),
)
def test_who_folds_without_the_bytes_ends_with_the_same_catalogue_and_campaigns(
    decisions: list[Decision], more: list[Decision], data: st.DataObject
) -> None:
    log = [made(1, summary=PRIVATE), made(2), *decisions]
    able = [
        place
        for place, it in enumerate(log)
        if isinstance(it, Redactable) and getattr(it, "record", None) == RECORD
    ]
    places = sorted(data.draw(st.sets(st.sampled_from(able), min_size=1)))
    fields = data.draw(st.sets(st.sampled_from(["title", "summary", "sdgs", "state"])))
    one, other = redacted(log, places, *sorted(fields))
    assert_same(one.add(*more), other.add(*more))


def test_only_the_named_fields_lose_their_value() -> None:
    one, _ = redacted([made(1, summary=PRIVATE)], [0], "summary")
    state = one.records[RECORD]
    assert shown_record(state) == {"id": RECORD, "hub": "51", **MINIMAL}
    assert (state.revision, state.last_place) == (2, 1)


def test_a_value_that_somebody_else_wrote_stays() -> None:
    log = [made(1, summary=PRIVATE), curated({"summary": "Ringkas"}, seen=seen(1, 0))]
    one, other = redacted(log, [0], "summary")
    assert shown_record(one.records[RECORD])["summary"] == "Ringkas"
    assert_same(one, other)


ADJACENT = "satu\n\u0301dua"
"""In NFC; but the escape of its line break ends in a letter that the accent would sit on."""


def test_what_stands_behind_a_line_break_does_not_keep_a_record_from_being_redacted() -> None:
    log = [made(1, summary=PRIVATE, objective=ADJACENT)]
    one, other = redacted(log, [0], "summary")
    assert_same(one, other)
    assert shown_record(other.records[RECORD])["objective"] == ADJACENT


@given(
    st.text(
        st.sampled_from('an1u\n\t\x1f"\\/é\u0301\u0302\u0338\u1100\u1161가\U0001d165 '), max_size=12
    )
)
def test_a_state_travels_as_text_in_nfc_whatever_a_hub_wrote(text: str) -> None:
    state = fold(made(1, objective=unicodedata.normalize("NFC", text))).records[RECORD]
    written = write_record_state(state)
    assert unicodedata.is_normalized("NFC", written)
    assert read_record_state(written) == state


@pytest.mark.parametrize(
    "other", ["satu\\n\u0301dua", "satu\\n\\u0301du\\u0061", "satu\\u000a\\u0301dua"]
)
def test_a_state_has_one_text(other: str) -> None:
    written = write_record_state(fold(made(1, objective=ADJACENT)).records[RECORD])
    assert "satu\\n\\u0301dua" in written
    assert read_record_state(written.replace("satu\\n\\u0301dua", other)) is None


def test_of_a_withdrawal_the_reason_goes_and_the_record_stays_withdrawn() -> None:
    log = [made(), applied(change="record.withdraw", index=2, reason=PRIVATE)]
    one, _ = redacted(log, [1], "state")
    assert is_withdrawn(one.records[RECORD])
    assert PRIVATE.encode() not in encode_record_state(one.records[RECORD])


def test_what_a_merge_took_over_goes_from_the_survivor_and_the_absorbed_one_stays_absorbed() -> (
    None
):
    log = [made(1), made(2), merged(set={"summary": PRIVATE})]
    one, other = redacted(log, [2], "summary")
    assert "summary" not in shown_record(one.records[RECORD])
    assert one.records[OTHER].facts == {"merged_into": RECORD}
    assert_same(one, other)


def test_a_merge_into_a_record_whose_creation_was_redacted_is_not_lost() -> None:
    one, other = redacted([made(1, summary=PRIVATE), made(2), merged()], [0], "summary")
    assert other.records[OTHER].facts == {"merged_into": RECORD}
    assert_same(one, other)


def test_a_campaign_asks_for_the_same_records_of_who_came_later() -> None:
    log = [made(1, summary=PRIVATE), opened(), applied({"title": "Judul"}, index=2), closed()]
    one, other = redacted(log, [0, 2], "summary")
    assert other.rows()[RECORD].refreshed_place == 2
    assert_same(one, other)


def test_a_held_change_has_no_state_to_carry() -> None:
    log: list[Decision] = [held()]
    one, other = redacted(log, [0])
    assert (one.records, other.records) == ({}, {})


def test_an_earlier_redaction_that_carries_the_value_is_found() -> None:
    log: list[Decision] = [made(1, summary=PRIVATE, objective="Lain")]
    (earlier,) = redactions(fold(*log), log, [0], ["objective"])
    assert carries(earlier, {0}, {"summary"})
    assert not carries(earlier, {0}, {"objective"})
    assert not carries(earlier, {5}, {"summary"})


@pytest.mark.parametrize(
    ("decision", "is_one"),
    [
        (made(1, summary=PRIVATE), True),
        (curated({"summary": PRIVATE}), True),
        (merged(set={"summary": PRIVATE}), True),
        (curated({"title": PRIVATE}), False),
        (curated({}, unset=("summary",)), False),
        (HIDDEN, False),
    ],
)
def test_a_decision_that_writes_the_value_again_is_found(decision: Decision, is_one: bool) -> None:  # noqa: FBT001
    assert repeats(decision, {"summary": [PRIVATE]}) is is_one


def test_of_a_decision_stays_what_it_was_and_no_content() -> None:
    what: ChangeHeld = held()
    gone = redacted_entry(what, place=4, origin=NATIONAL)
    assert (gone.kind, gone.outcome, gone.code) == ("change.held", "held", "schema_invalid")
    assert (gone.origin, gone.index, gone.source) == (NATIONAL, 4, what.source)


def a_redaction() -> EntryRedacted:
    log: list[Decision] = [made(1, summary=PRIVATE), opened()]
    (decision,) = redactions(fold(*log), log, [0], ["summary"])
    return decision


def test_a_redaction_survives_its_bytes() -> None:
    assert decode_decision(encode_decision(a_redaction())) == a_redaction()


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", '{"id":1}', '{"created":{}}', "null", '"', "[" * 5000]
)
def test_a_text_that_is_no_state_changes_nothing(text: str) -> None:
    assert read_record_state(text) is None
    folded = fold(made())
    before = encoded(folded)
    assert encoded(folded.add(replace(a_redaction(), state=text or None))) == before


def test_a_state_of_another_record_changes_nothing() -> None:
    folded = fold(made(), made(2))
    before = encoded(folded)
    assert encoded(folded.add(replace(a_redaction(), record=OTHER))) == before


@pytest.mark.parametrize("name", ["id", "owner", "revision", "last_place", "attested_at", "facts"])
def test_a_state_with_a_member_of_another_type_is_none(name: str) -> None:
    state = decode_record_state((a_redaction().state or "").encode())
    other: dict[str, Any] = {name: [["x"]]}
    wrong = replace(state, **other)
    assert read_record_state(write_record_state(wrong)) is None
