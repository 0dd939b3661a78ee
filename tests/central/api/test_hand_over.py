"""Requests during a rotation: both keys are answered until the hub has used the new one."""

from central import registry
from central.store.hubs import HubRow
from tests.support.author import Author
from tests.support.centres import RunningCentre, document

HUB = "/sync/v1/hub"


async def rotate(centre: RunningCentre, author: Author) -> None:
    await centre.submit(author)
    size = len(author.entries)
    author.rotate(9)
    await centre.submit(author, start=size)


def row(centre: RunningCentre) -> HubRow:
    return centre.centre.db.read_sync(lambda conn: registry.get_hub(conn, "51"))


async def test_the_new_key_is_nobodys_before_the_centre_has_its_entry(
    centre: RunningCentre, bali: Author
) -> None:
    await centre.submit(bali)
    bali.rotate(9)
    answer = await centre.signed("GET", HUB, key=bali.log_key)
    assert (answer.status, document(answer)["code"]) == (401, "request_signature_refused")


async def test_the_old_key_is_answered_until_the_new_one_was_used(
    centre: RunningCentre, bali: Author
) -> None:
    await rotate(centre, bali)
    old = bali.former[0][1]
    for _ in range(2):
        view = document(await centre.signed("GET", HUB, key=old))
        assert view["log_key"] == bali.log_key.verifier_key.text
    assert (await centre.signed("GET", HUB, key=bali.log_key)).status == 200
    answer = await centre.signed("GET", HUB, key=old)
    assert (answer.status, document(answer)["code"]) == (401, "request_signature_refused")
    assert (await centre.signed("GET", HUB, key=bali.log_key)).status == 200


async def test_a_forged_request_under_the_new_keys_name_ends_nothing(
    centre: RunningCentre, bali: Author
) -> None:
    await rotate(centre, bali)
    thief = Author(hub="51", seed=77)
    assert (await centre.signed("GET", HUB, key=thief.log_key)).status == 401
    assert row(centre).former_key == bali.former[0][1].verifier_key.text


async def test_a_rotation_over_http_is_decided_like_any_entry(
    centre: RunningCentre, bali: Author
) -> None:
    await rotate(centre, bali)
    await centre.reconcile()
    view = document(await centre.signed("GET", HUB, key=bali.log_key))
    assert view["outcomes"] == {"noop": 1, "applied": 1}
