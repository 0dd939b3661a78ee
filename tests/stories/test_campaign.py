"""The ministry's own figures: 1,065 targeted, 687 refreshed, 281 at one event, 97 left.

Published as three numbers that nobody could add up; here each is a question to the catalogue, and
the centre and every hub count the same, on both databases.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from central.casework.campaign_report import as_markdown, report_of
from central.rebuild import rebuild
from protocol.campaign_numbers import BREAKDOWNS, NUMBERS
from protocol.campaigns import Targeted
from protocol.canonical import Json
from tests.support.ministry import CAMPAIGN, TOP, Ministry, amend, attest, ministry_of, retire

TARGETED = {"51": 340, "35": 300, "73": 225, "kemenkes": 200}
BEFORE = {"51": 140, "35": 250, "73": 157, "kemenkes": 140}
AT_THE_EVENT = {"51": 180, "35": 40, "73": 31, "kemenkes": 30}
LEFT = {"51": 20, "35": 10, "73": 37, "kemenkes": 30}
EVENT_DAY = "2026-11-30"


@pytest.fixture
async def ministry(tmp_path: Path, database_url: str) -> AsyncIterator[Ministry]:
    async with ministry_of(tmp_path, database_url, list(TARGETED)) as opened:
        yield opened


def rows_at_centre(ministry: Ministry) -> list[Targeted]:
    return ministry.room.read(lambda conn, it: it.campaigns.rows(conn, CAMPAIGN))


def rows_at_hub(ministry: Ministry, hub: str) -> list[Targeted]:
    node = ministry.nodes[hub]
    return node.db.read_sync(lambda conn: node.campaigns.rows(conn, CAMPAIGN))


async def published(ministry: Ministry) -> None:
    """Every hub publishes its top innovations, and one that never won anything."""
    for hub, count in TARGETED.items():
        await ministry.publish(hub, 1, awards=[])
        ministry.records[hub].clear()
        await ministry.publish(hub, count, awards=TOP)


async def refreshed_before_the_event(ministry: Ministry) -> None:
    """One in ten is amended (more at once would be a flood), the others are true as they stand."""
    ministry.days_pass(3)
    for hub, count in BEFORE.items():
        records = ministry.records[hub][:count]
        ministry.edit(hub, records[::10], amend)
        ministry.edit(hub, [it for it in records if it not in records[::10]], attest)
    await ministry.settle()


async def refreshed_at_the_event(ministry: Ministry) -> None:
    """One day in Bali, with the innovators in the room."""
    ministry.days_pass(4)
    for hub, count in AT_THE_EVENT.items():
        records = ministry.records[hub][BEFORE[hub] :][:count]
        ministry.edit(hub, records, attest)
    await ministry.settle()


async def total(ministry: Ministry, **filters: str) -> Json:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found = await ministry.ask(f"/api/v1/innovations?campaign={CAMPAIGN}&{query}")
    return found["total"]


async def test_the_ministrys_figures_add_up(ministry: Ministry) -> None:
    await published(ministry)
    assert ministry.open().numbers.targeted == 1_065

    await refreshed_before_the_event(ministry)
    numbers = ministry.look().numbers
    assert (numbers.targeted, numbers.refreshed, numbers.left) == (1_065, 687, 378)

    await refreshed_at_the_event(ministry)
    numbers = ministry.look().numbers
    assert (numbers.targeted, numbers.refreshed, numbers.left) == (1_065, 687 + 281, 97)
    assert await total(ministry, day=EVENT_DAY) == 281
    assert await total(ministry, progress="left") == 97
    assert {hub: len(ministry.left_at(hub)) for hub in TARGETED} == LEFT

    await every_number_is_a_question(ministry)
    assert all(rows_at_hub(ministry, hub) == rows_at_centre(ministry) for hub in TARGETED)
    assert rebuild(ministry.room.centre).identical

    closed = ministry.close()
    assert (closed.state, closed.numbers) == ("closed", numbers)
    await what_comes_later_changes_nothing(ministry)


async def every_number_is_a_question(ministry: Ministry) -> None:
    for by in BREAKDOWNS:
        found = await ministry.ask(f"/api/v1/campaigns/{CAMPAIGN}/progress?by={by}")
        rows = found["items"]
        assert isinstance(rows, list)
        for row in rows:
            assert isinstance(row, dict)
            assert isinstance(row["queries"], dict)
            for name in NUMBERS:
                question = f"{row['queries'][name]}&limit=1"
                assert (await ministry.ask(question))["total"] == row[name], question


async def what_comes_later_changes_nothing(ministry: Ministry) -> None:
    before = ministry.room.read(lambda conn, it: report_of(conn, it, CAMPAIGN))
    assert "**1065 targeted = 968 refreshed + 0 withdrawn + 97 left.**" in as_markdown(before)
    await ministry.settle()
    last = ministry.records["51"][-1]
    ministry.edit("51", [last], attest)
    ministry.edit("35", ministry.records["35"][:1], retire)
    await ministry.settle()
    after = ministry.room.read(lambda conn, it: report_of(conn, it, CAMPAIGN))
    assert after == before
    assert await total(ministry, hub="35") == TARGETED["35"]
    assert rebuild(ministry.room.centre).identical
