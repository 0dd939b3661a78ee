"""Which records a campaign asks for, and what counts as a refresh."""

from collections.abc import Mapping
from dataclasses import fields, replace

import pytest

from protocol.campaigns import Targeted
from protocol.canonical import Json
from protocol.entries.decisions import ChangeApplied, ChangeReleased, Decision
from tests.support.campaigns import CAMPAIGN, DUE, Fold, closed, fold, opened
from tests.support.entries import AT, MINIMAL, applied, curated, held, record_id
from tests.support.verdicts import (
    HIDDEN,
    OTHER,
    PUBLIC,
    RECORD,
    TRANSFERRED,
    award,
    merged,
    reverted,
    unmerged,
)

TOP_99: dict[str, Json] = {"scheme": "Top 99", "year": 2019}
TERPUJI: dict[str, Json] = {"scheme": "Terpuji", "year": 2021}
ATTEST = applied(change="record.attest", index=2)
WITHDRAW = applied(change="record.withdraw", index=2, reason="Berhenti")
RESTORE = applied(change="record.restore", index=3, reason="Keliru")
AMEND = applied({"title": "Judul baru"}, index=2)


def made(number: int = 1, *, hub: str = "51", **more: Json) -> ChangeApplied:
    """A record as its hub makes it."""
    return applied({**MINIMAL, **more}, record=record_id(number), hub=hub, index=number)


def asked(*decisions: Decision) -> Fold:
    """One record, a campaign for everything, and what happens then."""
    return fold(made(), opened(), *decisions)


def row(folded: Fold) -> Targeted:
    return folded.rows()[RECORD]


def released(change: ChangeApplied) -> ChangeReleased:
    members = {member.name: getattr(change, member.name) for member in fields(change)}
    return ChangeReleased(**members, by="rina", agency="panrb")


@pytest.mark.parametrize(
    ("target", "is_chosen"),
    [
        ({}, True),
        ({"hub": ["35", "51"]}, True),
        ({"hub": ["35"]}, False),
        ({"year": ["2021"]}, True),
        ({"year": ["2019"]}, False),
        ({"hub": ["51"], "year": ["2019"]}, False),
        ({"scheme": ["Top 99"]}, True),
        ({"scheme": ["Top 45"]}, False),
        ({"award_year": ["2021"]}, True),
        ({"scheme": ["Terpuji"], "award_year": ["2021"]}, True),
    ],
)
def test_a_target_chooses_what_fits_every_facet(
    target: Mapping[str, list[str]], *, is_chosen: bool
) -> None:
    folded = fold(made(awards=[TOP_99, TERPUJI]), opened(target))
    assert (RECORD in folded.rows()) is is_chosen


def test_scheme_and_year_have_to_be_of_one_award() -> None:
    target = {"scheme": ["Top 99"], "award_year": ["2021"]}
    assert fold(made(awards=[TOP_99, TERPUJI]), opened(target)).rows() == {}


def test_an_award_that_the_centre_rejected_chooses_nothing() -> None:
    rejected = award("rejected", scheme="Top 99")
    folded = fold(
        made(awards=[TOP_99]), rejected, opened({"scheme": ["Top 99"]}), opened(campaign="b")
    )
    assert folded.rows() == {}
    assert folded.rows("b")[RECORD].scheme == "none"


@pytest.mark.parametrize(
    "gone", [(WITHDRAW,), (HIDDEN,), (made(2), merged(record=OTHER, absorbed=RECORD))]
)
def test_what_readers_do_not_see_is_not_asked_for(gone: tuple[Decision, ...]) -> None:
    assert RECORD not in fold(made(), *gone, opened()).rows()


def test_a_record_made_later_is_not_asked_for() -> None:
    assert list(asked(made(2)).rows()) == [RECORD]


def test_a_record_that_fits_only_later_is_not_asked_for() -> None:
    folded = fold(made(), opened({"year": ["2019"]}), applied({"started": "2019"}, index=2))
    assert folded.rows() == {}


def test_year_and_awards_stay_as_they_were_when_it_was_opened() -> None:
    folded = asked(applied({"started": "2019", "awards": [TOP_99]}, index=2))
    assert (row(folded).year, row(folded).scheme) == ("2021", "none")


def test_several_awards_are_one_value_so_that_a_record_is_counted_once() -> None:
    folded = fold(made(awards=[TOP_99, TERPUJI, {**TOP_99, "year": 2020}]), opened())
    assert row(folded).scheme == "Terpuji + Top 99"


def test_what_was_asked_for_begins_as_left() -> None:
    assert row(asked()) == Targeted(
        campaign=CAMPAIGN,
        record=RECORD,
        hub="51",
        year="2021",
        scheme="none",
        is_there=True,
        full="",
    )
    assert row(asked()).progress == "left"


@pytest.mark.parametrize(
    "refresh",
    [
        ATTEST,
        replace(ATTEST, campaign=CAMPAIGN),
        replace(ATTEST, campaign="another"),
        replace(ATTEST, outcome="noop"),
        AMEND,
        replace(AMEND, outcome="conflict"),
        released(AMEND),
    ],
)
def test_its_owners_attestation_or_amendment_refreshes_it(refresh: Decision) -> None:
    folded = asked(refresh)
    assert row(folded).progress == "refreshed"
    assert (row(folded).refreshed_place, row(folded).refreshed_on) == (2, AT[:10])


