"""Every screen of a node: its route, and where a person finds it. Made from the routes.

A route with names in it, such as `/inovasi/{record}`, is found as people find it: the first link on
a page that leads there. A new page needs a line in `STARTS` only if its route has such names, and a
line in `NO_SCREENS` only if it is no screen; a test fails until it has one.
"""

from collections.abc import Mapping

from deploy.screenshots.screen import Screen, plain
from hubnode.web.routes import FOR_ROLES, IMPORTS, INNOVATIONS, OPEN

BALI, KEMENKES, NEW = "51", "kemenkes", "new"
"""Hubs of the demo, and a node that is not enrolled yet."""

STARTS: Mapping[str, str] = {
    "/keputusan/benturan/{record}/{field}": "/keputusan?jenis=conflict",
    "/keputusan/usulan/{place}": "/keputusan?jenis=proposal",
    "/keputusan/perubahan/{number}": "/keputusan?jenis=applied",
    "/katalog/{record}": "/katalog?q=ambulans",
    "/katalog/{record}/usul": "/katalog?q=ambulans",
    "/katalog/{record}/replikasi": "/katalog?q=ambulans",
    "/replikasi/{replication}": "/replikasi",
    "/impor/riwayat/{number}": "/impor",
    "/impor/riwayat/{number}/batal": "/impor",
    "/impor/{id}": "/impor",
    "/impor/{id}/kolom": "/impor",
    "/impor/{id}/salah": "/impor",
    "/inovasi/draf/{draft}": "/inovasi?state=draft",
    "/inovasi/draf/{draft}/buang": "/inovasi?state=draft",
    "/inovasi/draf/{draft}/terbit": "/inovasi?state=draft",
    "/inovasi/{record}": "/inovasi?state=published",
    "/inovasi/{record}/ubah": "/inovasi?state=published",
    "/inovasi/{record}/tarik": "/inovasi?state=published",
    "/inovasi/{record}/tampilkan": "/inovasi?state=withdrawn",
}
"""On which page of Bali's node there is a link to it, or to the page that it belongs to."""

NO_SCREENS: Mapping[str, str] = {
    "/sinkronisasi/kemajuan": "a part of Sinkronisasi",
    "/impor/riwayat/{number}/kemajuan": "a part of an import",
    "/impor/{id}/kemajuan": "a part of an import",
    "/impor/templat.xlsx": "a file",
    "/impor/{id}/salah.{ending}": "a file",
    "/pengaturan/cadangan/{name}": "a file",
    "/inovasi/baru": "leads to the form",
    "/katalog/bandingkan": "among MORE, as it asks for two innovations",
}
"""Routes that are answered without a screen of their own, and why."""

BEFORE = {"/masuk": KEMENKES, "/mulai": NEW}
"""Screens of somebody who has not signed in, and whose node shows them."""

AT_NEW = frozenset(["/mulai", "/mulai/pendaftaran", "/mulai/kunci", "/mulai/cadangan"])
"""Screens that a node has before it is enrolled."""

MORE: tuple[tuple[str, str, str], ...] = (
    ("home-samples", KEMENKES, "/"),
    ("innovations-samples", KEMENKES, "/inovasi?state=sample"),
    ("decisions-empty", KEMENKES, "/keputusan"),
    ("replications-empty", KEMENKES, "/replikasi"),
    ("catalogue-nothing-found", BALI, "/katalog?q=zzzz"),
    ("innovations-nothing-found", BALI, "/inovasi?query=zzzz"),
    ("innovations-campaign", BALI, "/inovasi?campaign=2026"),
    ("catalogue-compared", BALI, "/katalog/bandingkan?id={0}&id={1}"),
    ("problem", BALI, "/katalog/01900000-0000-7000-8000-000000000000"),
    ("home-not-enrolled", NEW, "/"),
    ("sync-not-enrolled", NEW, "/sinkronisasi"),
    ("innovations-not-enrolled", NEW, "/inovasi"),
    ("decisions-not-enrolled", NEW, "/keputusan"),
    ("catalogue-empty", NEW, "/katalog"),
    ("imports-not-enrolled", NEW, "/impor"),
    ("health-not-enrolled", NEW, "/kesehatan"),
    ("settings-not-enrolled", NEW, "/pengaturan"),
)
"""States of screens that the routes do not tell apart: name of the picture, whose node, address;
`{0}` and `{1}` stand for two innovations of the catalogue."""


def pages() -> list[str]:
    """Every route that somebody may open, as `plain`."""
    open_to_all = [path for method, path, _ in OPEN if method == "GET"]
    rows = (*FOR_ROLES, *IMPORTS, *INNOVATIONS)
    return [plain(it) for it in (*open_to_all, *(row[1] for row in rows if row[0] == "GET"))]


def screens() -> list[Screen]:
    """Every screen, in the order of the routes."""
    return [
        Screen(route=it, at=_hub_of(it), start=STARTS.get(it, ""))
        for it in pages()
        if it not in NO_SCREENS
    ]


def _hub_of(route: str) -> str:
    return BEFORE.get(route, NEW if route in AT_NEW else BALI)
