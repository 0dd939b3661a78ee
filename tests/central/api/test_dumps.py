import gzip

import pytest

from central.dumps.files import FILES, Dump, keep_only
from central.dumps.making import make_dump
from protocol.canonical import parse
from tests.support.centres import RunningCentre, document
from tests.support.published import Published, publish


@pytest.fixture
async def catalogue(centre: RunningCentre) -> Published:
    return await publish(centre)


@pytest.fixture
def dump(catalogue: Published) -> Dump:
    return make_dump(catalogue.centre.centre, kept=7)


async def test_dumps_are_listed_with_what_they_say_of_themselves(
    catalogue: Published, dump: Dump
) -> None:
    items = document(await catalogue.centre.get("/dumps/"))["items"]
    assert isinstance(items, list)
    paths = [f"/dumps/{dump.name}/{file}" for file in FILES]
    assert items == [{"dump": dump.name, **dump.manifest(), "paths": paths}]


async def test_every_file_is_served_as_it_is(catalogue: Published, dump: Dump) -> None:
    for file, media_type in FILES.items():
        answer = await catalogue.centre.get(f"/dumps/{dump.name}/{file}")
        assert answer.body == (dump.path / file).read_bytes()
        assert answer.headers["content-type"] == media_type
        assert "content-encoding" not in answer.headers


async def test_the_latest_is_the_newest(catalogue: Published, dump: Dump) -> None:
    answer = await catalogue.centre.get("/dumps/latest/innovations.jsonl.gz")
    place = f"/dumps/{dump.name}/innovations.jsonl.gz"
    assert (answer.status, answer.headers["location"]) == (302, place)
    lines = gzip.decompress((await catalogue.centre.get(place)).body).splitlines()
    found = document(await catalogue.centre.get("/api/v1/innovations"))["items"]
    assert isinstance(found, list)
    assert [parse(line) for line in lines] == found[::-1]


async def test_a_part_is_served_and_what_the_reader_has_is_not(
    catalogue: Published, dump: Dump
) -> None:
    path = f"/dumps/{dump.name}/manifest.json"
    part = await catalogue.centre.get(path, {"Range": "bytes=0-9"})
    assert (part.status, part.body) == (206, (dump.path / "manifest.json").read_bytes()[:10])
    tag = (await catalogue.centre.get(path)).headers["etag"]
    assert (await catalogue.centre.get(path, {"If-None-Match": tag})).status == 304


async def test_no_cache_goes_on_with_a_dump_that_is_gone(catalogue: Published, dump: Dump) -> None:
    path = f"/dumps/{dump.name}/innovations.jsonl.gz"
    first = await catalogue.centre.get(path)
    assert first.headers["cache-control"] == "public, max-age=60, must-revalidate"
    assert first.headers["etag"].startswith('"'), "a strong one"
    keep_only(catalogue.centre.centre.folder, 0)
    again = await catalogue.centre.get(path, {"If-None-Match": first.headers["etag"]})
    assert again.status == 404


@pytest.mark.parametrize(
    "path",
    [
        "latest/innovations.jsonl.gz",
        "2026-11-23-7/manifest.json",
        "..%2F/central.toml",
        "latest/..%2F..%2Fkeys.pem",
        ".2026-11-23-7.x.new/manifest.json",
    ],
)
async def test_what_is_no_file_of_a_dump_is_not_found(centre: RunningCentre, path: str) -> None:
    assert (await centre.get(f"/dumps/{path}")).status == 404


async def test_the_lock_and_other_names_are_not_served(catalogue: Published, dump: Dump) -> None:
    assert (await catalogue.centre.get(f"/dumps/{dump.name}/lock")).status == 404
    assert (await catalogue.centre.get("/dumps/lock/manifest.json")).status == 404


async def test_portals_list_a_dump_once_there_is_one(catalogue: Published, dump: Dump) -> None:
    text = (await catalogue.centre.get("/dcat")).body.decode()
    assert "/dumps/latest/innovations.jsonl.gz" in text
    assert dump.size == catalogue.national_size
