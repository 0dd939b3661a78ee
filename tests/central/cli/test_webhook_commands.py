"""`central webhook`, with the service beside it: real processes and a real receiver."""

import asyncio
from pathlib import Path

import pytest

from tests.support.commands import Outcome, command, command_here, service
from tests.support.decided import until
from tests.support.webhook_posts import receiving

BY_RINA = ("--by", "rina", "--agency", "panrb")
URL = "https://data.contoh.go.id/jipp"


@pytest.fixture
def data(papua: Path) -> str:
    return str(papua)


def webhook(data: str, *arguments: str) -> Outcome:
    return command_here("central", "webhook", *arguments, "--data", data)


def added(data: str, url: str = URL) -> str:
    return webhook(data, "add", url, "--event", "hub.changed", *BY_RINA).out.strip()


def listed(data: str) -> list[dict[str, object]]:
    document = webhook(data, "list", "--json").json
    assert isinstance(document, dict)
    items = document["items"]
    assert isinstance(items, list)
    return [dict(it) for it in items if isinstance(it, dict)]


def test_a_webhook_is_added_listed_and_removed(data: str) -> None:
    name = added(data)
    [row] = listed(data)
    assert (row["id"], row["url"], row["events"]) == (name, URL, ["hub.changed"])
    assert row["owner"] == "panrb/rina"
    assert webhook(data, "remove", name, *BY_RINA).code == 2
    assert webhook(data, "remove", name, *BY_RINA, "--yes").code == 0
    assert listed(data) == []


@pytest.mark.parametrize(
    ("url", "event"),
    [(URL, "innovation.deleted"), ("http://data.contoh.go.id", "hub.changed"), ("", "hub.changed")],
)
def test_what_cannot_be_is_refused(data: str, url: str, event: str) -> None:
    answer = webhook(data, "add", url, "--event", event, *BY_RINA)
    assert (answer.code, "(webhook_malformed)" in answer.err) == (1, True)
    assert listed(data) == []


def test_an_address_inside_is_refused_unless_the_settings_name_it(data: str) -> None:
    refused = webhook(data, "add", "https://10.20.0.1/", "--event", "hub.changed", *BY_RINA)
    assert "(webhook_address_refused)" in refused.err
    settings = Path(data) / "central.toml"
    settings.write_text(settings.read_text() + 'webhook_allow = ["10.20.0.0/16"]\n')
    assert added(data, "http://10.20.0.1:9000/jipp")


def test_a_setting_that_is_no_network_is_refused_in_words(data: str) -> None:
    settings = Path(data) / "central.toml"
    settings.write_text(settings.read_text() + 'webhook_allow = ["penerima.internal"]\n')
    answer = webhook(data, "list")
    assert (answer.code, "webhook_allow: must hold networks" in answer.err) == (2, True)


@pytest.mark.parametrize("command_", [("enable", *BY_RINA), ("deliveries",), ("test",)])
def test_one_that_there_is_not_is_said_so(data: str, command_: tuple[str, ...]) -> None:
    verb, *options = command_
    answer = webhook(data, verb, "00000000", *options)
    assert (answer.code, "(webhook_unknown)" in answer.err) == (1, True)


def test_a_test_that_nobody_takes_leaves_with_5(data: str) -> None:
    name = added(data, "https://penerima.invalid/jipp")
    answer = webhook(data, "test", name)
    assert (answer.code, answer.out.startswith("dns, after ")) == (5, True)
    logged = webhook(data, "deliveries", name, "--json").json
    assert isinstance(logged, dict)
    [item] = logged["items"]  # type: ignore[misc,str-unpack]
    assert isinstance(item, dict)
    assert (item["type"], item["state"]) == ("webhook.test", "failed")
    assert (item["record"], item["title"], item["hub"]) == (None, None, None)
    assert webhook(data, "redeliver", name, str(item["number"])).code == 0


async def test_a_test_arrives_signed(data: str) -> None:
    settings = Path(data) / "central.toml"
    settings.write_text(settings.read_text() + 'webhook_allow = ["127.0.0.1"]\n')
    async with receiving() as receiver:
        name = added(data, receiver.url)
        words = ("webhook", "test", name, "--data", data, "--json")
        answer = await asyncio.to_thread(command, "central", *words)
    assert answer.code == 0, answer.err
    [post] = receiver.posts
    assert post.document["type"] == "webhook.test"
    assert 'tag="jipp-webhook"' in post.headers["signature-input"]


async def test_the_service_tells_what_a_command_decides(data: str) -> None:
    settings = Path(data) / "central.toml"
    settings.write_text(settings.read_text() + 'webhook_allow = ["127.0.0.1"]\n')
    suspend = ("hub", "suspend", "94", "--reason", "Pindah gedung", *BY_RINA)
    async with receiving() as receiver:
        added(data, receiver.url)
        with service("central", "serve", "--data", data, "--port", "0", "--json"):
            assert (await asyncio.to_thread(command, "central", *suspend, "--data", data)).code == 0
            await until(lambda: bool(receiver.posts))
    [post] = receiver.posts
    assert (post.document["hub"], post.document["decision"]) == ("94", "hub.suspended")
