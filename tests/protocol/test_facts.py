"""What people at the centre decide about records: merges, links, owners, numbers, awards."""

from dataclasses import replace

import pytest

from protocol.canonical import Json
from protocol.catalogue import apply, public_record, shown_record, standing_of, touched
from protocol.documents import document_of
from protocol.entries.decisions import Decision
from protocol.entries.record_decisions import RecordDecision
from protocol.record_state import RecordState, decode_record_state, encode_record_state
from tests.support.entries import MINIMAL, NATIONAL, applied, curated, record_id, seen
from tests.support.verdicts import (
    DISTINCT,
    EVERY,
    HIDDEN,
    LINKED,
    NUMBERED,
    OTHER,
    PUBLIC,
    RECORD,
    REOPENED,
    TRANSFERRED,
    award,
    merged,
    reverted,
    unmerged,
)

BOTH: tuple[Decision, ...] = (
    applied(),
    applied({**MINIMAL, "title": "Judul kembaran", "summary": "Ringkasan"}, record=OTHER),
)


def fold(*decisions: Decision) -> dict[str, RecordState]:
    records: dict[str, RecordState] = {}
    for place, decision in enumerate(decisions):
        records |= apply(records, decision, place=place, origin=NATIONAL)
    return records


def test_a_merge_keeps_one_record_and_leads_from_the_other_to_it() -> None:
    records = fold(*BOTH, merged(set={"summary": "Ringkasan"}))
    assert shown_record(records[RECORD])["summary"] == "Ringkasan"
    assert [standing_of(records[it]) for it in (RECORD, OTHER)] == ["active", "merged"]
    assert records[OTHER].facts == {"merged_into": RECORD}


def test_what_a_merge_takes_over_is_settled_where_the_person_saw_all() -> None:
    state = fold(*BOTH, merged(set={"title": "Judul kembaran"}))[RECORD]
    assert public_record(state)["conflicts"] == []
    assert shown_record(state)["title"] == "Judul kembaran"


def test_a_merge_is_undone_with_what_it_wrote_over() -> None:
    before = fold(*BOTH)
    undoing = unmerged(set={"title": MINIMAL["title"]}, seen=seen(3, 3))
    records = fold(*BOTH, merged(set={"title": "Judul kembaran"}), undoing)
    assert [standing_of(it) for it in records.values()] == ["active", "active"]
    assert {it: shown_record(state) for it, state in records.items()} == {
        it: shown_record(state) for it, state in before.items()
    }


def test_a_reversal_gives_back_fields_and_hides_or_shows() -> None:
    hiding = reverted(set={"title": "Judul lama"}, state="withdrawn")
    hidden = fold(*BOTH, hiding)[RECORD]
    assert (shown_record(hidden)["title"], standing_of(hidden)) == ("Judul lama", "withdrawn")
    showing = reverted(state="active", seen=seen(3, 3))
    assert standing_of(fold(*BOTH, hiding, showing)[RECORD]) == "active"


def test_a_record_is_not_merged_into_itself() -> None:
    assert apply(fold(*BOTH), merged(absorbed=RECORD), place=2, origin=NATIONAL) == {}


def test_a_link_names_the_original_until_it_is_reopened() -> None:
    assert fold(*BOTH, LINKED)[RECORD].facts == {"original": OTHER}
    assert fold(*BOTH, LINKED, REOPENED)[RECORD].facts == {}


def test_a_verdict_that_two_are_distinct_changes_neither() -> None:
    assert fold(*BOTH, DISTINCT) == fold(*BOTH)


def test_reopening_another_pair_keeps_the_link() -> None:
    elsewhere = replace(REOPENED, other=record_id(3))
    assert fold(*BOTH, LINKED, elsewhere)[RECORD].facts == {"original": OTHER}


def test_a_transfer_changes_the_owner_and_nothing_that_was_written() -> None:
    before, after = fold(*BOTH)[RECORD], fold(*BOTH, TRANSFERRED)[RECORD]
    assert (before.owner, after.owner) == ("51", "52")
    assert after.fields == before.fields


def test_the_new_owner_settles_what_was_contested() -> None:
    contested = (
        *BOTH,
        curated({"title": "Judul kurator"}, seen=seen(1, 0)),
        applied({"title": "Judul pemilik"}, index=2, seen=seen(1, 2)),
        TRANSFERRED,
    )
    resolving = applied({"title": "Judul baru"}, hub="52", index=9, seen=seen(5, 9))
    state = fold(*contested, resolving)[RECORD]
    assert public_record(state)["conflicts"] == []
    assert shown_record(state)["title"] == "Judul baru"


