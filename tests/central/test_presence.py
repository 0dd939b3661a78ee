from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from central import presence, registry
from central.store import hub_runs, instances, reports
from central.store.hub_runs import HubRun
from central.store.hubs import HubRow
from central.store.reports import ReportRow
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


async def test_what_a_report_says_of_its_run_is_kept(centre: RunningCentre) -> None:
    said: Json = {"state": "attention", "pending": 4, "attention": 2, "duration_s": 7, "pushed": 3}
    report(centre, said)
    row = known(centre)
    assert (row.state, row.pending_count, row.attention_count) == ("attention", 4, 2)
    [run] = strip(centre)
    assert (run.state, run.pushed, run.duration_s, run.quiet_count) == ("attention", 3, 7, 0)


async def test_a_report_of_an_older_node_leaves_numbers_out(centre: RunningCentre) -> None:
    report(centre, {"code": "", "state": "ok"})
    [run] = strip(centre)
    assert (run.pushed, run.duration_s) == (0, None)


@pytest.mark.parametrize(
    "values",
    [{"pushed": -1}, {"pushed": True}, {"pulled": 1.5}, {"pending": "1"}, {"duration_s": 2**53}],
)
async def test_numbers_of_another_form_are_refused(centre: RunningCentre, values: Json) -> None:
    with pytest.raises(MalformedMessage):
        report(centre, values)


@pytest.mark.parametrize(
    ("state", "is_good"), [("ok", True), ("attention", True), ("failed", False)]
)
async def test_a_run_that_did_all_that_was_to_do_counts_as_good(
    centre: RunningCentre, state: str, *, is_good: bool
) -> None:
    report(centre, {"state": state})
    assert (known(centre).good_at is not None) is is_good


async def ask_as(running: RunningCentre, author: Author, query: str) -> int:
    """A node asks how the centre sees it; the status of the answer."""
    path = f"/sync/v1/hub?instance=instance-1&head=0{query}"
    return (await running.signed("GET", path, key=author.log_key)).status


async def test_a_quiet_run_is_known_from_the_question_of_the_next(tmp_path: Path) -> None:
    async with running_centre(tmp_path / "pusat") as running:
        bali = Author(hub="51")
        await running.enrol(bali)
        before(running, minutes=5)
        assert await ask_as(running, bali, "&good=900") == 200
        [run] = strip(running)
        assert (run.state, run.quiet_count) == ("ok", 1)
        age = running.centre.clock.now() - run.at
        assert timedelta(seconds=899) <= age <= timedelta(seconds=960)


async def test_a_question_without_a_good_run_says_nothing_of_one(tmp_path: Path) -> None:
    async with running_centre(tmp_path / "pusat") as running:
        bali = Author(hub="51")
        await running.enrol(bali)
        before(running, minutes=5)
        assert await ask_as(running, bali, "") == 200
        assert strip(running) == []


@pytest.mark.parametrize("good", ["-1", "x", "1.5", "9" * 30, ""])
async def test_a_good_run_of_another_form_is_refused(tmp_path: Path, good: str) -> None:
    async with running_centre(tmp_path / "pusat") as running:
        bali = Author(hub="51")
        await running.enrol(bali)
        assert await ask_as(running, bali, f"&good={good}") == 400


def known(running: RunningCentre) -> ReportRow:
    row = running.centre.db.read_sync(lambda conn: reports.get(conn, "51"))
    assert row is not None
    return row


def strip(running: RunningCentre) -> list[HubRun]:
    return running.centre.db.read_sync(lambda conn: hub_runs.latest(conn, "51", count_max=30))


def before(running: RunningCentre, *, minutes: int) -> None:
    """Makes the hub's machine one that was last seen so long ago."""
    then = running.centre.clock.now() - timedelta(minutes=minutes)
    [row] = running.centre.db.read_sync(lambda conn: instances.of_hub(conn, "51"))
    row.last_seen_at = then
    running.centre.db.run_sync(lambda conn: instances.save(conn, row))
