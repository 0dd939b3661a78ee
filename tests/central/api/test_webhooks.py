from collections.abc import Mapping

import orjson
import pytest

from central.casework.publication import set_publication
from central.scope import Scope
from central.store import webhooks as store
from central.webhooks import subscribing
from protocol.canonical import Json
from runtime.ports import Response
from tests.support.author import Author
from tests.support.casework import RINA
from tests.support.centres import RunningCentre, document
from tests.support.rooms import VALID
from tests.support.servers import ask
from tests.support.tokens import bearing, token_of
from tests.support.webhook_posts import told

HOOKS = "/api/v1/webhooks"
URL = "https://data.contoh.go.id/jipp"
RECORD = "01942b6e-0000-7000-8000-000000000001"
WANTED: Json = {"url": URL, "events": ["hub.changed"]}


class System:
    """Another system, with its token."""

    def __init__(self, centre: RunningCentre, *scopes: Scope) -> None:
        self._centre = centre
        self.headers: Mapping[str, str] = bearing(token_of(centre.centre, *scopes))

    async def call(self, method: str, path: str = "", body: Json = None) -> Response:
        sent = b"" if body is None else orjson.dumps(body)
        url = self._centre.url + HOOKS + path
        return await ask(url, method=method, body=sent, headers=self.headers)

    async def added(self) -> str:
        """The id of a fresh webhook."""
        answer = await self.call("POST", body=WANTED)
        assert answer.status == 201
        return str(document(answer)["id"])


@pytest.fixture
def system(centre: RunningCentre) -> System:
    return System(centre)


async def test_a_webhook_is_added_looked_at_and_removed(system: System) -> None:
    name = await system.added()
    shown = document(await system.call("GET", f"/{name}"))
    assert (shown["url"], shown["events"], shown["state"]) == (URL, ["hub.changed"], "active")
    assert document(await system.call("GET"))["items"] == [shown]
    assert (await system.call("DELETE", f"/{name}")).status == 204
    assert document(await system.call("GET"))["items"] == []


async def test_another_token_sees_nothing_of_it(centre: RunningCentre, system: System) -> None:
    name, other = await system.added(), System(centre)
    assert document(await other.call("GET"))["items"] == []
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/enable"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("POST", "/deliveries/1/redeliver"),
    ):
        answer = await other.call(method, f"/{name}{path}")
        assert (answer.status, document(answer)["code"]) == (404, "webhook_unknown"), path
    assert (await system.call("GET", f"/{name}")).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/a"),
        ("DELETE", "/a"),
        ("POST", "/a/enable"),
        ("POST", "/a/test"),
        ("GET", "/a/deliveries"),
        ("POST", "/a/deliveries/1/redeliver"),
    ],
)
async def test_every_address_asks_for_the_scope(
    centre: RunningCentre, method: str, path: str
) -> None:
    other = System(centre, Scope.HUBS_READ, Scope.CASES_READ)
    assert (await other.call(method, path)).status == 403
    assert (await ask(centre.url + HOOKS + path, method=method)).status == 401


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"url": URL},
        {"url": 1, "events": []},
        {"url": URL, "events": "hub.changed"},
        {"url": URL, "events": [1]},
        {"url": URL, "events": []},
        {"url": URL, "events": ["hub.changed"], "token": "a"},
        {"url": "http://data.contoh.go.id/", "events": ["hub.changed"]},
    ],
)
async def test_another_body_is_refused(system: System, body: Json) -> None:
    answer = await system.call("POST", body=body)
    assert (answer.status, document(answer)["code"]) == (422, "webhook_malformed")


async def test_an_address_of_the_inside_is_refused(system: System) -> None:
    wanted: Json = {"url": "https://169.254.169.254/latest", "events": ["hub.changed"]}
    answer = await system.call("POST", body=wanted)
    assert (answer.status, document(answer)["code"]) == (422, "webhook_address_refused")


async def test_a_type_beyond_the_scopes_is_refused(centre: RunningCentre) -> None:
    small = System(centre, Scope.WEBHOOKS_WRITE)
    wanted: Json = {"url": URL, "events": ["conflict.opened"]}
    answer = await small.call("POST", body=wanted)
    assert (answer.status, document(answer)["code"]) == (403, "scope_missing")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5_000, b" " * 5_000])
async def test_what_is_no_json_is_refused(
    centre: RunningCentre, system: System, body: bytes
) -> None:
    answer = await ask(centre.url + HOOKS, method="POST", body=body, headers=system.headers)
    assert 400 <= answer.status < 500


