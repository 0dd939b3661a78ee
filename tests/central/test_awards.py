"""Awards that records claim, and what the centre says of them."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from central import projection
from central.casework import awards
from central.casework.awards import Claim
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.centre import Centre
from central.public_text import TextRefused
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.casework import PRIVATE, RINA, with_records
from tests.support.rooms import Room

TOP_99: Json = {"scheme": "Top 99", "year": 2019, "decree": "Kepmen 16/2019"}
TOP_45: Json = {"scheme": "Top 45", "year": 2019}
INVENTED: Json = {"scheme": "Top 100", "year": 2019}


@pytest.fixture
def records(room: Room, hub: Author) -> Sequence[str]:
    """A record with two awards, one with an award that no table has, one without any."""
    claimed: list[dict[str, Json]] = [{"awards": [TOP_99, TOP_45]}, {"awards": [INVENTED]}, {}]
    return with_records(room, hub, *claimed)


def rule(
    room: Room,
    record: str,
    standing: str,
    *,
    scheme: str = "Top 99",
    year: int = 2019,
    person: Person = RINA,
    rank: str | None = None,
) -> bool:
    return room.write(
        lambda conn, it: awards.rule(
            conn, it, record, scheme=scheme, year=year, standing=standing, person=person, rank=rank
        )
    )


def listed(room: Room, standing: str | None = None) -> list[Claim]:
    return room.read(lambda conn, it: awards.claims(conn, it, standing=standing))


def with_award(room: Room, standing: str) -> int:
    def search(conn: Connection, centre: Centre) -> int:
        filters = {"award": standing}
        page = projection.search(conn, centre, query="", filters=filters, limit=9, after=None)
        return page.total

    return room.read(search)


def refusal(room: Room, record: str, standing: str, scheme: str) -> str:
    before = room.national
    with pytest.raises(CaseRefused) as refused:
        rule(room, record, standing, scheme=scheme)
    assert room.national == before
    return refused.value.code


def test_claims_are_open_until_somebody_rules(room: Room, records: Sequence[str]) -> None:
    found = listed(room)
    assert [(it.record, it.scheme, it.standing) for it in found] == [
        (records[0], "Top 99", "open"),
        (records[0], "Top 45", "open"),
        (records[1], "Top 100", "open"),
    ]


def test_a_claim_is_listed_with_what_the_table_says(room: Room, records: Sequence[str]) -> None:
    assert records
    assert [(it.decree, it.listed) for it in listed(room)] == [
        ("Kepmen 16/2019", True),
        ("", True),
        ("", False),
    ]


def test_a_confirmed_award_is_not_open_any_more(room: Room, records: Sequence[str]) -> None:
    assert rule(room, records[0], "confirmed")
    assert [it.scheme for it in listed(room, "open")] == ["Top 45", "Top 100"]
    assert [it.scheme for it in listed(room, "confirmed")] == ["Top 99"]


def test_readers_find_records_with_a_confirmed_award(room: Room, records: Sequence[str]) -> None:
    assert with_award(room, "confirmed") == 0
    rule(room, records[0], "confirmed")
    assert (with_award(room, "confirmed"), with_award(room, "open")) == (1, 1)


def test_a_ruling_is_reopened_and_leaves_nothing_behind(room: Room, records: Sequence[str]) -> None:
    rule(room, records[0], "confirmed")
    assert rule(room, records[0], "open")
    assert room.state(records[0]).facts == {}


def test_a_ruling_stands_in_the_history(room: Room, records: Sequence[str]) -> None:
    rule(room, records[0], "rejected")
    row, *_ = room.read(lambda conn, it: projection.history(conn, it, records[0]))
    names = ("kind", "scheme", "year", "standing", "reason")
    assert [row[name] for name in names] == [
        "award.confirmed",
        "Top 99",
        2019,
        "rejected",
        "UU 15/2022",
    ]


IGA: dict[str, Json] = {"scheme": "IGA", "year": 2022}


def test_a_ruling_covers_nothing_that_the_hub_writes_afterwards(room: Room, hub: Author) -> None:
    [record] = with_records(room, hub, {"awards": [{**IGA, "rank": "Inovatif"}]})
    rule(room, record, "confirmed", scheme="IGA", year=2022)
    start = len(hub.entries)
    ranks: list[Json] = ["Inovatif", "Terinovatif", "Juara dunia"]
    hub.put(1, {"awards": [{**IGA, "rank": it} for it in ranks]}, national=room.national.size)
    room.submit(hub, start=start)
    room.decide_now()
    assert [it.standing for it in listed(room)] == ["confirmed", "open", "open"]


def test_of_several_awards_of_a_year_one_is_named_by_its_rank(room: Room, hub: Author) -> None:
    claimed: list[Json] = [{**IGA, "rank": "Inovatif"}, {**IGA, "rank": "Terinovatif"}]
    [record] = with_records(room, hub, {"awards": claimed})
    with pytest.raises(CaseRefused, match="'Inovatif', 'Terinovatif'") as refused:
        rule(room, record, "confirmed", scheme="IGA", year=2022)
    assert refused.value.code == "award_ambiguous"
    assert rule(room, record, "confirmed", scheme="IGA", year=2022, rank="Terinovatif")
    assert [it.standing for it in listed(room)] == ["open", "confirmed"]


@pytest.mark.parametrize("standing", ["confirmed", "rejected"])
def test_the_same_ruling_again_is_no_decision(
    room: Room, records: Sequence[str], standing: str
) -> None:
    rule(room, records[0], standing)
    before = room.national
    assert not rule(room, records[0], standing)
    assert room.national == before


def test_what_the_table_does_not_have_is_rejected_and_not_confirmed(
    room: Room, records: Sequence[str]
) -> None:
    assert refusal(room, records[1], "confirmed", "Top 100") == "award_not_listed"
    assert rule(room, records[1], "rejected", scheme="Top 100")


@pytest.mark.parametrize("standing", ["confirmed", "rejected", "open"])
def test_what_a_record_does_not_claim_is_not_ruled_on(
    room: Room, records: Sequence[str], standing: str
) -> None:
    assert refusal(room, records[2], standing, "Top 99") == "award_not_claimed"


def test_a_record_that_there_is_not_has_no_awards(room: Room, hub: Author) -> None:
    assert refusal(room, hub.record(404), "confirmed", "Top 99") == "unknown_record"


def test_a_reason_holds_no_personal_data(room: Room, records: Sequence[str]) -> None:
    with pytest.raises(TextRefused):
        rule(room, records[0], "rejected", person=PRIVATE)
    assert room.state(records[0]).facts == {}
