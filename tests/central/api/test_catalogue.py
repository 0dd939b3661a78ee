from urllib.parse import quote

import pytest

from protocol.canonical import Json, parse
from protocol.keys import parse_verifier_key
from protocol.tlog_proof import check_proof_file, parse_proof_file
from runtime.ports import Response
from tests.support.author import Author
from tests.support.centres import RunningCentre, document

API = "/api/v1/innovations"
RECORD: dict[str, Json] = {"region": "51", "started": "2024"}


@pytest.fixture
async def catalogue(centre: RunningCentre, bali: Author) -> RunningCentre:
    """A centre with three innovations of one hub and one of another."""
    lan = Author(hub="lan", seed=3)
    await centre.enrol(lan)
    for number, title in enumerate(("Antrean daring", "Perizinan cepat", "Antrean lansia"), 1):
        bali.put(number, {"title": title, **RECORD})
    lan.put(
        1,
        {
            "title": "Laboratorium inovasi",
            "agency": {"name": "LAN", "kind": "lembaga"},
            "started": "2014",
        },
    )
    for author in (bali, lan):
        await centre.submit(author)
    await centre.reconcile()
    return centre


def titles(response: Response) -> list[Json]:
    items = document(response)["items"]
    assert isinstance(items, list)
    return [item["record"]["title"] for item in items]  # type: ignore[call-overload,index]


async def test_everything_is_listed_newest_first(catalogue: RunningCentre) -> None:
    answer = await catalogue.get(API)
    assert (answer.status, document(answer)["total"]) == (200, 4)
    assert answer.headers["content-type"] == "application/json"
    assert titles(answer) == [
        "Antrean lansia",
        "Perizinan cepat",
        "Laboratorium inovasi",
        "Antrean daring",
    ]


async def test_what_is_found_can_be_ordered_by_age_alone_page_by_page(
    catalogue: RunningCentre,
) -> None:
    first = await catalogue.get(f"{API}?q=antrean&sort=newest&limit=1")
    following = document(first)["next"]
    second = await catalogue.get(f"{API}?q=antrean&sort=newest&limit=1&cursor={following}")
    assert [*titles(first), *titles(second)] == ["Antrean lansia", "Antrean daring"]


async def test_words_find_titles(catalogue: RunningCentre) -> None:
    assert sorted(map(str, titles(await catalogue.get(API + "?q=antrean")))) == [
        "Antrean daring",
        "Antrean lansia",
    ]


async def test_facets_filter_and_count(catalogue: RunningCentre) -> None:
    answer = await catalogue.get(API + "?hub=lan")
    assert titles(answer) == ["Laboratorium inovasi"]
    counted = document(await catalogue.get(API))["facets"]
    assert isinstance(counted, dict)
    assert counted["hub"] == {"51": 3, "lan": 1}


async def test_pages_follow_one_another_without_gap_or_repetition(
    catalogue: RunningCentre,
) -> None:
    seen: list[str] = []
    following: Json = ""
    for _ in range(4):
        cursor = f"&cursor={following}" if following else ""
        answer = await catalogue.get(f"{API}?limit=1{cursor}")
        seen += map(str, titles(answer))
        following = document(answer)["next"]
    assert following is None
    assert len(set(seen)) == 4


async def test_a_page_names_the_one_behind_it_in_its_head(catalogue: RunningCentre) -> None:
    seen: list[str] = []
    path = f"{API}?limit=2&hub=51&q="
    while path:
        answer = await catalogue.get(path)
        seen += map(str, titles(answer))
        path = answer.headers.get("link", "").removeprefix("<").removesuffix('>; rel="next"')
    assert len(set(seen)) == len(seen) == 3


async def test_the_last_page_names_none(catalogue: RunningCentre) -> None:
    assert "link" not in (await catalogue.get(API)).headers
    first = await catalogue.get(f"{API}?limit=1")
    assert str(document(first)["next"]) in first.headers["link"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=9999999999999999999",
        "limit=ten",
        "limit=%D9%A1",
        "limit=1&limit=2",
        "sort=title",
        "q=" + "a" * 201,
        "q=a%00b",
    ],
)
async def test_parameters_out_of_range_are_refused(centre: RunningCentre, query: str) -> None:
    answer = await centre.get(f"{API}?{query}")
    assert (answer.status, document(answer)["code"]) == (400, "bad_query")


async def test_an_empty_parameter_is_as_good_as_none(catalogue: RunningCentre) -> None:
    plain, empty = await catalogue.get(API), await catalogue.get(f"{API}?q=&limit=&cursor=&region=")
    assert empty.status == 200
    assert document(empty)["items"] == document(plain)["items"] != []


