"""The OpenAPI document says what the router has, and the server does what the document says."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import checks
from schemathesis.core.failures import FailureGroup

from central.app import build_web
from central.casework.campaigns import CampaignOrder, open_campaign
from central.openapi.document import OPERATIONS, openapi_document
from central.openapi.parameters import SELECTION
from central.reconciler import Reconciler
from central.settings import CentralSettings
from protocol.innovation.searching import FACETS
from runtime.campaigns import FILTERS
from tests.support.campaigns import CAMPAIGN
from tests.support.centres import RunningCentre, document
from tests.support.published import Published, publish
from tests.support.rooms import opened_room
from tests.support.tokens import bearing, token_of

CHECKS: list[Any] = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = 15
KNOWN = {"campaign": CAMPAIGN}
"""What there is, so that not every answer is a refusal."""


@pytest.fixture
async def catalogue(centre: RunningCentre) -> Published:
    order = CampaignOrder(
        campaign=CAMPAIGN,
        title="Pemutakhiran",
        due="2027-12-31",
        target={},
        by="rina",
        agency="panrb",
    )
    found = await publish(centre)
    await centre.centre.db.run(lambda conn: open_campaign(conn, centre.centre, order))
    return found


def test_it_is_a_valid_document() -> None:
    assert list(OpenAPIV31SpecValidator(openapi_document()).iter_errors()) == []


def test_every_route_of_the_api_is_in_it_and_no_other(tmp_path: Path) -> None:
    with opened_room(tmp_path / "pusat", "") as room:
        reconciler = Reconciler(room.centre)
        app = build_web(room.centre, reconciler, CentralSettings(authority="contoh.example"))
    routes = {
        (route.method, re.sub(r":[^}]+}", "}", route.resource.canonical))
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    served = {(method, path) for method, path in routes if path.startswith("/api/v1/")}
    assert {(it.method, it.path) for it in OPERATIONS} == served


def test_every_parameter_of_a_search_is_in_it_and_no_other() -> None:
    own = {"q", "exact", "campaign", "original"}
    assert {it["name"] for it in SELECTION} == {*own, *FACETS, *FILTERS}


def test_what_goes_with_a_campaign_alone_says_so_and_nothing_else_does() -> None:
    said = {it["name"] for it in SELECTION if it["description"].startswith("With `campaign`")}
    assert said == set(FILTERS) - set(FACETS)


async def test_it_is_served_as_it_is_made(centre: RunningCentre) -> None:
    answer = await centre.get("/api/v1/openapi.json")
    assert document(answer) == openapi_document()
    tag = answer.headers["etag"]
    again = await centre.get("/api/v1/openapi.json", {"If-None-Match": tag})
    assert again.status == 304


async def test_whatever_is_asked_is_answered_as_it_says(catalogue: Published) -> None:
    records = [catalogue.bali.record(1), catalogue.lan.record(3)]
    token = token_of(catalogue.centre.centre)
    broken = await asyncio.to_thread(_faults, catalogue.centre.url, records, bearing(token))
    assert broken == {}


def _faults(url: str, records: list[str], headers: Mapping[str, str]) -> dict[str, str]:
    """What schemathesis found, by operation; every operation is asked."""
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    found: dict[str, str] = {}
    results: list[Any] = list(schema.get_all_operations())
    for operation in (result.ok() for result in results):
        try:
            _ask(operation, records, headers)
        except (AssertionError, FailureGroup) as error:  # all of them are reported
            found[operation.label] = str(error)
    return found


def _ask(operation: Any, records: list[str], headers: Mapping[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(),
        known=st.sampled_from([KNOWN | {"record": record} for record in records] + [{}]),
        filters_max=st.integers(0, 3),
    )
    def asked(case: Any, known: dict[str, str], filters_max: int) -> None:
        for name in known.keys() & (case.path_parameters or {}).keys():
            case.path_parameters[name] = known[name]
        if known and case.query:  # many at once contradict one another, and nothing is found
            case.query = dict(list(case.query.items())[:filters_max])
        case.call_and_validate(checks=CHECKS, headers=headers)

    asked()
