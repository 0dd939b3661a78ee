"""`/api/v1/campaigns`, and the questions to the catalogue behind each number, on both databases."""

from dataclasses import replace

import pytest

from central import national
from central.casework.campaigns import CampaignOrder, close_campaign, open_campaign
from protocol.campaign_numbers import BREAKDOWNS, NUMBERS
from protocol.canonical import Json
from protocol.entries.decisions import Decision
from tests.support.author import Author
from tests.support.centres import RunningCentre, document
from tests.support.verdicts import HIDDEN, TRANSFERRED

API = "/api/v1/campaigns"
SEARCH = "/api/v1/innovations"
RECORD: dict[str, Json] = {"region": "51", "started": "2019"}
TOP: Json = [{"scheme": "Top 99", "year": 2019}]
ROADMAP: Json = [{"year": 2027, "target": "Seluruh kabupaten"}]
ORDER = CampaignOrder(
    campaign="2026-top",
    title="Pemutakhiran 2026",
    due="2099-12-31",
    target={},
    by="rina",
    agency="panrb",
)


@pytest.fixture
async def asked(centre: RunningCentre, bali: Author) -> RunningCentre:
    """Four records asked for: one refreshed, one hidden since, two left; a fifth came too late."""
    for number, title in enumerate(("Antrean daring", "Perizinan cepat", "Antrean lansia"), 1):
        bali.put(number, {"title": title, **RECORD, "awards": TOP})
    bali.put(4, {"title": "Jemput bola", "region": "51", "started": "2021"})
    await centre.submit(bali)
    await centre.reconcile()
    centre.centre.db.run_sync(lambda conn: open_campaign(conn, centre.centre, ORDER))
    bali.put(1, {"title": "Antrean daring baru", "roadmap": ROADMAP}, national=6)
    bali.put(5, {"title": "Sesudah dibuka", **RECORD})
    await centre.submit(bali, start=5)
    await centre.reconcile()
    decide(centre, replace(HIDDEN, record=bali.record(2)))
    return centre


def decide(centre: RunningCentre, decision: Decision) -> None:
    centre.centre.db.run_sync(lambda conn: national.append(conn, centre.centre, [decision]))


async def found(centre: RunningCentre, question: str) -> dict[str, Json]:
    answer = await centre.get(question)
    assert answer.status == 200, answer.body
    return document(answer)


async def items(centre: RunningCentre, question: str) -> list[dict[str, Json]]:
    listed = (await found(centre, question))["items"]
    assert isinstance(listed, list)
    return [it for it in listed if isinstance(it, dict)]


async def refused(centre: RunningCentre, question: str) -> tuple[int, Json]:
    answer = await centre.get(question)
    return answer.status, document(answer)["code"]


async def test_every_campaign_is_listed_with_its_numbers(asked: RunningCentre) -> None:
    [campaign] = await items(asked, API)
    assert (campaign["campaign"], campaign["state"]) == ("2026-top", "open")
    assert campaign["numbers"] == {
        "targeted": 4,
        "refreshed": 1,
        "withdrawn": 1,
        "left": 2,
        "complete": 0,
        "incomplete": 4,
    }


async def test_one_campaign_is_as_it_is_listed(asked: RunningCentre) -> None:
    assert [await found(asked, f"{API}/2026-top")] == await items(asked, API)


async def test_a_campaign_that_was_closed_says_so(asked: RunningCentre) -> None:
    who = {"reason": "Selesai", "by": "rina", "agency": "panrb"}
    asked.centre.db.run_sync(
        lambda conn: close_campaign(conn, asked.centre, campaign="2026-top", **who)
    )
    campaign = await found(asked, f"{API}/2026-top")
    closed = campaign["closed"]
    assert isinstance(closed, dict)
    assert (campaign["state"], closed["reason"]) == ("closed", "Selesai")


@pytest.mark.parametrize("by", BREAKDOWNS)
async def test_every_number_is_the_total_of_its_question(asked: RunningCentre, by: str) -> None:
    rows = await items(asked, f"{API}/2026-top/progress?by={by}")
    assert rows
    for row in [*rows, await found(asked, f"{API}/2026-top")]:
        numbers, queries = row.get("numbers", row), row["queries"]
        assert isinstance(numbers, dict)
        assert isinstance(queries, dict)
        for name in NUMBERS:
            question = str(queries[name])
            assert (await found(asked, question))["total"] == numbers[name], question