@pytest.mark.parametrize("cursor", ["*", "a", "//8"])
async def test_a_cursor_of_somebody_else_is_refused(centre: RunningCentre, cursor: str) -> None:
    answer = await centre.get(f"{API}?cursor={cursor}")
    assert (answer.status, document(answer)["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("words", ['"', "a OR b", "*", "'); DROP TABLE document;--", "NEAR(a b)"])
async def test_no_words_are_a_syntax_error(catalogue: RunningCentre, words: str) -> None:
    answer = await catalogue.get(f"{API}?q={words.replace(' ', '%20')}")
    assert answer.status == 200


@pytest.mark.parametrize("words", ['"', "-", "***", "'); --"])
async def test_a_question_without_a_word_finds_nothing(
    catalogue: RunningCentre, words: str
) -> None:
    answer = document(await catalogue.get(f"{API}?q={quote(words)}"))
    assert (answer["items"], answer["total"]) == ([], 0)


async def test_a_blank_question_is_as_good_as_none(catalogue: RunningCentre) -> None:
    assert document(await catalogue.get(f"{API}?q=%20"))["total"] == 4


async def test_a_value_that_no_innovation_has_is_answered_with_what_the_filter_takes(
    centre: RunningCentre,
) -> None:
    answer = document(await centre.get(f"{API}?province=Bali"))
    assert answer["code"] == "bad_query"
    assert str(answer["detail"]).startswith("province takes a province's code")
    assert str(answer["detail"]).endswith("that is 51.")


async def test_an_innovation_is_shown_with_its_history(
    catalogue: RunningCentre, bali: Author
) -> None:
    shown = document(await catalogue.get(f"{API}/{bali.record(1)}"))
    history = shown["history"]
    assert isinstance(history, list)
    assert isinstance(history[0], dict)
    assert shown["id"] == bali.record(1)
    assert history[0]["source"] == {"origin": bali.origin, "index": 1}
    assert history[0]["author"] == "51"


async def amended(catalogue: RunningCentre, bali: Author, times: int) -> str:
    """A record of Bali that was changed so often; its page."""
    start = len(bali.entries)
    for number in range(times):
        bali.put(1, {"title": f"Antrean daring {number}"}, national=start)
    await catalogue.submit(bali, start=start)
    await catalogue.reconcile()
    return f"{API}/{bali.record(1)}"


async def test_an_innovation_is_shown_with_no_more_of_its_history_than_a_page(
    catalogue: RunningCentre, bali: Author
) -> None:
    page = await amended(catalogue, bali, 60)
    shown = document(await catalogue.get(page))
    behind = document(await catalogue.get(f"{page}/history?cursor={shown['history_next']}"))
    rows = [*of(shown["history"]), *of(behind["items"])]
    assert (len(of(shown["history"])), len(rows), behind["next"]) == (50, 61, None)
    places = [it["place"] for it in rows]
    assert places == sorted(places, reverse=True)  # type: ignore[type-var]
    assert len(set(places)) == 61


def of(rows: Json) -> list[dict[str, Json]]:
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


async def test_a_history_is_read_page_by_page(catalogue: RunningCentre, bali: Author) -> None:
    page, sizes = await amended(catalogue, bali, 4), []
    cursor = ""
    while cursor != "None":
        found = document(await catalogue.get(f"{page}/history?limit=2&cursor={cursor}"))
        sizes.append(len(of(found["items"])))
        cursor = str(found["next"])
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "bad_query"),
        ("limit=201", "bad_query"),
        ("q=a", "bad_query"),
        ("cursor=x", "bad_cursor"),
        ("cursor=LTE", "bad_cursor"),  # -1
        ("cursor=MWE", "bad_cursor"),  # 1a
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "bad_cursor"),  # more than a log can hold
    ],
)
async def test_what_is_no_page_of_a_history_is_refused(
    catalogue: RunningCentre, bali: Author, query: str, code: str
) -> None:
    answer = await catalogue.get(f"{API}/{bali.record(1)}/history?{query}")
    assert (answer.status, document(answer)["code"]) == (400, code)


async def test_a_page_that_the_reader_has_is_not_sent_again(
    catalogue: RunningCentre, bali: Author
) -> None:
    path = f"{API}/{bali.record(1)}"
    tag = (await catalogue.get(path)).headers["etag"]
    assert (await catalogue.get(path, {"If-None-Match": tag})).status == 304


@pytest.mark.parametrize(
    "record", ["01942b6e-4c00-7000-8000-000000000001", "1", "%2e%2e", "x" * 300, "%00"]
)
@pytest.mark.parametrize("what", ["", "/proof", "/history"])
async def test_an_unknown_innovation_is_not_found(
    centre: RunningCentre, record: str, what: str
) -> None:
    answer = await centre.get(f"{API}/{record}{what}")
    assert (answer.status, document(answer)["code"]) == (404, "not_found")


async def test_the_proof_holds_without_the_centre(catalogue: RunningCentre, bali: Author) -> None:
    answer = await catalogue.get(f"{API}/{bali.record(1)}/proof")
    assert f"{bali.record(1)}.tlog-proof" in answer.headers["content-disposition"]
    proof = parse_proof_file(answer.body)
    assert proof.extra is not None
    extra = parse(proof.extra)
    assert isinstance(extra, dict)
    assert isinstance(extra["verifier_keys"], list)
    key = parse_verifier_key(str(extra["verifier_keys"][0]))
    assert key == catalogue.centre.keys.national.verifier_key
    entry = str(extra["entry"]).encode()
    checkpoint, _ = check_proof_file(proof, entry=entry, origin=key.name, keys=[key])
    assert bali.record(1).encode() in entry
    assert checkpoint.tree.size > proof.index
