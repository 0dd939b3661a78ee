import pytest

from central import matching
from central.reconciler import Setback
from tests.support.author import Author
from tests.support.centres import RunningCentre, document


async def test_a_running_centre_lives(centre: RunningCentre) -> None:
    answer = await centre.get("/healthz")
    assert (answer.status, document(answer)) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


async def test_a_centre_with_its_database_is_ready(centre: RunningCentre) -> None:
    assert document(await centre.get("/readyz"))["status"] == "ok"


@pytest.mark.parametrize("database_url", [""])  # the file in the centre's folder
async def test_a_centre_without_its_database_is_not_ready(centre: RunningCentre) -> None:
    for path in (centre.centre.folder / "centre.sqlite").parent.glob("centre.sqlite*"):
        path.rename(path.with_name("away-" + path.name))
    centre.centre.db.close()
    (centre.centre.folder / "centre.sqlite").mkdir()
    answer = await centre.get("/readyz")
    assert (answer.status, document(answer)["status"]) == (503, "unavailable")


async def test_a_centre_whose_disk_failed_is_not_ready(centre: RunningCentre) -> None:
    centre.centre.db.broken = "the disk failed to keep what was written"
    answer = await centre.get("/readyz")
    assert answer.status == 503
    assert b"the disk failed" in answer.body


DAMAGED = Setback(sentence="damaged", rest_s=5, until=0)


async def test_a_centre_that_cannot_decide_for_one_hub_says_for_which(
    centre: RunningCentre,
) -> None:
    centre.reconciler.setbacks["51"] = DAMAGED
    answer = await centre.get("/readyz")
    assert answer.status == 200
    assert b"Failed for: 51." in answer.body
    assert b"jipp_hubs_failing 1.0" in (await centre.get("/metrics")).body


async def test_a_centre_that_decides_nothing_at_all_is_not_ready(centre: RunningCentre) -> None:
    centre.reconciler.setbacks["51"] = DAMAGED
    centre.reconciler.is_stuck = True
    assert (await centre.get("/readyz")).status == 503


async def test_a_centre_that_cannot_write_its_mark_is_not_ready(centre: RunningCentre) -> None:
    centre.reconciler.mark_failure = "No space left on device"
    answer = await centre.get("/readyz")
    assert answer.status == 503
    assert b"No space left" in answer.body


async def test_the_centre_counts_what_it_holds(centre: RunningCentre, bali: Author) -> None:
    bali.put(1, {"title": "Antrean daring", "region": "51", "started": "2024"})
    await centre.submit(bali)
    await centre.reconcile()
    page = (await centre.get("/metrics")).body
    assert b"jipp_national_entries 3.0" in page
    assert b"jipp_records 1.0" in page
    assert b'jipp_hubs{state="active"} 1.0' in page
    assert b'jipp_hubs_freshness{freshness="never"} 1.0' in page
    assert b'jipp_hubs_freshness{freshness="ok"} 0.0' in page


async def test_the_centre_counts_what_it_has_not_compared_yet(
    centre: RunningCentre, bali: Author
) -> None:
    bali.put(1, {"title": "Antrean daring", "region": "51", "started": "2024"})
    await centre.submit(bali)
    await centre.reconcile()
    before = (await centre.get("/metrics")).body
    matching.catch_up(centre.centre)
    after = (await centre.get("/metrics")).body
    assert b"jipp_uncompared_entries 3.0" in before
    assert b"jipp_uncompared_entries 0.0" in after


@pytest.mark.usefixtures("bali")
async def test_requests_are_counted(centre: RunningCentre) -> None:
    page = (await centre.get("/metrics")).body
    assert b'route="/sync/v1/enrol",status="201"' in page
