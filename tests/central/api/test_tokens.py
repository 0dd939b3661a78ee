from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from central import tokens
from central.api.queries import cursor_of
from central.scope import Scope
from central.store import decisions
from central.store import tokens as store
from central.store.audit import AUDIT
from protocol.canonical import Json
from runtime.documents import DocumentStore
from runtime.ports import Response
from tests.support.author import Author
from tests.support.centres import RunningCentre, document
from tests.support.desk_cases import amend, curate, hold, national_size, write
from tests.support.tokens import RINA, bearing, token_of

OF_SCOPE = {
    "/api/v1/monitoring/hubs": Scope.HUBS_READ,
    "/api/v1/cases/conflicts": Scope.CASES_READ,
    "/api/v1/cases/duplicates": Scope.CASES_READ,
    "/api/v1/cases/held": Scope.CASES_READ,
}


async def ask(centre: RunningCentre, path: str, *scopes: Scope) -> Response:
    return await centre.get(path, headers=bearing(token_of(centre.centre, *scopes)))


@pytest.mark.parametrize("path", [*OF_SCOPE, "/api/v1/token"])
async def test_without_a_token_the_answer_names_the_scheme_and_no_error(
    centre: RunningCentre, path: str
) -> None:
    answer = await centre.get(path)
    assert (answer.status, document(answer)["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="jipp"'


@pytest.mark.parametrize(
    "given",
    [
        "Basic cmluYTpyYWhhc2lh",
        "Bearer",
        "Bearer x",
        f"Bearer {tokens.format_token(b'x' * 32)}",
    ],
)
async def test_what_is_no_token_of_this_centre_is_refused(
    centre: RunningCentre, given: str
) -> None:
    answer = await centre.get("/api/v1/token", headers={"Authorization": given})
    assert (answer.status, document(answer)["code"]) == (401, "token_invalid")
    assert "error=" in answer.headers["www-authenticate"]


async def test_a_token_in_the_address_is_none(centre: RunningCentre) -> None:
    text = token_of(centre.centre)
    assert (await centre.get(f"/api/v1/token?access_token={text}")).status == 401


@pytest.mark.parametrize(("path", "scope"), OF_SCOPE.items())
async def test_an_address_opens_for_its_scope_and_for_no_other(
    centre: RunningCentre, path: str, scope: Scope
) -> None:
    assert (await ask(centre, path, scope)).status == 200
    others = [it for it in Scope if it is not scope]
    refused = await ask(centre, path, *others)
    assert (refused.status, document(refused)["code"]) == (403, "scope_missing")
    assert f'error="insufficient_scope", scope="{scope}"' in refused.headers["www-authenticate"]


async def test_a_refused_scope_is_one_audit_row_without_the_secret(centre: RunningCentre) -> None:
    text = token_of(centre.centre, Scope.HUBS_READ)
    await centre.get("/api/v1/cases/held", headers=bearing(text))
    rows = centre.centre.db.read_sync(lambda conn: conn.execute(select(AUDIT)).all())
    assert [row.what for row in rows] == ["token.created", "token.refused"]
    assert text not in str(rows)


async def test_a_revoked_token_opens_nothing(centre: RunningCentre) -> None:
    running, text = centre.centre, token_of(centre.centre)
    [row] = running.db.read_sync(store.everyone)
    running.db.run_sync(lambda conn: tokens.revoke(conn, running, row.id, RINA))
    assert (await centre.get("/api/v1/token", headers=bearing(text))).status == 401


async def test_a_token_says_what_it_is_for(centre: RunningCentre) -> None:
    said = document(await ask(centre, "/api/v1/token", Scope.HUBS_READ))
    assert (said["name"], said["agency"], said["scopes"]) == ("Dasbor", "panrb", ["hubs:read"])


async def test_the_first_use_is_written_down(centre: RunningCentre) -> None:
    await ask(centre, "/api/v1/token")
    [row] = centre.centre.db.read_sync(store.everyone)
    assert row.last_used_at is not None


async def test_who_only_reads_is_answered_where_nothing_can_be_written(
    centre: RunningCentre,
) -> None:
    text = token_of(centre.centre)
    centre.centre.db.broken = "the disk failed"
    assert (await centre.get("/api/v1/token", headers=bearing(text))).status == 200


async def test_nobody_on_the_way_keeps_such_an_answer(centre: RunningCentre) -> None:
    answer = await ask(centre, "/api/v1/monitoring/hubs")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Authorization"


async def test_monitoring_says_how_far_a_hub_is(centre: RunningCentre, bali: Author) -> None:
    bali.grow(3)
    await centre.submit(bali)
    [hub] = document(await ask(centre, "/api/v1/monitoring/hubs", Scope.HUBS_READ))["items"]  # type: ignore[misc,str-unpack]
    assert isinstance(hub, dict)
    assert (hub["hub"], hub["announced"], hub["mirrored"], hub["undecided"]) == ("51", 4, 4, 4)
    assert (hub["freshness"], hub["target_hours"]) == ("never", 6)
    await centre.reconcile()
    [hub] = document(await ask(centre, "/api/v1/monitoring/hubs", Scope.HUBS_READ))["items"]  # type: ignore[misc,str-unpack]
    assert isinstance(hub, dict)
    assert hub["undecided"] == 0


async def test_pages_of_what_is_held_join_into_the_whole_list(
    centre: RunningCentre, bali: Author
) -> None:
    for number in range(1, 6):
        bali.put(number, {"title": "tes"})
    await centre.submit(bali)
    await centre.reconcile()
    pages = await pages_of(centre, "held", limit=2)
    places = [it["place"] for it in items_of(pages) if isinstance(it, dict)]
    assert (len(places), pages[-1]["total"]) == (5, 5)
    assert places == sorted(places)  # type: ignore[type-var]


async def pages_of(centre: RunningCentre, kind: str, *, limit: int) -> list[dict[str, Json]]:
    """Every page of a list of cases, one after the other."""
    headers = bearing(token_of(centre.centre, Scope.CASES_READ))
    path, pages = f"/api/v1/cases/{kind}?limit={limit}", list[dict[str, Json]]()
    cursor: Json = ""
    while cursor is not None:
        pages.append(document(await centre.get(f"{path}&cursor={cursor}", headers=headers)))
        cursor = pages[-1]["next"]
    return pages


def items_of(pages: list[dict[str, Json]]) -> list[Json]:
    return [it for page in pages if isinstance(page["items"], list) for it in page["items"]]


async def conflicts_of_four_records(centre: RunningCentre, bali: Author) -> None:
    """Ten conflicts: a curator and the hub disagree on one, two, three and four fields."""
    fields = ("background", "novelty", "objective", "title")
    await write(centre, bali, *[{}] * 4)
    seen = national_size(centre)
    for number in range(1, 5):
        curate(centre, bali.record(number), **dict.fromkeys(fields[:number], "Kata kurator"))
        await amend(
            centre, bali, number, national=seen, **dict.fromkeys(fields[:number], "Kata hub")
        )


@pytest.mark.parametrize("limit", [1, 3, 9, 10])
async def test_pages_of_conflicts_join_into_the_whole_list(
    centre: RunningCentre, bali: Author, limit: int
) -> None:
    await conflicts_of_four_records(centre, bali)
    pages = await pages_of(centre, "conflicts", limit=limit)
    whole = items_of(await pages_of(centre, "conflicts", limit=200))
    assert items_of(pages) == whole
    assert [page["total"] for page in pages] == [10] * -(-10 // limit)
    ends = [(it["record"], it["field"]) for it in whole if isinstance(it, dict)]
    assert ends == sorted(ends)
    assert len(ends) == 10


async def test_the_total_of_conflicts_is_counted_again_when_one_is_over(
    centre: RunningCentre, bali: Author
) -> None:
    await conflicts_of_four_records(centre, bali)
    [before] = await pages_of(centre, "conflicts", limit=200)
    curate(centre, bali.record(1), background="Kata bersama")
    [after] = await pages_of(centre, "conflicts", limit=200)
    assert (before["total"], after["total"]) == (10, 9)


async def test_a_page_of_cases_reads_no_more_than_it_shows(
    centre: RunningCentre, bali: Author
) -> None:
    """But for the total of conflicts, which is counted once for each state of the catalogue."""
    await conflicts_of_four_records(centre, bali)
    await pages_of(centre, "conflicts", limit=1)
    for _ in range(5):
        await hold(centre, bali)
    read: dict[str, list[int]] = {"conflicts": [], "held": []}
    await pages_of(centre, "conflicts", limit=200)
    with counting(DocumentStore, "contested", read["conflicts"]):
        await pages_of(centre, "conflicts", limit=1)
    with counting(decisions, "waiting", read["held"]):
        await pages_of(centre, "held", limit=1)
    assert max(read["conflicts"]) <= 3
    assert max(read["held"]) <= 2


@contextmanager
def counting(owner: object, name: str, counts: list[int]) -> Iterator[None]:
    """Notes how many rows each call of a function of the store gives."""
    whole = getattr(owner, name)

    def counted(*given: Any, **named: Any) -> Any:
        rows = whole(*given, **named)
        counts.append(len(rows))
        return rows

    with patch.object(owner, name, counted):
        yield


@pytest.mark.parametrize("kind", ["conflicts", "duplicates", "held"])
@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=!", "page=2", "limit=1&limit=2"])
async def test_a_query_out_of_bounds_is_refused(
    centre: RunningCentre, kind: str, query: str
) -> None:
    answer = await ask(centre, f"/api/v1/cases/{kind}?{query}", Scope.CASES_READ)
    assert answer.status == 400


async def test_a_cursor_of_another_list_is_refused(centre: RunningCentre) -> None:
    for kind in ("conflicts", "duplicates", "held"):
        answer = await ask(centre, f"/api/v1/cases/{kind}?cursor=YWJj", Scope.CASES_READ)
        assert (answer.status, document(answer)["code"]) == (400, "bad_cursor")


async def test_a_place_that_no_log_reaches_is_no_cursor(centre: RunningCentre) -> None:
    path = f"/api/v1/cases/held?cursor={cursor_of('9' * 30)}"
    answer = await ask(centre, path, Scope.CASES_READ)
    assert (answer.status, document(answer)["code"]) == (400, "bad_cursor")


ID = "01942b6e-4c00-7000-8000-000000000001"


@pytest.mark.parametrize(
    "after",
    [
        "99999999999999999999:a:b",
        f"99999999999999999999:{ID}:{ID}",
        f"{'9' * 70}:{ID}:{ID}",
        f"1:{ID}:b",
        f"1:a\0:{ID}",
        f"1:{ID}",
        f"1:{ID}:{ID}:",
        f"01:{ID}:{ID}",
    ],
)
async def test_a_cursor_that_no_page_of_pairs_ended_with_is_refused(
    centre: RunningCentre, after: str
) -> None:
    path = f"/api/v1/cases/duplicates?cursor={cursor_of(after)}"
    answer = await ask(centre, path, Scope.CASES_READ)
    assert (answer.status, document(answer)["code"]) == (400, "bad_cursor")
