"""An innovation's page as anybody reads it, and what stands at the address of one that is gone."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from central import national, projection
from central.casework import redaction
from protocol.canonical import parse
from protocol.entries.decisions import Decision
from protocol.facts import award_digest
from protocol.tlog_proof import parse_proof_file
from tests.support.redacting import RINA, order
from tests.support.verdicts import HIDDEN, NUMBERED, award, merged
from tests.support.visitors import QUEUE, Catalogue


def decide(catalogue: Catalogue, decision: Decision) -> None:
    centre = catalogue.running.centre
    centre.db.run_sync(lambda conn: national.append(conn, centre, [decision]))


async def text_of(catalogue: Catalogue, path: str, status: int = 200) -> str:
    answer = await catalogue.page(path)
    assert answer.status == status, answer.body[:500]
    return answer.body.decode()


async def test_a_page_says_everything_that_the_record_does(catalogue_on_either: Catalogue) -> None:
    catalogue = catalogue_on_either
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    for sentence in (
        "<h1>Antrean daring puskesmas</h1>",
        "Warga mengambil nomor antrean puskesmas dari rumah",
        "Loket cukup satu.",
        "4/5",
        "-87,5 %",
        "Diterapkan di 3 wilayah pada 3 provinsi oleh 3 instansi.",
        "1 replikasi langsung, 1 seluruhnya.",
        "Antre dari rumah Makassar",
        "Semua puskesmas di Bali",
        "Belum diisi:",
    ):
        assert sentence in said, sentence


async def test_a_change_from_nothing_has_no_percentage(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    assert "Pendaftar daring" in said
    assert "#DIV" not in said
    assert "inf" not in said.partition("Pendaftar daring")[2].partition("</tr>")[0]


async def test_the_road_map_runs_forward_in_time(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    road = said.partition('class="timeline"')[2]
    assert 0 < road.index("Tiga kabupaten") < road.index("Semua puskesmas di Bali")


async def test_a_replication_leads_to_its_original(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.replica}")
    tree = said.partition('id="silsilah"')[2].partition("</section>")[0]
    assert f'href="/inovasi/{catalogue.queue}"' in tree
    assert "menurut hub itu sendiri" in tree


def claim_in(page: str) -> str:
    """What the page says of the original that the hub names."""
    return page.partition("ID inovasi asal</dt>")[2].partition("</dd>")[0]


async def test_the_original_that_a_hub_names_is_called_by_its_title(catalogue: Catalogue) -> None:
    claim = claim_in(await text_of(catalogue, f"/inovasi/{catalogue.replica}"))
    assert f'<a href="/inovasi/{catalogue.queue}">Antrean daring puskesmas</a>' in claim


async def test_of_an_original_that_readers_do_not_see_there_is_no_title(
    catalogue: Catalogue,
) -> None:
    decide(catalogue, replace(HIDDEN, record=catalogue.queue))
    claim = claim_in(await text_of(catalogue, f"/inovasi/{catalogue.replica}"))
    assert f"<code>{catalogue.queue}</code>" in claim
    assert "Antrean daring" not in claim


async def test_what_the_centre_says_stands_beside_what_the_hub_says(catalogue: Catalogue) -> None:
    decide(catalogue, replace(NUMBERED, record=catalogue.queue))
    claimed = QUEUE["awards"][0]
    ruled = replace(
        award("confirmed", scheme="Top 45", year=2021),
        record=catalogue.queue,
        award=award_digest(claimed),
    )
    decide(catalogue, ruled)
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    assert "NRI 2026-000001" in said
    assert "Dikonfirmasi" in said
    assert "Belum diperiksa" in said
    assert "Kementerian PANRB, akun rina" in said


async def test_the_history_says_who_decided_what_where(catalogue: Catalogue) -> None:
    await catalogue.publish(catalogue.bali, {"short_name": "ANTRE"}, number=1)
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    history = said.partition('id="riwayat"')[2].partition("</section>")[0]
    assert history.count("Menulis isian") == 2
    assert "Hub 51" in history
    assert "entri 1 log jippnas.test/hub/51/1" in history


async def test_the_page_names_who_cosigned_the_file_that_it_offers(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    panel = said.partition('id="periksa"')[2].partition("</section>")[0]
    assert "Hub 51" in panel
    assert "Hub 73" in panel
    proof = await catalogue.page(f"/api/v1/innovations/{catalogue.queue}/proof")
    note = parse_proof_file(proof.body).checkpoint.decode()
    for author in (catalogue.bali, catalogue.makassar):
        assert author.witness_key.name in note


async def test_nobody_is_named_who_did_not_cosign(catalogue: Catalogue) -> None:
    other = await catalogue.publish(catalogue.bali, {"title": "Layanan baru", "region": "51"})
    catalogue.cosign(catalogue.bali)
    said = await text_of(catalogue, f"/inovasi/{other}")
    panel = said.partition('id="periksa"')[2].partition("</section>")[0]
    assert "Hub 51" in panel
    assert "Hub 73" not in panel


async def test_similar_innovations_are_of_the_same_category(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    similar = said.partition("Inovasi serupa")[2]
    assert catalogue.replica in similar
    assert catalogue.market not in similar


async def test_what_was_redacted_is_said_to_be_gone(catalogue: Catalogue) -> None:
    centre = catalogue.running.centre

    def work(conn: Connection) -> None:
        (newest,) = projection.history(conn, centre, catalogue.queue, limit=1)
        wanted = order(catalogue.bali, fields=("background",), place=newest["place"])
        redaction.redact(conn, centre, wanted, RINA)

    centre.db.run_sync(work)
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}")
    assert "isinya dihapus" in said
    assert "Isi dihapus (redaksi)" in said
    assert "Warga menunggu sejak subuh" not in said


async def test_an_unknown_id_is_a_page_that_offers_a_search(catalogue: Catalogue) -> None:
    for path in ("/inovasi/01910000-0000-7000-8000-000000000000", "/inovasi/x"):
        assert 'action="/"' in await text_of(catalogue, path, status=404)


async def test_a_withdrawn_innovation_is_gone_and_says_why(catalogue: Catalogue) -> None:
    start = len(catalogue.bali.entries)
    catalogue.bali.withdraw(2, "Layanan berhenti.")
    await catalogue.sent(catalogue.bali, start=start)
    said = await text_of(catalogue, f"/inovasi/{catalogue.market}", status=410)
    assert "Inovasi ini ditarik" in said
    assert "Alasan: Layanan berhenti." in said


async def test_a_hidden_innovation_shows_nothing_of_its_content(catalogue: Catalogue) -> None:
    decide(catalogue, replace(HIDDEN, record=catalogue.market))
    said = await text_of(catalogue, f"/inovasi/{catalogue.market}", status=410)
    assert "Inovasi ini disembunyikan pusat" in said
    assert "Pasar daring" not in said


async def test_a_merged_innovation_leads_to_the_one_that_stands_for_it(
    catalogue: Catalogue,
) -> None:
    decide(catalogue, merged(record=catalogue.queue, absorbed=catalogue.market))
    answer = await catalogue.page(f"/inovasi/{catalogue.market}")
    place = answer.headers["location"]
    assert (answer.status, place) == (
        301,
        f"/inovasi/{catalogue.queue}?dari={catalogue.market}",
    )
    assert f"Inovasi {catalogue.market} digabung ke inovasi ini." in await text_of(catalogue, place)


async def test_who_only_claims_to_come_from_another_is_not_believed(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}?dari={catalogue.market}")
    assert "digabung ke inovasi ini" not in said


async def test_a_page_is_kept_and_asked_for_again_for_nothing(catalogue: Catalogue) -> None:
    path = f"/inovasi/{catalogue.queue}"
    first = await catalogue.page(path)
    assert first.headers["cache-control"] == "public, max-age=60"
    assert {"Accept-Language", "Cookie"} <= {it.strip() for it in first.headers["vary"].split(",")}
    again = await catalogue.page(path, {"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    await catalogue.publish(catalogue.bali, {"short_name": "ANTRE"}, number=1)
    changed = await catalogue.page(path, {"If-None-Match": first.headers["etag"]})
    assert changed.status == 200


async def test_machines_find_the_data_and_the_address_that_stays(catalogue: Catalogue) -> None:
    said = await text_of(catalogue, f"/inovasi/{catalogue.queue}?x=1")
    assert f'<link rel="canonical" href="{catalogue.url}/inovasi/{catalogue.queue}">' in said
    alternate = f"/api/v1/innovations/{catalogue.queue}"
    assert f'<link rel="alternate" type="application/json" href="{alternate}">' in said
    answer = parse((await catalogue.page(alternate)).body)
    assert isinstance(answer, dict)
    assert answer["id"] == catalogue.queue


async def test_a_page_reads_in_english(catalogue: Catalogue) -> None:
    answer = await catalogue.page(f"/inovasi/{catalogue.queue}", {"Accept-Language": "en"})
    said = answer.body.decode()
    assert "Check it yourself" in said
    assert "Periksa sendiri" not in said


@pytest.mark.parametrize(("ending", "words"), [("bib", "@misc{"), ("ris", "TY  - DATA\r\n")])
async def test_a_citation_is_a_file(catalogue: Catalogue, ending: str, words: str) -> None:
    answer = await catalogue.page(f"/inovasi/{catalogue.queue}/kutipan.{ending}")
    assert answer.status == 200
    assert answer.body.decode().startswith(words)
    assert f"{catalogue.queue}.{ending}" in answer.headers["content-disposition"]


async def test_what_is_gone_is_not_cited(catalogue: Catalogue) -> None:
    decide(catalogue, replace(HIDDEN, record=catalogue.market))
    assert (await catalogue.page(f"/inovasi/{catalogue.market}/kutipan.bib")).status == 404
