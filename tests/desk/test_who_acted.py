"""Every act on a hub leaves who did it in the audit, and a hub that stopped shows only why."""

import re

from sqlalchemy import select

from central import registry
from central.store.audit import AUDIT
from tests.support.author import Author
from tests.support.centres import RunningCentre
from tests.support.desk import signed_in
from tests.support.page_http import Somebody

WHY = "kunci hilang"
ENROLMENT = "/pusat/pendaftaran"


def audited(running: RunningCentre, what: str) -> list[str]:
    found = select(AUDIT.c.detail).where(AUDIT.c.what == what).order_by(AUDIT.c.id)
    return running.centre.db.read_sync(lambda conn: list(conn.execute(found).scalars()))


def why_stopped(running: RunningCentre) -> str:
    db = running.centre.db
    row = db.read_sync(lambda conn: registry.get_hub(conn, "51"))
    found = db.read_sync(lambda conn: registry.why_stopped(conn, row))
    assert found is not None
    return found[1]


async def seen(somebody: Somebody, path: str) -> str:
    [first, *_] = re.findall(r'name="seen" value="(\w+)"', (await somebody.get(path)).text)
    return str(first)


async def act(somebody: Somebody, slug: str) -> None:
    path = f"/pusat/hub/51/{slug}"
    await somebody.post(path, seen=await seen(somebody, path), reason=WHY, again="51")


async def test_revoking_a_key_says_who_did_it_and_the_hub_shows_only_why(
    running_on_either: RunningCentre,
) -> None:
    running = running_on_either
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        await act(somebody, "cabut")
        page = await somebody.get("/pusat/hub/51")
    assert audited(running, "hub.revoked") == [f"tuti (panrb): {WHY}"]
    assert why_stopped(running) == WHY
    assert re.search(rf"Sejak [^<]+: {WHY}</p>", page.text)


async def test_suspending_and_resuming_say_who_did_it(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        await act(somebody, "tangguhkan")
        assert why_stopped(running) == WHY
        await act(somebody, "lanjutkan")
    for what in ("hub.suspended", "hub.active"):
        assert audited(running, what) == [f"tuti (panrb): {WHY}"]


async def test_inviting_and_withdrawing_say_who_did_it(running: RunningCentre) -> None:
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        await somebody.post(ENROLMENT, hub="52", name="NTB", hours="5")
        stamp = await seen(somebody, ENROLMENT)
        said = await somebody.post(f"{ENROLMENT}/52/batal", seen=stamp)
    assert said.told == "invitation_withdrawn"
    assert audited(running, "hub.invited") == ["tuti (panrb): NTB"]
    assert audited(running, "hub.invitation_withdrawn") == ["tuti (panrb)"]


async def test_inviting_again_with_the_same_keys_says_who_did_it(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        said = await somebody.post("/pusat/hub/51/undang-lagi", hours="5")
    assert said.status == 200
    assert audited(running, "hub.invited")[-1] == "tuti (panrb): Hub 51"


async def test_setting_a_target_says_who_did_it(running: RunningCentre) -> None:
    await running.enrol(Author(hub="51"))
    async with signed_in(running.centre, running.url, name="tuti") as somebody:
        for hours in ("48", ""):
            stamp = await seen(somebody, "/pusat/hub/51")
            await somebody.post("/pusat/hub/51/sasaran", hours=hours, seen=stamp)
    assert audited(running, "hub.target") == ["tuti (panrb): 48 h", "tuti (panrb)"]
