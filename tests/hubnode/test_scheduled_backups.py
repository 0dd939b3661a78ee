"""Backups that the service makes by itself: on time, and loud where they fail."""

from datetime import timedelta

import pytest

from hubnode.alerts.telling import tell
from hubnode.backup import FOLDER, every
from hubnode.doctor import examine
from hubnode.keys import KEY_FILE
from hubnode.node import Node
from hubnode.scheduled_backups import RETRY, back_up_if_due, due_at
from hubnode.settings import NodeSettings
from hubnode.store import backups
from hubnode.store.backups import Attempt
from runtime.findings import Health
from tests.support.ports import START, ManualClock
from tests.support.webhooks import webhook_receiver

DAY_S = 86_400
DAILY = NodeSettings(backup_every="daily", backups_kept=2)


def health_of(hub: Node, point: str) -> Health:
    return next(
        it.health for it in hub.db.read_sync(lambda c: examine(c, hub)) if it.point == point
    )


async def test_none_is_made_where_none_is_wanted(hub: Node) -> None:
    assert await back_up_if_due(hub, NodeSettings()) is None
    assert every(hub.folder) == []


async def test_one_a_day_is_made_and_so_many_are_kept(hub: Node, clock: ManualClock) -> None:
    for _ in range(4 * 24):
        await back_up_if_due(hub, DAILY)
        clock.advance(3_600)
    assert len(hub.db.read_sync(backups.history)) == 4
    assert len(every(hub.folder)) == 2
    assert health_of(hub, "backup") is Health.GOOD


async def test_a_failure_is_kept_shown_told_and_tried_again(hub: Node, clock: ManualClock) -> None:
    (hub.folder / KEY_FILE).rename(hub.folder / "away")
    attempt = await back_up_if_due(hub, DAILY)
    assert attempt is not None
    assert attempt.code == "key_file_refused"
    assert health_of(hub, "backup") is Health.PROBLEM
    async with webhook_receiver() as receiver:
        settings = NodeSettings(alert_webhook=receiver.url)
        await tell(hub, settings, {})
        (hub.folder / "away").rename(hub.folder / KEY_FILE)
        assert await back_up_if_due(hub, DAILY) is None
        clock.advance(RETRY.total_seconds())
        await back_up_if_due(hub, DAILY)
        await tell(hub, settings, {})
    assert [(it["event"], it["over"]) for it in receiver.bodies] == [
        ("problem", []),
        ("resolved", ["backup"]),
    ]


async def test_a_disk_that_takes_nothing_is_a_failure_too(hub: Node) -> None:
    (hub.folder / FOLDER).write_text("no folder", encoding="utf-8")
    attempt = await back_up_if_due(hub, DAILY)
    assert attempt is not None
    assert attempt.code == "backup_failed"


GOOD = Attempt(at=START, name="x")
BAD = Attempt(at=START, code="backup_failed")


@pytest.mark.parametrize(
    ("every_", "last", "good", "expected"),
    [
        ("off", GOOD, GOOD, None),
        ("daily", None, None, START),
        ("daily", GOOD, GOOD, START + timedelta(days=1)),
        ("weekly", GOOD, GOOD, START + timedelta(days=7)),
        ("weekly", BAD, GOOD, START + RETRY),
    ],
)
def test_when_the_next_is_due(
    every_: str, last: Attempt | None, good: Attempt | None, expected: object
) -> None:
    assert due_at(every_, last, good, START) == expected


def test_a_clock_that_was_set_back_by_years_puts_none_off_for_years() -> None:
    now = START - timedelta(days=900)
    assert due_at("daily", GOOD, GOOD, now) == now + timedelta(days=1)
