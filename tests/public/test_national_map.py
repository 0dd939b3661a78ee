"""The map and the other numbers, each of which leads to what it counts."""

import re
from dataclasses import replace
from html import unescape

import pytest

from central import national
from protocol.facts import award_digest
from tests.support.verdicts import award
from tests.support.visitors import QUEUE, Catalogue


async def text_of(catalogue: Catalogue, measure: str = "") -> str:
    answer = await catalogue.page(f"/peta?ukuran={measure}")
    assert answer.status == 200
    return answer.body.decode()


def by_province(said: str) -> dict[str, int]:
    """What the table beside the map says; provinces without a number are left out."""
    body = said.partition('class="columns"')[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="number">(?:<a .*?>)?(\d+)', body)
    return {name: int(count) for name, count in rows if count != "0"}


@pytest.mark.parametrize(
    ("measure", "counts"),
    [
        ("", {"Bali": 2, "Sulawesi Selatan": 1}),
        ("tahun:2019", {"Bali": 1}),
        ("kategori:Kesehatan", {"Bali": 1, "Sulawesi Selatan": 1}),
        ("direplikasi", {"Bali": 1}),
        ("lengkap", {}),
        ("tidak-ada", {"Bali": 2, "Sulawesi Selatan": 1}),
    ],
)
async def test_the_map_counts_what_is_chosen(
    catalogue_on_either: Catalogue, measure: str, counts: dict[str, int]
) -> None:
    assert by_province(await text_of(catalogue_on_either, measure)) == counts


async def test_the_tiles_say_what_the_table_says(catalogue: Catalogue) -> None:
    said = await text_of(catalogue)
    tiles = re.findall(r"<title>(.*?): (\d+)</title>", said)
    assert len(tiles) == 38
    assert {name: int(it) for name, it in tiles if it != "0"} == by_province(said)


async def test_a_number_is_as_many_as_the_search_behind_it_finds(catalogue: Catalogue) -> None:
    centre, claimed = catalogue.running.centre, QUEUE["awards"][0]
    ruled = replace(
        award("confirmed", scheme="Top 45", year=2021),
        record=catalogue.queue,
        award=award_digest(claimed),
    )
    centre.db.run_sync(lambda conn: national.append(conn, centre, [ruled]))
    for measure in ("", "penghargaan", "tahun:2025", "kategori:Kesehatan"):
        said = await text_of(catalogue, measure)
        links = re.findall(r'<a href="/\?([^"]*)">(\d+)</a>', said)
        assert links
        for query, count in links:
            found = await catalogue.page(f"/api/v1/innovations?{unescape(query)}")
            assert f'"total":{count},'.encode() in found.body, (measure, query)


async def test_what_is_withdrawn_counts_no_more(catalogue: Catalogue) -> None:
    start = len(catalogue.bali.entries)
    catalogue.bali.withdraw(2, "Layanan berhenti.")
    await catalogue.sent(catalogue.bali, start=start)
    assert by_province(await text_of(catalogue))["Bali"] == 1


async def test_the_most_replicated_are_listed(catalogue: Catalogue) -> None:
    listed = (await text_of(catalogue)).partition('id="direplikasi"')[2]
    assert f'href="/inovasi/{catalogue.queue}"' in listed
    assert "1 replikasi" in listed
