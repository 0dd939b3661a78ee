import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from central.api import exports
from central.app import build_web
from central.outlets import exporting
from central.outlets.exporting import FORMATS
from central.settings import CentralSettings
from protocol.canonical import parse
from runtime.http.turns import Turns
from runtime.ports import Response
from tests.support.centres import AUTHORITY, RunningCentre, document
from tests.support.decided import until
from tests.support.published import FORMULA, OF_LAN, Published, publish
from tests.support.servers import ask, served

API = "/api/v1/innovations"
ENDINGS = tuple(FORMATS)


@pytest.fixture
async def catalogue(centre: RunningCentre) -> Published:
    return await publish(centre)


def rows_of(answer: Response) -> list[dict[str, str]]:
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


def sheet_of(answer: Response) -> list[dict[str, Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.body))
    heads, *rows = book.get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def parquet_of(answer: Response) -> list[dict[str, Any]]:
    return [*parquet.read_table(io.BytesIO(answer.body)).to_pylist()]


def features_of(answer: Response) -> list[dict[str, Any]]:
    value: Any = document(answer)
    assert value["type"] == "FeatureCollection"
    return [*value["features"]]


async def test_a_row_an_innovation_the_newest_first(catalogue: Published) -> None:
    rows = rows_of(await catalogue.centre.get(f"{API}.csv"))
    assert [row["title"] for row in rows] == [
        "Laboratorium inovasi",
        "Perizinan satu pintu",
        "Antrean daring puskesmas",
    ]


async def test_json_lines_are_the_items_of_the_search(catalogue: Published) -> None:
    found = document(await catalogue.centre.get(API))["items"]
    lines = (await catalogue.centre.get(f"{API}.jsonl")).body.splitlines()
    assert [parse(line) for line in lines] == found


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_file_holds_what_the_same_query_finds(catalogue: Published, ending: str) -> None:
    answer = await catalogue.centre.get(f"{API}.{ending}?hub=lan")
    assert answer.status == 200
    match ending:
        case "csv":
            titles = [row["title"] for row in rows_of(answer)]
        case "xlsx":
            titles = [row["title"] for row in sheet_of(answer)]
        case "parquet":
            titles = [row["title"] for row in parquet_of(answer)]
        case "geojson":
            titles = [it["properties"]["title"] for it in features_of(answer)]
        case _:
            lines: list[Any] = [parse(line) for line in answer.body.splitlines()]
            titles = [line["record"]["title"] for line in lines]
    assert titles == [OF_LAN["title"]]


async def test_fields_lists_and_objects_have_their_columns(catalogue: Published) -> None:
    row = rows_of(await catalogue.centre.get(f"{API}.csv?q=antrean"))[0]
    assert row["agency.name"] == "Provinsi Bali"
    assert row["sdgs"] == "3;16"
    assert row["replication.open"] == "true"
    assert row["budget"] == "25000000"
    assert parse(row["outputs"].encode()) == [
        {"indicator": "Waktu tunggu", "unit": "menit", "value": "28"}
    ]


async def test_awards_stand_with_what_the_centre_says_of_them(catalogue: Published) -> None:
    row = rows_of(await catalogue.centre.get(f"{API}.csv?q=antrean"))[0]
    assert parse(row["awards"].encode()) == [{"scheme": "Top 45", "year": 2021, "standing": "open"}]


async def test_no_cell_of_csv_is_a_formula(catalogue: Published) -> None:
    row = rows_of(await catalogue.centre.get(f"{API}.csv?q=antrean"))[0]
    assert row["short_name"] == f"'{FORMULA}"


async def test_a_workbook_holds_texts_numbers_and_yes_or_no(catalogue: Published) -> None:
    row = sheet_of(await catalogue.centre.get(f"{API}.xlsx?q=antrean"))[0]
    assert (row["short_name"], row["budget"], row["replication.open"]) == (FORMULA, 25e6, True)
    assert row["region"] == "51.71"


async def test_a_column_of_parquet_has_its_type(catalogue: Published) -> None:
    row = parquet_of(await catalogue.centre.get(f"{API}.parquet?q=antrean"))[0]
    assert (row["budget"], row["replication.open"], row["complete"]) == (25_000_000, True, False)
    assert (row["short_name"], row["impact"]) == (FORMULA, None)


async def test_a_feature_is_at_the_seat_of_its_province_and_says_so(catalogue: Published) -> None:
    found = {it["id"]: it for it in features_of(await catalogue.centre.get(f"{API}.geojson"))}
    denpasar, of_lan = found[catalogue.bali.record(1)], found[catalogue.lan.record(3)]
    assert denpasar["geometry"] == {"type": "Point", "coordinates": [115.2, -8.7]}
    assert denpasar["properties"]["position"] == "seat of the province, to 0.1 degree"
    assert (of_lan["geometry"], of_lan["properties"]["position"]) == (None, None)


async def test_without_its_library_a_format_is_refused_and_the_answer_says_how_to_have_it(
    catalogue: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "find_spec", lambda _name: None)
    answer = document(await catalogue.centre.get(f"{API}.parquet"))
    assert (answer["code"], answer["status"]) == ("export_format_missing", 404)
    assert "extra `parquet`" in str(answer["detail"])


