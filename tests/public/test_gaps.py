"""The table of categories by provinces, and what a gap leads to."""

import re

from tests.support.visitors import HEALTH, MARKETS, Catalogue


async def text_of(catalogue: Catalogue, query: str = "") -> str:
    answer = await catalogue.page(f"/celah?{query}")
    assert answer.status == 200
    return answer.body.decode()


def cells(said: str, province: str) -> list[int]:
    row = said.partition(f'provinsi={province}#rincian">')[2].partition("</tr>")[0]
    return [int(it) for it in re.findall(r">(\d+)</a></td>", row)]


async def test_each_province_says_how_many_each_category_has(
    catalogue_on_either: Catalogue,
) -> None:
    said = await text_of(catalogue_on_either)
    assert said.index(HEALTH) < said.index(MARKETS)
    assert cells(said, "51") == [1, 1]
    assert cells(said, "73") == [1, 0]
    assert cells(said, "11") == [0, 0]
    assert "73 celah" in said  # 38 provinces, 2 categories, 3 innovations


async def test_of_a_province_without_a_hub_that_is_said(catalogue: Catalogue) -> None:
    said = await text_of(catalogue)
    rows = dict(re.findall(r'provinsi=(\d\d)#rincian">(.*?)</th>', said))
    assert ("belum ada hub" in rows["51"], "belum ada hub" in rows["11"]) == (False, True)


async def test_a_gap_leads_to_what_could_be_taken_over_the_nearest_first(
    catalogue: Catalogue,
) -> None:
    far = {"title": "Posyandu Papua", "region": "91", "category": HEALTH}
    other = await catalogue.publish(catalogue.makassar, far)
    said = await text_of(catalogue, f"provinsi=82&kategori={HEALTH}")
    details = said.partition('id="rincian"')[2].partition("</section>")[0]
    assert "Belum ada inovasi di provinsi ini dalam kategori ini." in details
    places = [details.index(it) for it in (catalogue.replica, other, catalogue.queue)]
    assert places == sorted(places)
    assert f"/?category={HEALTH}" in details


async def test_what_a_province_has_itself_is_not_offered_to_it(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"provinsi=51&kategori={HEALTH}")
    details = said.partition('id="rincian"')[2].partition("</section>")[0]
    assert "1 inovasi di provinsi ini" in details
    assert catalogue.queue not in details
    assert catalogue.replica in details


async def test_a_province_names_the_categories_that_it_lacks(catalogue: Catalogue) -> None:
    details = (await text_of(catalogue, "provinsi=73")).partition('id="rincian"')[2]
    assert "1 kategori belum punya inovasi" in details


async def test_a_category_names_the_provinces_that_lack_it(catalogue: Catalogue) -> None:
    details = (await text_of(catalogue, f"kategori={HEALTH}")).partition('id="rincian"')[2]
    assert "36 provinsi belum punya inovasi" in details


async def test_values_that_nothing_has_show_the_whole_table(catalogue: Catalogue) -> None:
    assert 'id="rincian"' not in await text_of(catalogue, "provinsi=00&kategori=x")


async def test_what_names_no_category_is_said_to_be_left_out(catalogue: Catalogue) -> None:
    await catalogue.publish(catalogue.bali, {"title": "Tanpa kategori", "region": "51"})
    assert "1 inovasi belum menyebut kategorinya" in await text_of(catalogue)