async def test_a_test_says_that_nobody_was_reached(system: System) -> None:
    """Names under `.invalid` never exist (RFC 6761)."""
    wanted: Json = {"url": "https://penerima.invalid/jipp", "events": ["hub.changed"]}
    name = str(document(await system.call("POST", body=wanted))["id"])
    tried = document(await system.call("POST", f"/{name}/test"))
    assert (tried["status"], tried["reason"]) == (None, "dns")
    [item] = items(await system.call("GET", f"/{name}/deliveries"))
    assert (item["type"], item["state"], item["number"]) == (
        "webhook.test",
        "failed",
        tried["number"],
    )
    assert (
        await system.call("POST", f"/{name}/deliveries/{item['number']}/redeliver")
    ).status == 202


def items(answer: Response) -> list[dict[str, Json]]:
    found = document(answer)["items"]
    assert isinstance(found, list)
    return [it for it in found if isinstance(it, dict)]


@pytest.mark.parametrize("number", ["0", "-1", "a", "9" * 30])
async def test_a_delivery_that_there_is_not_is_said_so(system: System, number: str) -> None:
    name = await system.added()
    answer = await system.call("POST", f"/{name}/deliveries/{number}/redeliver")
    assert (answer.status, document(answer)["code"]) == (404, "delivery_unknown")


@pytest.mark.parametrize("query", ["limit=0", "limit=a", "cursor=YWJj", "page=1"])
async def test_a_query_out_of_bounds_is_refused(system: System, query: str) -> None:
    name = await system.added()
    assert (await system.call("GET", f"/{name}/deliveries?{query}")).status == 400


@pytest.mark.parametrize(
    ("body", "about"),
    [
        (b'{"hub":"51"}', {"record": None, "title": None, "hub": "51"}),
        (b'{"record":"%s"}' % RECORD.encode(), {"record": RECORD, "title": None, "hub": None}),
        (b"{}", {"record": None, "title": None, "hub": None}),
    ],
)
async def test_a_delivery_says_what_it_is_about(
    centre: RunningCentre, system: System, body: bytes, about: Mapping[str, str | None]
) -> None:
    name = await system.added()
    told(centre.centre, name, 1, body)
    [item] = items(await system.call("GET", f"/{name}/deliveries"))
    assert {member: item[member] for member in about} == about


async def test_the_title_of_an_innovation_is_told_as_long_as_readers_see_it(
    centre: RunningCentre, system: System, bali: Author
) -> None:
    name, it, record = await system.added(), centre.centre, bali.record(1)
    bali.put(1, {**VALID, "title": "Antrean Daring"})
    await centre.submit(bali)
    await centre.reconcile()
    told(it, name, 1, orjson.dumps({"record": record}))
    titles = []
    for state in ("public", "hidden"):
        it.db.run_sync(lambda conn, to=state: set_publication(conn, it, record, to, RINA))  # type: ignore[misc]
        [item] = items(await system.call("GET", f"/{name}/deliveries"))
        titles.append(item["title"])
    assert titles == ["Antrean Daring", None]


async def test_pages_of_deliveries_join_into_the_whole_list(
    centre: RunningCentre, system: System
) -> None:
    name = await system.added()
    told(centre.centre, name, 3)
    first = document(await system.call("GET", f"/{name}/deliveries?limit=2"))
    cursor = str(first["next"])
    rest = await system.call("GET", f"/{name}/deliveries?limit=2&cursor={cursor}")
    assert (len(items(rest)), document(rest)["next"]) == (1, None)


async def test_a_disabled_one_is_enabled(centre: RunningCentre, system: System) -> None:
    name, running = await system.added(), centre.centre

    def off(conn: object) -> None:
        row = store.get(conn, name)  # type: ignore[arg-type]
        assert row is not None
        subscribing.disable(conn, running, row, reason="no_success")  # type: ignore[arg-type]

    running.db.run_sync(off)
    assert document(await system.call("GET", f"/{name}"))["state"] == "disabled"
    assert document(await system.call("POST", f"/{name}/enable"))["state"] == "active"


async def test_whoever_runs_the_centre_counts_them(centre: RunningCentre, system: System) -> None:
    await system.added()
    page = (await centre.get("/metrics")).body
    assert b'jipp_webhooks{state="active"} 1.0' in page
    assert b'jipp_webhooks{state="disabled"} 0.0' in page


async def test_the_keys_are_everybodys(centre: RunningCentre) -> None:
    answer = await centre.get("/api/v1/webhook-keys")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    [key] = document(answer)["keys"]  # type: ignore[misc,str-unpack]
    assert isinstance(key, dict)
    assert key["crv"] == "Ed25519"
