from tests.support.author import Author
from tests.support.centres import RunningCentre, document


async def test_nobody_takes_part_at_first(centre: RunningCentre) -> None:
    assert document(await centre.get("/api/v1/hubs")) == {"items": []}


async def test_hubs_are_listed_with_what_anybody_may_know(
    centre: RunningCentre, bali: Author
) -> None:
    items = document(await centre.get("/api/v1/hubs"))["items"]
    assert items == [
        {
            "hub": "51",
            "name": "Hub 51",
            "state": "active",
            "origin": bali.origin,
            "log_key": bali.log_key.verifier_key.text,
            "witness_key": bali.witness_key.verifier_key.text,
            "last_seen_at": None,
        }
    ]


async def test_a_hub_that_sent_something_was_seen(centre: RunningCentre, bali: Author) -> None:
    await centre.submit(bali)
    assert b'"last_seen_at":"20' in (await centre.get("/api/v1/hubs")).body


async def test_a_hub_that_only_asked_was_seen(centre: RunningCentre, bali: Author) -> None:
    await centre.signed("GET", "/sync/v1/hub", key=bali.log_key)
    assert b'"last_seen_at":"20' in (await centre.get("/api/v1/hubs")).body
