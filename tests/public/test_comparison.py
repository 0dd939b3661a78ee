"""Innovations side by side, and what stands there where too few are named."""

from tests.support.visitors import Catalogue


async def text_of(catalogue: Catalogue, *ids: str) -> str:
    asked = "&".join(f"id={it}" for it in ids)
    answer = await catalogue.page(f"/bandingkan?{asked}")
    assert answer.status == 200
    return answer.body.decode()


def row(said: str, label: str) -> str:
    return said.partition(f'<th scope="row">{label}')[2].partition("</tr>")[0]


async def test_two_stand_side_by_side_with_what_differs_marked(
    catalogue_on_either: Catalogue,
) -> None:
    catalogue = catalogue_on_either
    said = await text_of(catalogue, catalogue.queue, catalogue.replica)
    assert "Loket cukup satu." in row(said, "Efisien")
    assert "Satu petugas melayani semua." in row(said, "Efisien")
    assert "berbeda" in row(said, "Wilayah")
    assert "berbeda" not in row(said, "Kategori KIPP")


async def test_what_is_the_same_stands_once_and_can_be_left_out(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, catalogue.queue, catalogue.replica)
    assert row(said, "Kategori KIPP").count("<td") == 1
    brief = await text_of(catalogue, catalogue.queue, f"{catalogue.replica}&hanya=beda")
    assert '<th scope="row">Kategori KIPP' not in brief
    assert '<th scope="row">Wilayah' in brief
    assert f"id={catalogue.replica}&amp;hanya=beda" in said


async def test_a_description_that_is_nearly_the_other_has_its_words_marked(
    catalogue: Catalogue,
) -> None:
    text = "Warga mengambil nomor antrean dari rumah sebelum datang."
    ids = [
        await catalogue.publish(catalogue.bali, {"title": place, "region": "51", "summary": it})
        for place, it in (("Layanan A", text), ("Layanan B", text.replace("rumah", "kantor")))
    ]
    said = row(await text_of(catalogue, *ids), "Ringkasan")
    assert "mirip" in said
    assert "<mark>rumah </mark>" in said
    assert "<mark>kantor </mark>" in said


async def test_before_and_after_are_read_across(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, catalogue.queue, catalogue.replica)
    line = row(said, "Pembandingan sebelum-sesudah")
    assert "Waktu tunggu: 120 → 15 menit (-87,5 %)" in line
    assert "Tidak disebut" in line


async def test_what_one_alone_says_is_no_difference(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, catalogue.queue, catalogue.replica)
    assert "berbeda" not in row(said, "Latar belakang")


async def test_of_five_four_are_compared_and_the_page_says_so(catalogue: Catalogue) -> None:
    more = [
        await catalogue.publish(catalogue.bali, {"title": f"Layanan {it}", "region": "51"})
        for it in "ABC"
    ]
    said = await text_of(catalogue, catalogue.queue, catalogue.replica, *more)
    assert "Layanan B" in said
    assert "Layanan C" not in said
    assert "paling banyak empat" in said


async def test_one_alone_is_offered_similar_ones(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, catalogue.queue)
    assert f'name="id" value="{catalogue.queue}"' in said
    assert f'value="{catalogue.replica}" checked' in said


async def test_none_at_all_is_a_page_that_helps(catalogue: Catalogue) -> None:
    assert "Pilih dua sampai empat inovasi" in await text_of(catalogue)


async def test_ids_that_nothing_has_are_left_out_aloud(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, catalogue.queue, "01910000-0000-7000-8000-000000000000", "x")
    assert "Sebagian inovasi di alamat ini tidak ada" in said
