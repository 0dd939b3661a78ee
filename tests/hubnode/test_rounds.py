"""The rounds of a running node: silence is noticed without a run, and nothing stops them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.rounds import ASLEEP_S, ROUND_S, Rounds
from hubnode.settings import NodeSettings
from hubnode.sync.run import sync
from tests.support.overhearing import overhear
from tests.support.ports import ManualClock
from tests.support.webhooks import webhook_receiver

PATIENCE_S = 10


class ClockSleeper:
    """Moves the clock instead of waiting."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.005)
        self._clock.advance(seconds)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - nobody tells it
            await asyncio.sleep(0.01)


async def test_silence_is_told_where_no_run_ever_comes(hub: Node, clock: ManualClock) -> None:
    await sync(hub)
    node = replace(hub, sleeper=ClockSleeper(clock))
    async with webhook_receiver() as receiver:
        settings = NodeSettings(alert_webhook=receiver.url)
        rounds = Rounds(node, LiveSettings(hub.folder, settings))
        rounds.start()
        await until(lambda: receiver.bodies)
        await rounds.stop()
    [cause] = receiver.bodies[0]["causes"]
    assert cause["code"] == "sync_silent"


async def test_a_round_after_the_machine_slept_lets_the_run_come_first(
    hub: Node, clock: ManualClock
) -> None:
    await sync(hub)
    slept = 0

    class Suspended(ClockSleeper):
        async def sleep(self, seconds: float) -> None:
            nonlocal slept
            slept += 1
            await super().sleep(seconds if slept > 1 else 2 * ASLEEP_S + 900)
            if slept == 1:
                await asyncio.sleep(0)
            else:
                await sync(hub)

    async with webhook_receiver() as receiver:
        settings = LiveSettings(hub.folder, NodeSettings(alert_webhook=receiver.url))
        rounds = Rounds(replace(hub, sleeper=Suspended(clock)), settings)
        rounds.start()
        await until(lambda: slept > 3)
        await rounds.stop()
    assert receiver.bodies == []


async def test_a_round_can_be_asked_for(hub: Node) -> None:
    class NeverWakes:
        async def sleep(self, seconds: float) -> None:
            assert seconds == ROUND_S
            await asyncio.Event().wait()

    settings = LiveSettings(hub.folder, NodeSettings(backup_every="daily"))
    rounds = Rounds(replace(hub, sleeper=NeverWakes()), settings)
    rounds.start()
    rounds.soon()
    await until(lambda: list((hub.folder / "backups").glob("*.jipp-backup")))
    await rounds.stop()


async def test_behind_a_run_the_database_lets_go_of_what_it_keeps_at_hand(hub: Node) -> None:
    said: list[str] = []
    hub.db.run_sync(lambda conn: overhear(conn, said))
    rounds = Rounds(hub, LiveSettings(hub.folder, NodeSettings()))
    rounds.start()
    rounds.soon()
    await until(lambda: "PRAGMA shrink_memory" in said)
    await rounds.stop()


async def test_what_goes_wrong_in_a_round_ends_no_other(hub: Node, tmp_path: Path) -> None:
    settings = LiveSettings(tmp_path, NodeSettings(alert_webhook="http://127.0.0.1:1/"))
    hub.db.close()
    await Rounds(hub, settings).once()