def test_a_number_is_shown_with_the_record() -> None:
    assert public_record(fold(*BOTH, NUMBERED)[RECORD])["facts"] == {"number": "2026-000001"}


def test_an_award_is_confirmed_rejected_and_open_again() -> None:
    first, second = award("confirmed"), award("rejected", year=2021)
    assert fold(*BOTH, first, second)[RECORD].facts == {
        "awards": {
            f"sinovik-top-99/2019/{first.award}": "confirmed",
            f"sinovik-top-99/2021/{second.award}": "rejected",
        }
    }
    assert fold(*BOTH, first, award("open"))[RECORD].facts == {}


AWARDED: Json = [
    {"scheme": "sinovik-top-99", "year": 2019},
    {"scheme": "sinovik-top-99", "year": 2021},
]


@pytest.mark.parametrize(
    ("rulings", "standings", "found_by"),
    [
        ([], ["open", "open"], "open"),
        ([award("rejected")], ["rejected", "open"], "open"),
        ([award("rejected"), award("rejected", year=2021)], ["rejected", "rejected"], "rejected"),
        (
            [award("rejected"), award("confirmed", year=2021)],
            ["rejected", "confirmed"],
            "confirmed",
        ),
    ],
)
def test_each_claimed_award_is_shown_with_its_standing(
    rulings: list[Decision], standings: list[str], found_by: str
) -> None:
    state = fold(applied({**MINIMAL, "awards": AWARDED}), *rulings)[RECORD]
    shown = public_record(state)["awards"]
    assert isinstance(shown, list)
    assert [award["standing"] for award in shown if isinstance(award, dict)] == standings
    assert document_of(state, shown_record(state)).facets["award"] == found_by


@pytest.mark.parametrize("more", [{"rank": "Juara dunia"}, {"level": "nasional"}, {"decree": "1"}])
def test_what_was_said_of_an_award_is_not_said_of_one_that_claims_more(
    more: dict[str, Json],
) -> None:
    claimed: dict[str, Json] = {"scheme": "sinovik-top-99", "year": 2019}
    state = fold(applied({**MINIMAL, "awards": [{**claimed, **more}]}), award("confirmed"))[RECORD]
    assert document_of(state, shown_record(state)).facets["award"] == "open"


def test_a_record_without_awards_is_found_by_none() -> None:
    state = fold(*BOTH)[RECORD]
    assert document_of(state, shown_record(state)).facets["award"] is None


def test_a_record_is_found_by_its_number_and_by_its_numbers_elsewhere() -> None:
    ids: Json = [{"system": "sinovik", "value": "SIN-2019/00417"}]
    state = fold(applied({**MINIMAL, "external_ids": ids}), NUMBERED)[RECORD]
    assert {"2026", "000001", "sin", "2019", "00417"} <= set(
        document_of(state, shown_record(state)).words.name
    )


@pytest.mark.parametrize("also", [applied(change="record.withdraw", index=2), merged()])
def test_a_hidden_record_shows_no_content_whatever_else_became_of_it(also: Decision) -> None:
    hidden = replace(HIDDEN, record=OTHER if also == merged() else RECORD)
    state = fold(*BOTH, hidden, also)[hidden.record]
    assert standing_of(state) != "active"
    assert public_record(state)["record"] == {}


def test_what_the_centre_hides_it_can_show_again() -> None:
    assert standing_of(fold(*BOTH, HIDDEN)[RECORD]) == "hidden"
    assert public_record(fold(*BOTH, HIDDEN)[RECORD])["record"] == {}
    assert standing_of(fold(*BOTH, HIDDEN, PUBLIC)[RECORD]) == "active"


@pytest.mark.parametrize("decision", EVERY)
def test_a_decision_about_an_unknown_record_is_ignored(decision: RecordDecision) -> None:
    assert RECORD in touched(decision)
    assert apply({}, decision, place=0, origin=NATIONAL) == {}


@pytest.mark.parametrize("decision", EVERY)
def test_facts_survive_their_bytes(decision: RecordDecision) -> None:
    for state in fold(*BOTH, decision).values():
        assert decode_record_state(encode_record_state(state)) == state


@pytest.mark.parametrize("decision", [LINKED, TRANSFERRED, NUMBERED, HIDDEN, award("confirmed")])
def test_what_changes_nothing_is_no_revision(decision: RecordDecision) -> None:
    assert fold(*BOTH, decision, decision) == fold(*BOTH, decision)
