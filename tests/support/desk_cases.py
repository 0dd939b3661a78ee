"""Cases for the centre's desk: hubs that write, and what of it a person has to rule on."""

from collections.abc import Mapping

from central import matching
from central.casework import conflicts
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.centres import RunningCentre
from tests.support.rooms import VALID
from tests.support.similar import DENPASAR, GIANYAR

CURATED = "Antrean daring di puskesmas"
OWNERS = "Antrean daring puskesmas kota"
PHONE = "Hubungi kantor di 0812-3456-7890."
TWICE: Mapping[str, Json] = {**VALID, "title": "Kota Layak Anak"}


async def new_hub(running: RunningCentre, hub: str = "51", *, seed: int = 1) -> Author:
    """An enrolled hub that has written nothing."""
    author = Author(hub=hub, seed=seed)
    await running.enrol(author)
    return author


async def write(
    running: RunningCentre, author: Author, *records: Mapping[str, Json], national: int = 0
) -> list[str]:
    """New records of a hub, sent and decided; their ids."""
    first = len(author.entries)
    for number, fields in enumerate(records, first):
        author.put(number, {**VALID, **fields}, national=national)
    await deliver(running, author, first)
    return [author.record(number) for number in range(first, len(author.entries))]


async def amend(
    running: RunningCentre, author: Author, number: int, *, national: int, **fields: Json
) -> None:
    """A hub writes a record of its own again, having seen so much of the national log."""
    start = len(author.entries)
    author.put(number, {**VALID, **fields}, national=national)
    await deliver(running, author, start)


async def deliver(running: RunningCentre, author: Author, start: int) -> None:
    """Sends what a hub has written from `start` on, and has it decided."""
    held = running.centre.db.read_sync(
        lambda conn: running.centre.logs.open(conn, author.origin).tree.size
    )
    await running.submit(author, start=min(start, held))
    await running.reconcile()


def national_size(running: RunningCentre) -> int:
    """How many decisions there are."""
    centre = running.centre
    return centre.db.read_sync(
        lambda conn: centre.logs.open(conn, centre.national_origin).tree.size
    )


def curate(running: RunningCentre, record: str, **values: Json) -> None:
    """A curator writes fields of a record, having all of it on screen."""
    centre = running.centre
    centre.db.run_sync(
        lambda conn: conflicts.curate(
            conn, centre, record=record, set_=values, by="rina", agency="panrb"
        )
    )


async def contest(
    running: RunningCentre,
    author: Author,
    field: str = "title",
    values: tuple[Json, Json] = (CURATED, OWNERS),
) -> str:
    """A new record on a field of which a curator and its hub disagree."""
    number = len(author.entries)
    [record] = await write(running, author, {})
    seen = national_size(running)
    curate(running, record, **{field: values[0]})
    await amend(running, author, number, national=seen, **{field: values[1]})
    return record


async def twins(running: RunningCentre, author: Author) -> tuple[str, str]:
    """Two records of one hub that are probably one innovation."""
    first, second = await write(
        running, author, {**TWICE, **DENPASAR}, {**TWICE, **DENPASAR, "summary": "Sama."}
    )
    matching.rescan_all(running.centre)
    return first, second


async def cousins(running: RunningCentre, author: Author) -> tuple[str, str]:
    """Two records of one title that are of two agencies."""
    first, second = await write(running, author, {**TWICE, **DENPASAR}, {**TWICE, **GIANYAR})
    matching.rescan_all(running.centre)
    return first, second


async def hold(running: RunningCentre, author: Author, **fields: Json) -> str:
    """A new record that is held, because it says a telephone number unless it says otherwise."""
    [record] = await write(running, author, {"summary": PHONE, **fields})
    return record


async def flood(running: RunningCentre, author: Author, count: int = 21) -> list[str]:
    """So many records of a hub, which then rewrites all of them at once; their ids."""
    first = len(author.entries)
    titles = [f"Inovasi nomor {number}" for number in range(count)]
    records = await write(running, author, *({"title": title} for title in titles))
    seen, start = national_size(running), len(author.entries)
    for number in range(first, first + count):
        author.put(number, {**VALID, "title": f"Judul baru {number}"}, national=seen)
    await deliver(running, author, start)
    return records
