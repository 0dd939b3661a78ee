"""API dan unduhan: every way in which other systems read the catalogue, with an example to copy.

A way is shown where the router has it, so the page never promises what this centre does not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from central.web.visit import Visit
from runtime.pages.translating import msg


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One address that programs read.

    Attributes:
        route: as the router names it.
        name: what it is, a proper name or a word.
        sentence: what it is for.
        example: path and query of an example that answers.
        is_file: whether it is kept rather than read.
    """

    route: str
    name: str
    sentence: str
    example: str
    is_file: bool = False


_SEARCH = "/api/v1/innovations"
WAYS: Mapping[str, Sequence[Way]] = {
    msg("API"): (
        Way(
            route=_SEARCH,
            name=msg("Cari inovasi"),
            sentence=msg("JSON, sehalaman demi sehalaman, dengan kata dan saringan yang sama."),
            example=f"{_SEARCH}?province=51&limit=5",
        ),
        Way(
            route="/api/v1/campaigns",
            name=msg("Kampanye pemutakhiran"),
            sentence=msg("Sasaran dan kemajuannya dalam JSON."),
            example="/api/v1/campaigns",
        ),
        Way(
            route="/api/v1/openapi.json",
            name="OpenAPI 3.1",
            sentence=msg("Uraian lengkap API ini untuk pembuat program."),
            example="/api/v1/openapi.json",
        ),
    ),
    msg("Berkas"): (
        Way(
            route=f"{_SEARCH}.csv",
            name="CSV",
            sentence=msg("Untuk lembar kerja dan statistik; satu baris satu inovasi."),
            example=f"{_SEARCH}.csv?province=51",
            is_file=True,
        ),
        Way(
            route=f"{_SEARCH}.xlsx",
            name="XLSX",
            sentence=msg("Lembar kerja dengan judul kolom."),
            example=f"{_SEARCH}.xlsx?province=51",
            is_file=True,
        ),
        Way(
            route=f"{_SEARCH}.jsonl",
            name="JSON Lines",
            sentence=msg("Semua isian, satu inovasi satu baris JSON."),
            example=f"{_SEARCH}.jsonl?province=51",
            is_file=True,
        ),
        Way(
            route=f"{_SEARCH}.geojson",
            name="GeoJSON",
            sentence=msg("Untuk peta: satu titik per inovasi, di ibu kota provinsinya."),
            example=f"{_SEARCH}.geojson?province=51",
            is_file=True,
        ),
        Way(
            route=f"{_SEARCH}.parquet",
            name="Parquet",
            sentence=msg("Untuk analisis kolom; hanya bila pusat memasang bagian itu."),
            example=f"{_SEARCH}.parquet?province=51",
            is_file=True,
        ),
        Way(
            route="/dumps/",
            name=msg("Salinan penuh setiap malam"),
            sentence=msg("Seluruh katalog umum dengan titik periksa yang membuktikannya."),
            example="/dumps/",
        ),
    ),
    msg("Panen oleh portal lain"): (
        Way(
            route="/oai",
            name="OAI-PMH 2.0",
            sentence=msg("Untuk perpustakaan dan pengelola pengetahuan."),
            example="/oai?verb=Identify",
        ),
        Way(
            route="/dcat",
            name="DCAT 3",
            sentence=msg("JSON-LD untuk portal data."),
            example="/dcat",
        ),
        Way(
            route="/api/3/action/package_list",
            name="CKAN",
            sentence=msg("Bentuk jawaban CKAN untuk portal data daerah."),
            example="/api/3/action/package_list",
        ),
        Way(
            route="/umpan/{name}.atom",
            name="Atom",
            sentence=msg("Umpan inovasi baru untuk pembaca berita."),
            example="/umpan/inovasi-baru.atom",
        ),
    ),
    msg("Arti data dan bukti"): (
        Way(
            route="/metadata",
            name=msg("Kamus data"),
            sentence=msg("Setiap isian dengan arti, bentuk, dan tabel acuannya."),
            example="/metadata",
        ),
        Way(
            route="/api/v1/checkpoint",
            name=msg("Titik periksa log nasional"),
            sentence=msg("Ukuran dan akar log yang ditandatangani, dan hub yang mengonfirmasinya."),
            example="/api/v1/checkpoint",
        ),
    ),
}
"""What there may be, by headings."""


async def open_data_page(visit: Visit) -> web.Response:
    """What this centre answers to programs."""
    resources = visit.request.app.router.resources()
    there = {it.canonical for it in resources}
    groups = {
        heading: shown
        for heading, ways in WAYS.items()
        if (shown := [it for it in ways if it.route in there])
    }
    return await visit.public_page(
        "open_data.html",
        here="data",
        groups=groups,
        address_of=visit.address_of,
        licence=visit.site.settings.licence,
    )