@pytest.mark.parametrize(
    ("header", "heading"),
    [
        ("fields", "agency.name"),
        ("id", "Instansi: Nama instansi"),
        ("en", "Agency: Name of the agency"),
    ],
)
async def test_the_reader_chooses_what_stands_above_the_columns(
    catalogue: Published, header: str, heading: str
) -> None:
    for read, ending in ((rows_of, "csv"), (sheet_of, "xlsx")):
        rows: list[Mapping[str, Any]] = [
            *read(await catalogue.centre.get(f"{API}.{ending}?header={header}"))
        ]
        assert rows[0][heading] == "Lembaga Administrasi Negara"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (".csv?limit=5", "bad_query"),
        (".csv?cursor=x", "bad_query"),
        (".csv?header=judul", "bad_query"),
        (".jsonl?header=id", "bad_query"),
        (".csv?campaign=tidak-ada", "campaign_unknown"),
        (".exe", "not_found"),
    ],
)
async def test_what_no_file_can_be_made_of_is_refused(
    centre: RunningCentre, path: str, code: str
) -> None:
    answer = await centre.get(API + path)
    assert document(answer)["code"] == code


@pytest.mark.parametrize("ending", ENDINGS)
async def test_the_same_innovations_are_the_same_bytes_under_the_same_tag(
    catalogue: Published, ending: str
) -> None:
    first = await catalogue.centre.get(f"{API}.{ending}")
    again = await catalogue.centre.get(f"{API}.{ending}")
    assert (first.body, first.headers["etag"]) == (again.body, again.headers["etag"])


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_file_that_the_reader_has_is_not_made_again(
    catalogue: Published, ending: str
) -> None:
    path = f"{API}.{ending}?hub=51"
    tag = (await catalogue.centre.get(path)).headers["etag"]
    assert (await catalogue.centre.get(path, {"If-None-Match": tag})).status == 304
    other = await catalogue.centre.get(f"{API}.{ending}?hub=lan", {"If-None-Match": tag})
    assert other.status == 200


async def test_a_decision_gives_a_file_another_tag(catalogue: Published) -> None:
    path, start = f"{API}.csv", len(catalogue.bali.entries)
    tag = (await catalogue.centre.get(path)).headers["etag"]
    catalogue.bali.put(1, {"title": "Antrean daring kota"}, national=catalogue.national_size)
    await catalogue.say(catalogue.bali, start)
    again = await catalogue.centre.get(path, {"If-None-Match": tag})
    assert (again.status, again.headers["etag"] != tag) == (200, True)


async def test_an_empty_result_is_a_file_with_its_headings(centre: RunningCentre) -> None:
    answer = await centre.get(f"{API}.csv")
    assert answer.body.decode("utf-8-sig").startswith("id,hub,number,state,")
    assert rows_of(answer) == []


async def test_more_than_a_file_holds_is_refused(
    catalogue: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "RECORDS_MAX", 2)
    answer = await catalogue.centre.get(f"{API}.csv")
    assert (answer.status, document(answer)["code"]) == (400, "export_too_large")


@dataclass(frozen=True, slots=True)
class Stopped:
    """Another face of the centre, at which no file is made before `go_on` is called."""

    url: str
    files: Turns
    making: Turns
    go_on: Callable[[], Awaitable[None]]

    async def asked(self, ending: str) -> "asyncio.Task[Response]":
        """A wish for a file, which waits."""
        task = asyncio.create_task(ask(f"{self.url}{API}.{ending}"))
        await until(lambda: self.making.waiting_count == 1)
        return task


@asynccontextmanager
async def with_turns_taken(running: RunningCentre) -> AsyncIterator[Stopped]:
    app = build_web(running.centre, running.reconciler, CentralSettings(authority=AUTHORITY))
    making = app[exports.MAKING]
    async with AsyncExitStack() as turns, served(app) as url:
        for _ in range(exports.AT_ONCE):
            await turns.enter_async_context(making.taken())
        yield Stopped(url, app[exports.FILES], making, turns.aclose)


async def test_who_would_wait_behind_too_many_is_told_to_come_back(
    centre: RunningCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "WAITING_MAX", 0)
    async with with_turns_taken(centre) as stopped:
        answer = await ask(f"{stopped.url}{API}.csv")
    assert (answer.status, document(answer)["code"]) == (503, "busy")


async def test_a_decision_that_comes_before_the_file_is_made_is_in_its_tag_as_in_its_bytes(
    catalogue: Published,
) -> None:
    start = len(catalogue.bali.entries)
    async with with_turns_taken(catalogue.centre) as stopped:
        asked = await stopped.asked("jsonl")
        catalogue.bali.put(1, {"title": "Antrean kota"}, national=catalogue.national_size)
        await catalogue.say(catalogue.bali, start)
        await stopped.go_on()
        made, after = await asked, await catalogue.centre.get(f"{API}.jsonl")
    assert made.body == after.body
    assert made.headers["etag"] == after.headers["etag"]


async def test_beyond_so_many_files_a_reader_is_told_to_come_back(
    catalogue: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FILES_MAX", 1)
    async with with_turns_taken(catalogue.centre) as stopped:
        first = await stopped.asked("csv")
        second = await ask(f"{stopped.url}{API}.csv")
        await stopped.go_on()
        assert (second.status, document(second)["code"]) == (503, "busy")
        assert int(second.headers["retry-after"]) > 0
        assert (await first).status == 200
        await until(lambda: not stopped.files.is_full)
        assert (await ask(f"{stopped.url}{API}.csv")).status == 200