@pytest.mark.parametrize(
    "other",
    [
        curated({"title": "Judul kurator"}),
        replace(AMEND, outcome="noop"),
        released(replace(AMEND, author="35")),
        held(),
        TRANSFERRED,
    ],
)
def test_nothing_else_refreshes_it(other: Decision) -> None:
    assert row(asked(other)).progress == "left"


def test_what_happened_before_the_campaign_does_not_count() -> None:
    assert row(fold(made(), ATTEST, AMEND, opened())).progress == "left"


def test_the_first_refresh_is_the_one_that_is_remembered() -> None:
    folded = asked(ATTEST, replace(AMEND, at="2026-04-01T00:00:00Z"))
    assert (row(folded).refreshed_place, row(folded).refreshed_on) == (2, AT[:10])


@pytest.mark.parametrize(
    ("gone", "back"),
    [
        ((WITHDRAW,), (RESTORE,)),
        ((HIDDEN,), (PUBLIC,)),
        (
            (made(2), merged(record=OTHER, absorbed=RECORD)),
            (unmerged(record=OTHER, absorbed=RECORD),),
        ),
    ],
)
def test_what_leaves_the_catalogue_is_counted_apart_until_it_is_back(
    gone: tuple[Decision, ...], back: tuple[Decision, ...]
) -> None:
    assert row(asked(*gone)).progress == "withdrawn"
    assert row(asked(*gone, *back)).progress == "left"
    assert row(asked(ATTEST, *gone)).progress == "withdrawn"
    assert row(asked(ATTEST, *gone, *back)).progress == "refreshed"


def test_a_record_that_moves_is_its_new_owners_to_refresh() -> None:
    moved = asked(TRANSFERRED)
    assert row(moved).hub == "52"
    assert row(moved.add(ATTEST)).progress == "left"
    assert row(moved.add(replace(ATTEST, author="52"))).progress == "refreshed"


def test_a_reversion_to_before_the_refresh_takes_it_back() -> None:
    old = {"title": "Judul lama"}
    assert row(asked(AMEND, reverted(to=2, set=old))).progress == "left"
    assert row(asked(AMEND, reverted(to=3, set=old))).progress == "refreshed"
    assert row(asked(AMEND, reverted(to=2, set=old), ATTEST)).refreshed_place == 4


def test_a_reversion_of_another_hub_leaves_the_refresh() -> None:
    old = {"title": "Judul lama"}
    assert row(asked(AMEND, reverted(to=2, set=old, hub="73"))).progress == "refreshed"
    assert row(asked(AMEND, reverted(to=2, set=old, hub="51"))).progress == "left"


def test_a_refresh_stays_its_authors_when_the_record_moves() -> None:
    old = {"title": "Judul lama"}
    moved = (AMEND, TRANSFERRED)
    assert row(asked(*moved, reverted(to=2, set=old, hub="52"))).progress == "refreshed"
    assert row(asked(*moved, reverted(to=2, set=old, hub="51"))).progress == "left"


def test_completeness_follows_whoever_fills_the_gaps() -> None:
    folded = asked(curated({"roadmap": [{"year": 2027, "activity": "Perluasan"}]}))
    assert (row(folded).full, row(folded).progress) == ("E", "left")


def test_after_the_closing_nothing_counts() -> None:
    folded = asked(closed())
    before = row(folded)
    folded.add(ATTEST, AMEND, WITHDRAW, TRANSFERRED)
    assert row(folded) == before


def test_a_closing_says_why_and_by_whom() -> None:
    closing = asked(closed()).campaign().closing
    assert closing is not None
    assert (closing.place, closing.reason, closing.by) == (2, "Selesai", "rina")


def test_two_campaigns_at_once_are_both_answered() -> None:
    folded = asked(opened(campaign="kedua"), ATTEST)
    assert {row(folded).progress, folded.rows("kedua")[RECORD].progress} == {"refreshed"}


def test_an_id_that_is_taken_opens_nothing_also_after_its_closing() -> None:
    folded = fold(made(), opened({"hub": ["35"]}), opened(), closed(), opened())
    assert folded.rows() == {}
    assert folded.campaign().target == {"hub": ["35"]}


def test_only_an_open_campaign_can_be_closed() -> None:
    assert fold(closed()).ledger.campaigns == {}
    twice = asked(closed(), replace(closed(), reason="Lagi")).campaign().closing
    assert twice is not None
    assert twice.reason == "Selesai"


@pytest.mark.parametrize(
    ("today", "is_late"), [("2026-12-30", False), (DUE, False), ("2027-01-01", True)]
)
def test_a_campaign_is_overdue_after_its_due_date(today: str, *, is_late: bool) -> None:
    assert asked().campaign().is_overdue(today) is is_late
    assert not asked(closed()).campaign().is_overdue(today)
