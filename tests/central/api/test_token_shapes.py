"""Every answer to a system with a token has the shape that the document says, with content."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from central.openapi.document import openapi_document
from central.openapi.for_tokens import FOR_TOKENS
from central.openapi.operation import Operation
from runtime.ports import Response
from tests.support.centres import RunningCentre, document
from tests.support.desk_cases import contest, hold, new_hub, twins
from tests.support.servers import ask
from tests.support.tokens import bearing, token_of

WANTED = {"url": "https://data.contoh.invalid/jipp", "events": ["hub.changed"]}
LAST = ("removeWebhook",)
ORDER = sorted(
    FOR_TOKENS, key=lambda it: (it.id in LAST, it.id != "addWebhook", it.id != "testWebhook")
)
"""A webhook is added and tested first and removed at the end, so that each answer has something."""


def strict(shape: Any) -> Any:
    """A shape whose objects have no members but those that it names."""
    if isinstance(shape, list):
        return [strict(it) for it in shape]
    if not isinstance(shape, Mapping):
        return shape
    closed = {"additionalProperties": False} if "properties" in shape else {}
    return {**closed, **{name: strict(it) for name, it in shape.items()}}


def faults(operation: Operation, answer: Response) -> list[str]:
    """In what an answer differs from the document."""
    whole = openapi_document()
    says = whole["paths"][operation.path][operation.method.lower()]["responses"]
    if str(answer.status) not in says or answer.status >= 400:
        return [f"{answer.status}: {answer.body.decode()}"]
    if not operation.shape:
        return [answer.body.decode()] if answer.body else []
    shape = {"$ref": f"#/components/schemas/{operation.shape}", "components": whole["components"]}
    value = orjson.loads(answer.body)
    empty = [f"no {name}" for name in ("items", "keys", "attempts") if value.get(name) == []]
    return [*empty, *(it.message for it in Draft202012Validator(strict(shape)).iter_errors(value))]


class Player:
    """A system that asks everything there is, of a centre at which something waits."""

    def __init__(self, centre: RunningCentre) -> None:
        self._url = centre.url
        self._headers = bearing(token_of(centre.centre))
        self._known: dict[str, str] = {}

    async def ask(self, operation: Operation) -> Response:
        path = operation.path.format_map(self._known)
        body = orjson.dumps(WANTED) if operation.body else b""
        answer = await ask(
            self._url + path, method=operation.method, body=body, headers=self._headers
        )
        if operation.id == "addWebhook":
            self._known["webhook"] = str(document(answer)["id"])
        if operation.id == "testWebhook" and answer.status == 200:
            self._known["number"] = str(document(answer)["number"])
        return answer


@pytest.fixture
async def waiting(centre: RunningCentre) -> RunningCentre:
    """A centre with a conflict, a pair that may be one, and a change that is held."""
    hub = await new_hub(centre)
    await twins(centre, hub)
    await contest(centre, hub)
    await hold(centre, hub)
    return centre


async def test_every_answer_to_a_token_has_the_shape_that_the_document_gives_it(
    waiting: RunningCentre,
) -> None:
    player = Player(waiting)
    found = {it.id: faults(it, await player.ask(it)) for it in ORDER}
    assert {name: said for name, said in found.items() if said} == {}


async def test_a_test_too_soon_is_a_refusal_that_the_document_knows(
    centre: RunningCentre,
) -> None:
    player, by_id = Player(centre), {it.id: it for it in FOR_TOKENS}
    await player.ask(by_id["addWebhook"])
    await player.ask(by_id["testWebhook"])
    answer = await player.ask(by_id["testWebhook"])
    says = openapi_document()["paths"][by_id["testWebhook"].path]["post"]["responses"]
    assert (answer.status, document(answer)["code"]) == (429, "webhook_test_too_soon")
    assert str(answer.status) in says
