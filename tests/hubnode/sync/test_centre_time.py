"""A hub whose clock is wrong syncs all the same: it is told the centre's time, and asks again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hubnode.node import Node
from hubnode.store.runs import RunState
from hubnode.sync.centre_time import CentreTime
from hubnode.sync.run import sync
from runtime.ports import Response
from tests.support.nodes import publish
from tests.support.ports import START, ManualClock
from tests.support.simulated_centre import SimulatedCentre

YEARS = 3_652


def with_clock_off_by(hub: Node, **error: float) -> Node:
    return replace(hub, clock=ManualClock(START + timedelta(**error)))


@pytest.mark.parametrize("days", [-YEARS, -1, 1, YEARS])
async def test_a_clock_that_is_wrong_delays_nothing(
    hub: Node, centre: SimulatedCentre, days: int
) -> None:
    off = with_clock_off_by(hub, days=days)
    publish(hub, "Antrean daring puskesmas")
    await sync(off)
    centre.reconcile()
    report = await sync(off)
    assert (report.state, report.national_size) == (RunState.OK, 3)


async def test_the_centres_time_is_asked_for_once_a_run(hub: Node, centre: SimulatedCentre) -> None:
    centre.requests.clear()
    await sync(with_clock_off_by(hub, days=1))
    assert centre.requests.count("GET /sync/v1/hub") == 2
    assert centre.requests.count("POST /sync/v1/report") == 1


async def test_a_clock_that_is_nearly_right_costs_no_second_request(
    hub: Node, centre: SimulatedCentre
) -> None:
    centre.requests.clear()
    await sync(with_clock_off_by(hub, minutes=9))
    assert centre.requests.count("GET /sync/v1/hub") == 1


async def test_where_the_answer_has_no_date_the_operator_is_told_about_the_clock(
    hub: Node, centre: SimulatedCentre
) -> None:
    def without_date(_path: str, response: Response) -> Response:
        return replace(response, headers={**response.headers, "date": ""})

    centre.tamper = without_date
    report = await sync(with_clock_off_by(hub, days=1))
    assert (report.state, report.code) == (RunState.BLOCKED, "request_expired")


def test_what_is_no_date_changes_nothing() -> None:
    time = CentreTime(ManualClock())
    assert not time.learn("yesterday")
    assert time.now() == START