async def test_progress_is_by_hub_unless_something_else_is_asked(asked: RunningCentre) -> None:
    progress = await found(asked, f"{API}/2026-top/progress")
    assert progress["by"] == "hub"
    assert progress == await found(asked, f"{API}/2026-top/progress?by=hub")


async def test_what_is_left_can_be_listed_by_hub(asked: RunningCentre, bali: Author) -> None:
    left = await items(asked, f"{SEARCH}?campaign=2026-top&progress=left&hub=51")
    assert sorted(str(it["id"]) for it in left) == sorted(map(bali.record, (3, 4)))


async def test_what_readers_do_not_see_is_counted_without_its_content(
    asked: RunningCentre, bali: Author
) -> None:
    [hidden] = await items(asked, f"{SEARCH}?campaign=2026-top&progress=withdrawn")
    assert (hidden["id"], hidden["state"], hidden["record"]) == (bali.record(2), "hidden", {})


async def test_words_never_find_what_readers_do_not_see(asked: RunningCentre) -> None:
    assert (await found(asked, f"{SEARCH}?campaign=2026-top&q=perizinan"))["total"] == 0
    assert (await found(asked, f"{SEARCH}?campaign=2026-top&q=antrean"))["total"] == 2


async def test_facets_count_progress_and_awards_among_what_was_found(
    asked: RunningCentre,
) -> None:
    facets = (await found(asked, f"{SEARCH}?campaign=2026-top&q=antrean"))["facets"]
    assert isinstance(facets, dict)
    assert facets["progress"] == {"left": 1, "refreshed": 1}
    assert facets["scheme"] == {"Top 99": 2}
    assert facets["province"] == {"51": 2}


async def test_other_filters_hold_too(asked: RunningCentre) -> None:
    question = f"{SEARCH}?campaign=2026-top&province=51&year=2021&full=E"
    assert (await found(asked, question))["total"] == 0
    assert (await found(asked, f"{SEARCH}?campaign=2026-top&province=51&full=E"))["total"] == 1


async def test_a_closed_campaign_is_asked_by_the_hub_that_it_closed_with(
    asked: RunningCentre, bali: Author
) -> None:
    who = {"reason": "Selesai", "by": "rina", "agency": "panrb"}
    asked.centre.db.run_sync(
        lambda conn: close_campaign(conn, asked.centre, campaign="2026-top", **who)
    )
    decide(asked, replace(TRANSFERRED, record=bali.record(3)))
    assert (await found(asked, f"{SEARCH}?campaign=2026-top&hub=51"))["total"] == 4
    assert (await found(asked, f"{SEARCH}?hub=52"))["total"] == 1


async def test_pages_of_a_campaign_follow_one_another(asked: RunningCentre) -> None:
    first = await found(asked, f"{SEARCH}?campaign=2026-top&limit=3")
    rest = await found(asked, f"{SEARCH}?campaign=2026-top&limit=3&cursor={first['next']}")
    assert (first["total"], len(list_of(first)), len(list_of(rest))) == (4, 3, 1)


def list_of(page: dict[str, Json]) -> list[Json]:
    listed = page["items"]
    assert isinstance(listed, list)
    return listed


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (f"{API}/2025", (404, "campaign_unknown")),
        (f"{API}/2025/progress", (404, "campaign_unknown")),
        (f"{SEARCH}?campaign=2025", (404, "campaign_unknown")),
        (f"{API}/2026-top/progress?by=colour", (400, "bad_query")),
        (f"{API}/2026-top/progress?hub=51", (400, "bad_query")),
        (f"{SEARCH}?progress=left", (400, "bad_query")),
        (f"{SEARCH}?campaign=2026-top&progress=done", (400, "bad_query")),
        (f"{SEARCH}?campaign=2026-top&complete=maybe", (400, "bad_query")),
        (f"{SEARCH}?campaign=2026-top&full=F", (400, "bad_query")),
        (f"{SEARCH}?campaign=2026-top&day=yesterday", (400, "bad_query")),
        (f"{SEARCH}?campaign=2026-top&year=today", (400, "bad_query")),
    ],
)
async def test_a_question_that_cannot_be_answered_is_refused(
    asked: RunningCentre, question: str, answer: tuple[int, str]
) -> None:
    assert await refused(asked, question) == answer
