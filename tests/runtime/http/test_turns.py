import asyncio

import pytest

from runtime.http.problem_responses import Refused
from runtime.http.turns import Turns


async def test_so_many_are_at_work_and_the_others_follow_in_order() -> None:
    turns, working, most, done = Turns(at_once=2, waiting_max=8), 0, 0, []

    async def work(number: int) -> None:
        nonlocal working, most
        async with turns.taken():
            working += 1
            most = max(most, working)
            await asyncio.sleep(0)
            working -= 1
            done.append(number)

    await asyncio.gather(*map(work, range(8)))
    assert (most, done) == (2, list(range(8)))


async def test_who_comes_when_too_many_wait_is_told_to_come_back() -> None:
    turns = Turns(at_once=1, waiting_max=1)
    async with turns.taken():
        waiting = asyncio.create_task(turns.taken().__aenter__())
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            async with turns.taken():
                pass
    await waiting
    assert refused.value.code == "busy"


async def test_who_gives_up_waiting_leaves_the_turn_to_others() -> None:
    turns = Turns(at_once=1, waiting_max=1)
    async with turns.taken():
        waiting = asyncio.create_task(turns.taken().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1), turns.taken():
        pass


async def test_where_nobody_may_wait_a_free_turn_is_taken_all_the_same() -> None:
    turns = Turns(at_once=1, waiting_max=0)
    async with turns.taken():
        with pytest.raises(Refused):
            async with turns.taken():
                pass
    async with turns.taken():
        pass
