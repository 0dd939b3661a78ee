from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from central import presence, registry
from central.store import reports
from central.store.hubs import HubRow
from protocol.canonical import Json
from protocol.errors import MalformedMessage
from tests.support.author import Author
from tests.support.centres import RunningCentre, running_centre


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[RunningCentre]:
    async with running_centre(tmp_path / "pusat") as running:
        await running.enrol(Author(hub="51"))
        yield running


def hub(running: RunningCentre) -> HubRow:
    return running.centre.db.read_sync(lambda conn: registry.get_hub(conn, "51"))


def report(running: RunningCentre, values: Json) -> HubRow:
    centre, row = running.centre, hub(running)
    centre.db.run_sync(lambda conn: presence.note_report(conn, centre, row, values))
    return hub(running)


async def test_a_hub_that_was_never_heard_of_is_news(centre: RunningCentre) -> None:
    assert presence.is_news(centre.centre, hub(centre))


async def test_a_hub_that_was_just_heard_of_is_no_news(centre: RunningCentre) -> None:
    running, row = centre.centre, hub(centre)
    running.db.run_sync(lambda conn: presence.note_seen(conn, running, row))
    assert not presence.is_news(running, hub(centre))


@pytest.mark.parametrize("seconds", [61, -61])
async def test_a_hub_is_news_again_after_a_minute_and_when_the_clock_went_back(
    centre: RunningCentre, seconds: int
) -> None:
    then = centre.centre.clock.now() - timedelta(seconds=seconds)
    row = hub(centre).model_copy(update={"last_seen_at": then})
    assert presence.is_news(centre.centre, row)


async def test_a_hub_that_asks_is_answered_where_nothing_can_be_written(
    tmp_path: Path,
) -> None:
    async with running_centre(tmp_path / "pusat") as running:
        bali = Author(hub="51")
        await running.enrol(bali)
        running.centre.db.broken = "the disk failed"
        answer = await running.signed("GET", "/sync/v1/hub", key=bali.log_key)
    assert answer.status == 200


async def test_a_report_replaces_what_was_known_of_the_software(centre: RunningCentre) -> None:
    row = report(centre, {"instance": "instance-2", "software": "hubnode/9"})
    assert (row.instance, row.software) == ("instance-1", "hubnode/9")
    assert row.last_seen_at is not None


async def test_what_a_report_leaves_out_stays(centre: RunningCentre) -> None:
    row = report(centre, {"clock_offset_s": 3})
    assert (row.instance, row.software) == ("instance-1", "hubnode/test")


@pytest.mark.parametrize(
    "values", [[], None, {"instance": 1}, {"instance": "a" * 65}, {"software": "a\nb"}]
)
async def test_other_forms_are_refused(centre: RunningCentre, values: Json) -> None:
    with pytest.raises(MalformedMessage):
        report(centre, values)


def trouble(running: RunningCentre) -> tuple[str, str]:
    """What the hub says now, and the last that it said was wrong."""
    row = running.centre.db.read_sync(lambda conn: reports.get(conn, "51"))
    assert row is not None
    return row.code, row.trouble


async def test_the_last_trouble_of_a_hub_stays_once_it_is_over(centre: RunningCentre) -> None:
    report(centre, {"code": "own_log_diverged"})
    assert trouble(centre) == ("own_log_diverged", "own_log_diverged")
    report(centre, {"code": ""})
    assert trouble(centre) == ("", "own_log_diverged")


async def test_a_machine_that_is_not_the_hubs_says_nothing_for_it(centre: RunningCentre) -> None:
    report(centre, {"code": ""})
    report(centre, {"instance": "instance-2", "code": "identity_in_use"})
    assert trouble(centre) == ("", "")
