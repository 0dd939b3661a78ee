"""Opening, closing and reading a campaign at the centre, on both databases."""

import codecs
import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from central.casework import campaign_report, campaigns
from central.casework.campaign_report import CampaignReport
from central.casework.campaigns import CampaignOrder, CampaignRefused
from central.rebuild import rebuild
from protocol.campaign_numbers import BREAKDOWNS, NUMBERS
from protocol.canonical import Json
from protocol.entries.campaign_decisions import CampaignClosed, CampaignOpened
from protocol.errors import ProtocolError
from runtime.spreadsheets import CSV_ENCODING
from tests.support.author import Author
from tests.support.rooms import VALID, Room

TOP: Json = [{"scheme": "Top 99", "year": 2019}]
ORDER = CampaignOrder(
    campaign="2026-top",
    title="Pemutakhiran 2026",
    due="2026-12-31",
    target={"scheme": ["Top 99"]},
    by="rina",
    agency="panrb",
)


@pytest.fixture
async def filled(room: Room, hub: Author) -> Author:
    """Four records, three of them with an award."""
    for number in (1, 2, 3):
        hub.put(number, {**VALID, "title": f"Inovasi antrean {number}", "awards": TOP})
    hub.put(4, VALID)
    room.submit(hub)
    await room.decide()
    return hub


def opened(room: Room, order: CampaignOrder = ORDER) -> campaigns.Look:
    return room.write(lambda conn, centre: campaigns.open_campaign(conn, centre, order))


def closed(room: Room) -> campaigns.Look:
    return room.write(
        lambda conn, centre: campaigns.close_campaign(
            conn, centre, campaign="2026-top", reason="Selesai", by="rina", agency="panrb"
        )
    )


def look(room: Room) -> campaigns.Look:
    return room.read(lambda conn, centre: campaigns.look(conn, centre, "2026-top"))


def report(room: Room) -> CampaignReport:
    return room.read(lambda conn, centre: campaign_report.report_of(conn, centre, "2026-top"))


async def amended(room: Room, hub: Author, number: int) -> None:
    start = len(hub.entries)
    hub.put(number, {"title": f"Judul baru {number}"}, national=room.national.size)
    room.submit(hub, start=start)
    await room.decide()


@pytest.mark.usefixtures("filled")
def test_an_opening_is_a_decision_that_says_who_and_what_for(room: Room) -> None:
    assert opened(room).numbers.targeted == 3
    decision = room.decisions()[-1]
    assert isinstance(decision, CampaignOpened)
    assert (decision.campaign, decision.target) == ("2026-top", {"scheme": ["Top 99"]})
    assert (decision.by, decision.agency) == ("rina", "panrb")


