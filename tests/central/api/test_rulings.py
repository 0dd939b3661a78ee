"""What readers and hubs see over HTTP of what people at the centre ruled."""

from collections.abc import Sequence

import pytest

from central.casework import awards, hub_states, numbers, ownership, publication
from central.centre import Centre
from protocol.canonical import Json
from protocol.tiles import bundle_path
from runtime.ports import Response
from tests.support.author import Author
from tests.support.casework import RINA
from tests.support.centres import RunningCentre, document
from tests.support.rooms import VALID

API = "/api/v1/innovations"
TOP_99: Json = [{"scheme": "Top 99", "year": 2019}]


@pytest.fixture
async def record(centre: RunningCentre, bali: Author) -> str:
    """An innovation that claims an award."""
    bali.put(1, {**VALID, "awards": TOP_99})
    await centre.submit(bali)
    await centre.reconcile()
    return bali.record(1)


async def ids(centre: RunningCentre, query: str) -> Sequence[Json]:
    items = document(await centre.get(f"{API}?{query}"))["items"]
    assert isinstance(items, list)
    return [item["id"] for item in items if isinstance(item, dict)]


async def item(centre: RunningCentre, record: str) -> dict[str, Json]:
    return document(await centre.get(f"{API}/{record}"))


def code(response: Response) -> tuple[int, object]:
    return response.status, document(response)["code"]


def suspend(centre: Centre, hub: str) -> None:
    centre.db.run_sync(lambda conn: hub_states.suspend(conn, centre, hub, RINA))


def retire(centre: Centre, hub: str) -> None:
    centre.db.run_sync(lambda conn: hub_states.retire(conn, centre, hub, RINA))


async def test_an_innovation_is_found_by_its_number_and_shows_it(
    centre: RunningCentre, record: str
) -> None:
    it = centre.centre
    given = it.db.run_sync(lambda conn: numbers.assign(conn, it, [record], RINA))
    assert await ids(centre, f"q={given[record]}") == [record]
    facts = (await item(centre, record))["facts"]
    assert facts == {"number": given[record]}


async def test_a_confirmed_award_is_shown_and_filtered_by(
    centre: RunningCentre, record: str
) -> None:
    it = centre.centre
    assert await ids(centre, "award=confirmed") == []
    it.db.run_sync(
        lambda conn: awards.rule(
            conn, it, record, scheme="Top 99", year=2019, standing="confirmed", person=RINA
        )
    )
    assert await ids(centre, "award=confirmed") == [record]
    assert (await item(centre, record))["awards"] == [
        {"scheme": "Top 99", "year": 2019, "standing": "confirmed"}
    ]


async def test_a_hidden_innovation_is_not_found_and_shows_nothing_but_why(
    centre: RunningCentre, record: str
) -> None:
    it = centre.centre
    it.db.run_sync(lambda conn: publication.set_publication(conn, it, record, "hidden", RINA))
    assert await ids(centre, "q=antrean") == []
    shown = await item(centre, record)
    assert (shown["state"], shown["record"], shown["awards"]) == ("hidden", {}, [])
    history = shown["history"]
    assert isinstance(history, list)
    assert isinstance(history[0], dict)
    assert (history[0]["state"], history[0]["reason"]) == ("hidden", "UU 15/2022")


async def test_a_given_innovation_is_its_new_hubs(centre: RunningCentre, record: str) -> None:
    await centre.enrol(Author(hub="94", seed=4))
    it = centre.centre
    it.db.run_sync(lambda conn: ownership.transfer(conn, it, record, to="94", person=RINA))
    assert (await ids(centre, "hub=94"), await ids(centre, "hub=51")) == ([record], [])


@pytest.mark.parametrize(
    ("rule", "state", "refusal"),
    [(suspend, "suspended", "hub_suspended"), (retire, "retired", "hub_retired")],
)
async def test_a_hub_of_which_nothing_is_taken_is_told_so_and_sees_its_state(
    centre: RunningCentre, bali: Author, rule: object, state: str, refusal: str
) -> None:
    await centre.submit(bali)
    await centre.reconcile()
    rule(centre.centre, "51")  # type: ignore[operator]
    assert code(await centre.post("/sync/v1/add-checkpoint", bali.add_checkpoint(old=1))) == (
        403,
        refusal,
    )
    for method, path, body in (
        ("GET", "/sync/v1/mirror/checkpoint", b""),
        ("GET", "/sync/v1/mirror/" + bundle_path(0, 1), b""),
        ("POST", "/sync/v1/report", b"{}"),
    ):
        answer = await centre.signed(method, path, key=bali.log_key, body=body)
        assert code(answer) == (403, refusal)
    view = document(await centre.signed("GET", "/sync/v1/hub", key=bali.log_key))
    assert view["state"] == state
    hubs = document(await centre.get("/api/v1/hubs"))["items"]
    assert isinstance(hubs, list)
    assert [hub["state"] for hub in hubs if isinstance(hub, dict)] == [state]
