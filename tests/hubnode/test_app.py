"""The service: what its schedule learns of a run, and what it makes of it."""

from dataclasses import replace

import pytest

from hubnode.app import run_once
from hubnode.node import Node
from hubnode.pace import RunEnd, RunResult
from hubnode.web.live import LiveRun
from tests.support.simulated_centre import SimulatedCentre


async def test_a_run_that_succeeds_passes_on_what_the_centre_wishes(hub: Node) -> None:
    assert await run_once(hub, LiveRun(hub.clock)) == RunEnd(
        result=RunResult.SUCCEEDED, call_again_s=3600
    )


@pytest.mark.parametrize(
    ("status", "result"), [(503, RunResult.UNREACHABLE), (403, RunResult.STOPPED)]
)
async def test_a_run_that_is_refused_passes_on_when_to_come_back(
    hub: Node, centre: SimulatedCentre, status: int, result: RunResult
) -> None:
    centre.tamper = lambda _path, response: replace(
        response, status=status, headers={**response.headers, "retry-after": "120"}
    )
    assert await run_once(hub, LiveRun(hub.clock)) == RunEnd(result=result, retry_after_s=120)


async def test_before_enrolment_a_service_waits_for_a_person(node: Node) -> None:
    assert await run_once(node, LiveRun(node.clock)) == RunEnd(result=RunResult.STOPPED)