@pytest.mark.usefixtures("filled")
def test_it_can_be_counted_before_it_is_opened(room: Room) -> None:
    before = room.national
    count = room.read(lambda conn, centre: campaigns.count_targeted(conn, centre, ORDER))
    assert (count, room.national) == (3, before)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(ORDER, campaign="Top 2026"), "campaign_malformed"),
        (replace(ORDER, title=" "), "campaign_malformed"),
        (replace(ORDER, title="x" * 201), "campaign_malformed"),
        (replace(ORDER, title="081234567890"), "privacy_finding"),
        (replace(ORDER, due="2026-02-31"), "campaign_malformed"),
        (replace(ORDER, due="31-12-2026"), "campaign_malformed"),
        (replace(ORDER, due="2020-01-01"), "campaign_malformed"),
        (replace(ORDER, target={"colour": ["red"]}), "campaign_malformed"),
        (replace(ORDER, target={"scheme": []}), "campaign_malformed"),
        (replace(ORDER, target={"year": ["19"]}), "campaign_malformed"),
        (replace(ORDER, target={"hub": ["99"]}), "unknown_hub"),
        (replace(ORDER, target={"year": ["1999"]}), "campaign_empty"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_nothing_is_decided(
    room: Room, order: CampaignOrder, code: str
) -> None:
    before = room.national
    with pytest.raises(ProtocolError) as refused:
        opened(room, order)
    assert (refused.value.code, room.national) == (code, before)


@pytest.mark.usefixtures("filled")
def test_an_id_is_taken_for_good(room: Room) -> None:
    opened(room)
    closed(room)
    with pytest.raises(CampaignRefused) as refused:
        opened(room)
    assert refused.value.code == "campaign_exists"


async def test_progress_follows_the_hubs(room: Room, filled: Author) -> None:
    opened(room)
    await amended(room, filled, 2)
    numbers = look(room).numbers
    assert (numbers.targeted, numbers.refreshed, numbers.left) == (3, 1, 2)
    rows = room.read(lambda conn, centre: campaigns.progress(conn, centre, "2026-top", "hub"))
    assert rows == {"51": numbers}


@pytest.mark.usefixtures("filled")
def test_it_is_overdue_by_the_centres_clock_and_nothing_is_stored(room: Room) -> None:
    opened(room, replace(ORDER, due=room.clock.now().date().isoformat()))
    assert look(room).state == "open"
    room.clock.advance(timedelta(days=1).total_seconds())
    assert look(room).state == "overdue"
    assert closed(room).state == "closed"


@pytest.mark.usefixtures("filled")
def test_a_closing_is_a_decision_that_says_why(room: Room) -> None:
    opened(room)
    assert closed(room).state == "closed"
    decision = room.decisions()[-1]
    assert isinstance(decision, CampaignClosed)
    assert (decision.reason, decision.by) == ("Selesai", "rina")


@pytest.mark.usefixtures("filled")
def test_only_a_campaign_that_is_open_can_be_closed(room: Room) -> None:
    with pytest.raises(CampaignRefused) as unknown:
        closed(room)
    opened(room)
    closed(room)
    with pytest.raises(CampaignRefused) as twice:
        closed(room)
    assert (unknown.value.code, twice.value.code) == ("campaign_unknown", "campaign_closed")


async def test_a_closed_campaign_reports_the_same_for_ever(room: Room, filled: Author) -> None:
    opened(room)
    await amended(room, filled, 1)
    closed(room)
    before = report(room)
    await amended(room, filled, 2)
    assert report(room) == before
    assert rebuild(room.centre).identical
    assert report(room) == before


async def test_a_report_adds_up_in_every_breakdown(room: Room, filled: Author) -> None:
    opened(room)
    await amended(room, filled, 1)
    found = report(room)
    assert list(found.parts) == list(BREAKDOWNS)
    for by, rows in found.parts.items():
        added = {name: sum(row.all()[name] for row in rows.values()) for name in NUMBERS}
        assert by == "group" or added == found.look.numbers.all()


def read_csv(made: CampaignReport) -> list[dict[str, str]]:
    """The rows of a report as a spreadsheet reads them."""
    data = campaign_report.as_csv(made).encode()
    return list(csv.DictReader(StringIO(data.decode(CSV_ENCODING))))


HOSTILE = ('=HYPERLINK("https://jahat.test";"klik")', "[klik](https://jahat.test)|<b>&copy;")


async def hostile(room: Room, hub: Author) -> CampaignReport:
    """The report of a campaign for records whose schemes of awards are a formula and a link."""
    for number, scheme in enumerate(HOSTILE):
        hub.put(number, {**VALID, "awards": [{"scheme": scheme, "year": 2021}]})
    room.submit(hub)
    await room.decide()
    opened(room, replace(ORDER, title="Judul <b>tebal</b> [x](https://jahat.test)", target={}))
    return report(room)


async def test_a_scheme_of_awards_is_no_formula_in_the_csv_of_a_report(
    room: Room, hub: Author
) -> None:
    made = await hostile(room, hub)
    values = {row["value"] for row in read_csv(made) if row["by"] == "scheme"}
    assert f"'{HOSTILE[0]}" in values
    assert not any(value.startswith("=") for value in values)
    assert campaign_report.as_csv(made).encode().startswith(codecs.BOM_UTF8)


async def test_what_others_wrote_is_plain_text_in_the_markdown_of_a_report(
    room: Room, hub: Author
) -> None:
    text = campaign_report.as_markdown(await hostile(room, hub))
    assert r"# Judul \<b\>tebal\</b\> \[x\](https://jahat.test)" in text
    assert r"| \[klik\](https://jahat.test)\|\<b\>\&copy; |" in text


async def test_a_report_as_csv_has_a_row_for_each_value(room: Room, filled: Author) -> None:
    opened(room)
    await amended(room, filled, 1)
    rows = read_csv(report(room))
    assert rows[0] == {
        "by": "all",
        "value": "all",
        "targeted": "3",
        "refreshed": "1",
        "withdrawn": "0",
        "left": "2",
        "complete": "0",
        "incomplete": "3",
    }
    assert [row["value"] for row in rows if row["by"] == "group"] == list("ABCDE")
    assert [(row["value"], row["left"]) for row in rows if row["by"] == "hub"] == [("51", "2")]


@pytest.mark.usefixtures("filled")
def test_a_report_as_markdown_links_each_number_to_its_records(room: Room) -> None:
    opened(room)
    closed(room)
    text = campaign_report.as_markdown(report(room))
    assert text.startswith("# Pemutakhiran 2026\n")
    assert "**3 targeted = 0 refreshed + 0 withdrawn + 3 left.**" in text
    assert "[3](/api/v1/innovations?campaign=2026-top&hub=51&progress=left)" in text
    assert "scheme=Top%2099" in text
    assert "Closed" in text


@pytest.mark.usefixtures("filled")
def test_a_report_as_json_is_the_campaign_with_its_progress(room: Room) -> None:
    opened(room)
    document = campaign_report.as_document(report(room))
    assert (document["campaign"], document["state"]) == ("2026-top", "open")
    assert document["closed"] is None
    progress = document["progress"]
    assert isinstance(progress, dict)
    assert list(progress) == list(BREAKDOWNS)
