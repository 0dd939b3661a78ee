"""What waits at the centre's desk, and somebody there who rules on it."""

import re

from central.casework import holds
from central.casework.holds import Waiting
from tests.support.author import Author
from tests.support.centres import RunningCentre
from tests.support.desk_cases import national_size, new_hub, write
from tests.support.page_http import Said, Somebody

LIST = "/pusat/ditahan"
WHY = "Nomor pribadi"


def waiting(running: RunningCentre) -> list[Waiting]:
    """All that waits, the oldest first."""
    return running.centre.db.read_sync(holds.list_waiting)


async def stamp(somebody: Somebody, path: str) -> str:
    """What the first form of a page says that its reader has seen."""
    return str(re.findall(r'name="seen" value="(\w+)"', (await somebody.get(path)).text)[0])


async def ruled(somebody: Somebody, place: int, **form: str) -> Said:
    """The answer to a ruling by somebody who has the page before them."""
    path = f"{LIST}/{place}"
    return await somebody.post(path, seen=await stamp(somebody, path), **form)


async def proposal(running: RunningCentre) -> tuple[Author, int]:
    """Another hub's proposal for a record of a ministry: the ministry, and where it waits."""
    bali, health = await new_hub(running), await new_hub(running, "kemenkes", seed=9)
    [record] = await write(running, health, {"title": "Milik Kemenkes"})
    start = len(bali.entries)
    bali.put(1, {"title": "Usulan Bali"}, national=national_size(running), record=record)
    await running.submit(bali, start=0 if start == 1 else start)
    await running.reconcile()
    [it] = waiting(running)
    return health, it.place


async def near_copy(running: RunningCentre) -> tuple[Author, str, Waiting]:
    """A change that is nearly a record of another hub: that hub, the record, and what waits."""
    text = "Warga mengambil nomor antrean dari rumah lewat telepon genggam, lalu datang ketika "
    text += "gilirannya tiba, sehingga ruang tunggu puskesmas tidak lagi penuh sejak pagi."
    bali, banten = await new_hub(running), await new_hub(running, "36", seed=9)
    [known] = await write(running, bali, {"title": "Antrean Sehat", "summary": text})
    await write(running, banten, {"title": "Antrean sehat", "summary": text})
    [it] = waiting(running)
    return bali, known, it
