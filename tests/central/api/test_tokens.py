import pytest
from sqlalchemy import select

from central import tokens
from central.api.queries import cursor_of
from central.scope import Scope
from central.store import tokens as store
from central.store.audit import AUDIT
from runtime.ports import Response
from tests.support.author import Author
from tests.support.centres import RunningCentre, document
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
    headers = bearing(token_of(centre.centre, Scope.CASES_READ))
    places, cursor = [], ""
    while True:
        path = f"/api/v1/cases/held?limit=2&cursor={cursor}"
        page = document(await centre.get(path, headers=headers))
        items = page["items"]
        assert isinstance(items, list)
        places += [it["place"] for it in items if isinstance(it, dict)]
        if page["next"] is None:
            break
        cursor = str(page["next"])
    assert (len(places), page["total"]) == (5, 5)
    assert places == sorted(places)  # type: ignore[type-var]


@pytest.mark.parametrize("kind", ["conflicts", "duplicates", "held"])
@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=!", "page=2", "limit=1&limit=2"])
async def test_a_query_out_of_bounds_is_refused(
    centre: RunningCentre, kind: str, query: str
) -> None:
    answer = await ask(centre, f"/api/v1/cases/{kind}?{query}", Scope.CASES_READ)
    assert answer.status == 400


async def test_a_cursor_of_another_list_is_refused(centre: RunningCentre) -> None:
    for kind in ("duplicates", "held"):
        answer = await ask(centre, f"/api/v1/cases/{kind}?cursor=YWJj", Scope.CASES_READ)
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
