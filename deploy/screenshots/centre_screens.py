"""Every screen of the centre, the desk's and the public ones: made from the routes.

As for a node's (`node_screens`): a new page needs a line in `STARTS` only if its route has names in
it, and one in `NO_SCREENS` only if it is no screen.
"""

from collections.abc import Mapping

from central.web.routes import FOR_RIGHTS, MINE, OPEN, PUBLIC
from deploy.screenshots.screen import Screen, plain

CENTRE, VISITOR = "centre", "visitor"
"""Somebody who is signed in at the centre's desk, and somebody who is not."""

STARTS: Mapping[str, str] = {
    "/inovasi/{record}": "/",
    "/pusat/akun/{name}": "/pusat/akun",
    "/pusat/benturan/{record}/{field}": "/pusat/benturan",
    "/pusat/dugaan-ganda/{record}/{other}": "/pusat/dugaan-ganda",
    "/pusat/ditahan/{place}": "/pusat/ditahan",
    "/pusat/kampanye/{campaign}": "/pusat/kampanye",
    "/pusat/kampanye/{campaign}/inovasi": "/pusat/kampanye",
    "/pusat/jejak/{place}": "/pusat/jejak",
    "/pusat/hub/{hub}": "/pusat/hub",
    "/pusat/hub/{hub}/undang-ulang": "/pusat/hub",
    "/pusat/hub/{hub}/{act}": "/pusat/hub/51",
    "/pusat/webhook/{webhook}": "/pusat/webhook",
}
"""On which page there is a link to it, or to the page that it belongs to."""

NO_SCREENS: Mapping[str, str] = {
    "/inovasi/{record}/kutipan.bib": "is a file",
    "/inovasi/{record}/kutipan.ris": "is a file",
    "/masuk/kode": "asks for a code, which the demo's account has not",
    "/pusat/benturan/{record}": "leads to the first conflict of a record",
    "/pusat/ditahan/banyak": "among MORE, as it asks for a hub and a cause",
    "/pusat/mutu/inovasi": "among MORE, as it asks what for",
    "/pusat/kampanye/{campaign}/laporan": "a file",
    "/pusat/jejak/berkas": "a file",
    "/pusat/jejak/tindakan/berkas": "a file",
    "/pusat/jejak/{place}/bukti": "a file",
}
"""Routes that are answered without a screen of their own, and why."""

MORE: tuple[tuple[str, str, str], ...] = (
    ("centre-cari-kosong", VISITOR, "/?q=zzzz"),
    ("centre-peta-direplikasi", VISITOR, "/peta?ukuran=direplikasi"),
    ("centre-celah-provinsi", VISITOR, "/celah?provinsi=11"),
    ("centre-ditahan-banyak", CENTRE, "/pusat/ditahan/banyak?hub=35&sebab=usulan"),
    ("centre-mutu-inovasi", CENTRE, "/pusat/mutu/inovasi?perlu=stale"),
    ("centre-tidak-ada", VISITOR, "/inovasi/01900000-0000-7000-8000-000000000000"),
)
"""States of screens that the routes do not tell apart: name of the picture, who looks, address."""


def pages() -> dict[str, str]:
    """Every route that somebody may open, as `plain`, and who looks at it."""
    public = [path for path, _ in PUBLIC]
    public += [path for method, path, _ in OPEN if method == "GET"]
    desk = [path for method, path, _ in MINE if method == "GET"]
    desk += [row[1] for row in FOR_RIGHTS if row[0] == "GET"]
    return {plain(it): VISITOR for it in public} | {plain(it): CENTRE for it in desk}


def screens() -> list[Screen]:
    """Every screen, in the order of the routes."""
    return [
        Screen(route=it, at=who, start=STARTS.get(it, ""), prefix="centre-")
        for it, who in pages().items()
        if it not in NO_SCREENS
    ]
