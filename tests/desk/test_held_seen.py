"""Ditahan: a change is ruled on beside what somebody has seen, and beside nothing else."""

import pytest

from central.web.rights import Role
from tests.support.centres import RunningCentre
from tests.support.desk import signed_in
from tests.support.desk_cases import amend, hold, national_size, new_hub, write
from tests.support.desk_held import LIST, WHY, near_copy, proposal, ruled, stamp, waiting
from tests.support.desk_races import just_before_the_desk_writes


@pytest.mark.parametrize("answer", ["release", "refuse", ""])
@pytest.mark.parametrize("is_late", [False, True])
async def test_a_change_is_not_ruled_on_beside_a_record_that_nobody_has_seen(
    running_on_either: RunningCentre, answer: str, *, is_late: bool
) -> None:
    running = running_on_either
    health, place = await proposal(running)

    async def amended() -> None:
        await amend(running, health, 1, national=national_size(running), title="Kata pemilik")

    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        path = f"{LIST}/{place}"
        form = {"seen": await stamp(somebody, path), "answer": answer, "reason": WHY}
        if is_late and answer:  # without an answer there is nothing to be written
            with just_before_the_desk_writes(amended):
                said = await somebody.post(path, **form)
        else:
            await amended()
            said = await somebody.post(path, **form)
        again = await ruled(somebody, place, answer="release")
    assert said.status == 409
    assert "keadaannya berubah" in said.text
    assert "</span>Kata pemilik<span" in said.text
    assert (again.told, waiting(running)) == ("released", [])


async def test_a_look_alike_that_changed_meanwhile_is_looked_at_again(
    running: RunningCentre,
) -> None:
    bali, _, it = await near_copy(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, f"{LIST}/{it.place}")
        await amend(running, bali, 1, national=national_size(running), title="Berganti nama")
        said = await somebody.post(f"{LIST}/{it.place}", seen=seen, answer="release")
    assert said.status == 409
    assert ">Berganti nama</a>" in said.text
    assert len(waiting(running)) == 1


async def test_what_happens_to_other_records_makes_no_page_old(running: RunningCentre) -> None:
    hub = await new_hub(running)
    await hold(running, hub)
    [it] = waiting(running)
    async with signed_in(running.centre, running.url, Role.CURATOR) as somebody:
        seen = await stamp(somebody, f"{LIST}/{it.place}")
        await write(running, hub, {"title": "Inovasi yang lain"})
        said = await somebody.post(f"{LIST}/{it.place}", seen=seen, answer="release")
    assert (said.told, waiting(running)) == ("released", [])
