"""What makes news, seen where it arrives: real decisions, a real receiver, both databases."""

from central.casework import conflicts, publication
from central.casework.person import Person
from central.rebuild import rebuild
from central.webhooks.events import SCOPE_OF
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.rooms import VALID, Room
from tests.support.webhook_posts import BASE_URL, Receiver, delivered, hooked

RINA = Person(by="rina", agency="panrb", reason="salah isi")


async def published(room: Room, hub: Author, count: int = 1) -> list[str]:
    start = len(hub.entries) if len(hub.entries) > 1 else 0
    first = len(hub.entries)
    for number in range(first, first + count):
        hub.put(number, {**VALID, "title": f"Antrean daring {number}"})
    room.submit(hub, start=start)
    await room.decide()
    return [hub.record(number) for number in range(first, first + count)]


async def changed(room: Room, hub: Author, record: str, fields: dict[str, Json]) -> None:
    start = len(hub.entries)
    hub.put(0, fields, record=record, national=room.national.size)
    room.submit(hub, start=start)
    await room.decide()


async def show(room: Room, record: str, state: str) -> None:
    room.write(lambda conn, centre: publication.set_publication(conn, centre, record, state, RINA))


async def test_a_new_innovation_is_told_with_a_link(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, "innovation.published")
    [record] = await published(room, hub)
    await delivered(room)
    [post] = receiver.posts
    said = post.document
    place = room.national.size - 1
    assert said == {
        "format": 1,
        "id": f"1-{place}-innovation.published-{record}",
        "type": "innovation.published",
        "authority": "jippnas.test",
        "epoch": 1,
        "place": place,
        "at": "2026-11-23T07:00:00Z",
        "record": record,
        "link": f"{BASE_URL}/api/v1/innovations/{record}",
    }


async def test_what_was_there_before_is_no_news(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    await published(room, hub, 3)
    hooked(room, receiver.url, *SCOPE_OF)
    await delivered(room)
    assert receiver.posts == []


async def test_a_record_that_was_there_before_is_changed_and_not_published(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    [record] = await published(room, hub)
    hooked(room, receiver.url, *SCOPE_OF)
    await changed(room, hub, record, {"title": "Antrean daring puskesmas kota"})
    await delivered(room)
    assert receiver.types == ["innovation.changed"]


async def test_what_is_hidden_is_withdrawn_and_shown_again_published(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    [record] = await published(room, hub)
    hooked(room, receiver.url, *SCOPE_OF)
    await show(room, record, "hidden")
    await delivered(room)
    await show(room, record, "public")
    await delivered(room)
    assert receiver.types == ["innovation.withdrawn", "innovation.published"]


async def test_several_decisions_in_one_step_are_one_event(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, *SCOPE_OF)
    [record] = await published(room, hub)
    await changed(room, hub, record, {"title": "Antrean daring puskesmas kota"})
    await delivered(room)
    assert receiver.types == ["innovation.published"]


async def test_what_comes_and_goes_between_two_looks_is_no_news(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, "innovation.published", "innovation.withdrawn")
    [record] = await published(room, hub)
    await show(room, record, "hidden")
    await delivered(room)
    assert receiver.posts == []


async def test_a_webhook_is_told_of_what_it_asked_for_alone(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, "hub.changed")
    await published(room, hub)
    other = Author(hub="73", seed=5)
    room.enrol(other)
    await room.decide()
    await delivered(room)
    assert [post.document["hub"] for post in receiver.posts] == ["73"]
    assert receiver.posts[0].document["decision"] == "hub.enrolled"


async def test_a_change_that_waits_for_a_person_is_told(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, "change.waiting")
    hub.put(1, {"title": "tes"})
    room.submit(hub)
    await room.decide()
    await delivered(room)
    [post] = receiver.posts
    said = post.document
    assert (said["hub"], said["outcome"], said["code"]) == ("51", "held", "schema_invalid")


async def test_a_conflict_is_told_when_it_opens_and_when_it_closes(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    [record] = await published(room, hub)
    hooked(room, receiver.url, "conflict.opened", "conflict.closed")
    seen = room.national.size
    room.write(
        lambda conn, centre: conflicts.curate(
            conn, centre, record=record, set_={"title": "Dari pusat"}, by="rina", agency="panrb"
        )
    )
    start = len(hub.entries)
    hub.put(0, {"title": "Dari hub"}, record=record, national=seen)
    room.submit(hub, start=start)
    await room.decide()
    await delivered(room)
    room.write(
        lambda conn, centre: conflicts.resolve(
            conn,
            centre,
            record=record,
            field="title",
            value="Judul bersama",
            by="rina",
            agency="panrb",
        )
    )
    await delivered(room)
    assert receiver.types == ["conflict.opened", "conflict.closed"]


async def test_events_arrive_in_the_order_of_their_places(
    room: Room, hub: Author, receiver: Receiver
) -> None:
    hooked(room, receiver.url, "innovation.published")
    await published(room, hub, 7)
    await delivered(room)
    places = [post.document["place"] for post in receiver.posts]
    assert len(places) == 7
    assert places == sorted(places)  # type: ignore[type-var]


async def test_a_rebuilt_catalogue_is_no_news(room: Room, hub: Author, receiver: Receiver) -> None:
    await published(room, hub, 3)
    hooked(room, receiver.url, *SCOPE_OF)
    rebuild(room.centre)
    await delivered(room)
    assert receiver.posts == []
