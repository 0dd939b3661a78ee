from protocol.canonical import parse
from runtime.health import Check, live_response, ready_response, run_checks


async def fine() -> Check:
    return Check(name="database", is_ok=True, sentence="answers")


async def bad() -> Check:
    return Check(name="disk", is_ok=False, sentence="4 MB left")


async def crashing() -> Check:
    raise OSError("a path of ours")


def test_alive_says_nothing_more() -> None:
    assert live_response().status == 200


async def test_ready_when_every_check_holds() -> None:
    response = ready_response(await run_checks([fine]))
    assert response.status == 200


async def test_not_ready_says_which_check_failed() -> None:
    response = ready_response(await run_checks([fine, bad]))
    assert response.status == 503
    assert isinstance(response.body, bytes)
    document = parse(response.body)
    assert isinstance(document, dict)
    assert document["checks"] == [
        {"name": "database", "ok": True, "sentence": "answers"},
        {"name": "disk", "ok": False, "sentence": "4 MB left"},
    ]


async def test_a_check_that_crashes_has_failed_and_tells_no_details() -> None:
    [check] = await run_checks([crashing])
    assert check == Check(name="crashing", is_ok=False, sentence="OSError")
