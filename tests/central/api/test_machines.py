"""Which machine speaks for a hub, over HTTP."""

import pytest

from protocol.enrolment import encode_enrol_request
from tests.support.author import Author
from tests.support.centres import RunningCentre, document

OWN = "instance-1"


async def test_a_second_machine_is_refused_over_http_and_told_why(
    centre: RunningCentre, bali: Author
) -> None:
    await centre.submit(bali)
    answer = await centre.signed("GET", "/sync/v1/hub?instance=lain&head=1", key=bali.log_key)
    told = document(answer)
    assert (answer.status, told["code"], told["retry"]) == (403, "identity_in_use", "operator")
    assert OWN in str(told["detail"])
    assert (await centre.signed("GET", "/sync/v1/hub", key=bali.log_key)).status == 200
    own = await centre.signed("GET", f"/sync/v1/hub?instance={OWN}&head=1", key=bali.log_key)
    assert own.status == 200


async def test_an_adoption_over_http_changes_the_machine(
    centre: RunningCentre, bali: Author
) -> None:
    body = b'{"former":"instance-1","instance":"lain"}'
    answer = await centre.signed("POST", "/sync/v1/adopt", key=bali.log_key, body=body)
    assert answer.status == 204
    path = "/sync/v1/hub?instance=lain&head=0"
    assert document(await centre.signed("GET", path, key=bali.log_key))["instance"] == "lain"
    late = b'{"former":"instance-1","instance":"ketiga"}'
    refused = await centre.signed("POST", "/sync/v1/adopt", key=bali.log_key, body=late)
    assert document(refused)["code"] == "identity_in_use"


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"former":"a","instance":""}', b'{"instance":1}'])
async def test_what_is_no_adoption_is_a_bad_request(
    centre: RunningCentre, bali: Author, body: bytes
) -> None:
    answer = await centre.signed("POST", "/sync/v1/adopt", key=bali.log_key, body=body)
    assert answer.status == 400


@pytest.mark.parametrize("query", ["instance=a&head=-1", f"instance={'a' * 65}&head=1", "head=x"])
async def test_what_names_no_machine_is_a_bad_query(
    centre: RunningCentre, bali: Author, query: str
) -> None:
    answer = await centre.signed("GET", f"/sync/v1/hub?{query}", key=bali.log_key)
    assert (answer.status, document(answer)["code"]) == (400, "bad_query")


async def test_enrolling_again_with_the_same_keys_is_no_adoption(centre: RunningCentre) -> None:
    author = Author(hub="51")
    request = author.enrol_request(centre.invitation("51"))
    for instance in (OWN, "instance-2"):
        body = encode_enrol_request(request).replace(OWN.encode(), instance.encode())
        assert (await centre.post("/sync/v1/enrol", body)).status == 201
    path = "/sync/v1/hub?instance=instance-2&head=0"
    told = document(await centre.signed("GET", path, key=author.log_key))
    assert told["code"] == "identity_in_use"
