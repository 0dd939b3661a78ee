"""Who may open and send what: every route of a node's pages, asked over HTTP as everybody."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from sqlalchemy import Connection
from yarl import URL

from hubnode import drafting
from hubnode.app import build_web
from hubnode.node import Node
from hubnode.settings import SETTINGS_FILE, NodeSettings
from hubnode.store.accounts import ACCOUNTS
from hubnode.store.drafts import Draft
from hubnode.web.site import Role
from protocol.canonical import Json
from runtime.pages.cookies import session_cookie
from tests.support.hub_accounts import employ
from tests.support.hub_pages import quiet_pages_of, with_pages
from tests.support.nodes import publish

EVERYBODY, MEMBERS, SIGNERS, SECONDS, OPERATORS = (
    "everybody",
    "members",
    "signers",
    "seconds",
    "ops",
)
"""Whoever comes; whoever has an account; whoever may sign without a second person; whoever may be
the second person; operators."""

WHO: Mapping[str, str] = {
    "GET /healthz": EVERYBODY,
    "GET /metrics": EVERYBODY,
    "GET /static/{version}/{name}": EVERYBODY,
    "GET /masuk": EVERYBODY,
    "POST /masuk": EVERYBODY,
    "GET /mulai": EVERYBODY,
    "POST /mulai": EVERYBODY,
    "POST /bahasa": EVERYBODY,
    "POST /keluar": MEMBERS,
    "GET /": MEMBERS,
    "GET /mulai/pendaftaran": OPERATORS,
    "POST /mulai/pendaftaran": OPERATORS,
    "GET /mulai/kunci": OPERATORS,
    "POST /mulai/kunci": OPERATORS,
    "GET /mulai/cadangan": OPERATORS,
    "POST /mulai/cadangan": OPERATORS,
    "GET /mulai/pulih": OPERATORS,
    "POST /mulai/pulih": OPERATORS,
    "GET /sinkronisasi": MEMBERS,
    "GET /sinkronisasi/kemajuan": MEMBERS,
    "POST /sinkronisasi/sekarang": MEMBERS,
    "POST /sinkronisasi/hentikan": MEMBERS,
    "GET /kesehatan": MEMBERS,
    "POST /kesehatan": OPERATORS,
    "GET /pengaturan": MEMBERS,
    "GET /pengaturan/saya": MEMBERS,
    "POST /pengaturan/saya": MEMBERS,
    "POST /pengaturan/saya/sesi": MEMBERS,
    "GET /pengaturan/cadangan": OPERATORS,
    "POST /pengaturan/cadangan": OPERATORS,
    "POST /pengaturan/cadangan/periksa": OPERATORS,
    "GET /pengaturan/cadangan/{name}": OPERATORS,
    "POST /pengaturan/cadangan/jadwal": OPERATORS,
    "GET /pengaturan/jadwal": OPERATORS,
    "POST /pengaturan/jadwal": OPERATORS,
    "GET /pengaturan/jaringan": OPERATORS,
    "POST /pengaturan/jaringan": OPERATORS,
    "GET /pengaturan/pemberitahuan": OPERATORS,
    "POST /pengaturan/pemberitahuan": OPERATORS,
    "POST /pengaturan/pemberitahuan/uji": OPERATORS,
    "GET /pengaturan/kunci": OPERATORS,
    "POST /pengaturan/kunci/ganti": OPERATORS,
    "POST /pengaturan/kunci/kit": OPERATORS,
    "GET /pengaturan/akun": OPERATORS,
    "POST /pengaturan/akun": OPERATORS,
    "POST /pengaturan/akun/{name}": OPERATORS,
    "POST /pengaturan/akun/{name}/kata-sandi": OPERATORS,
    "GET /keputusan": MEMBERS,
    "GET /keputusan/benturan/{record}/{field}": MEMBERS,
    "POST /keputusan/benturan/{record}/{field}": SIGNERS,
    "GET /keputusan/usulan/{place}": MEMBERS,
    "POST /keputusan/usulan/{place}": SIGNERS,
    "GET /keputusan/perubahan/{number}": MEMBERS,
    "POST /keputusan/perubahan/{number}/urung": SIGNERS,
    "GET /katalog": MEMBERS,
    "GET /katalog/bandingkan": MEMBERS,
    "GET /katalog/{record}": MEMBERS,
    "GET /katalog/{record}/usul": MEMBERS,
    "POST /katalog/{record}/usul": SIGNERS,
    "GET /katalog/{record}/replikasi": MEMBERS,
    "POST /katalog/{record}/replikasi": SIGNERS,
    "GET /replikasi": MEMBERS,
    "GET /replikasi/{replication}": MEMBERS,
    "POST /replikasi/{replication}": SIGNERS,
    "POST /replikasi/{replication}/draf": MEMBERS,
    "GET /impor": MEMBERS,
    "POST /impor": MEMBERS,
    "GET /impor/templat.xlsx": MEMBERS,
    "GET /impor/riwayat/{number}": MEMBERS,
    "GET /impor/riwayat/{number}/kemajuan": MEMBERS,
    "GET /impor/riwayat/{number}/batal": MEMBERS,
    "POST /impor/riwayat/{number}/batal": SIGNERS,
    "GET /impor/{id}": MEMBERS,
    "GET /impor/{id}/kemajuan": MEMBERS,
    "POST /impor/{id}/lanjut": MEMBERS,
    "POST /impor/{id}/letak": MEMBERS,
    "POST /impor/{id}/buang": MEMBERS,
    "GET /impor/{id}/kolom": MEMBERS,
    "POST /impor/{id}/kolom": MEMBERS,
    "POST /impor/{id}/pemetaan": MEMBERS,
    "GET /impor/{id}/salah": MEMBERS,
    "POST /impor/{id}/salah": MEMBERS,
    "GET /impor/{id}/salah.{ending}": MEMBERS,
    "POST /impor/{id}/samarkan": MEMBERS,
    "POST /impor/{id}/impor": SIGNERS,
    "GET /inovasi": MEMBERS,
    "POST /inovasi/pilihan": MEMBERS,
    "POST /inovasi/pilihan/tarik": SIGNERS,
    "GET /inovasi/baru": MEMBERS,
    "GET /inovasi/draf/{draft}": MEMBERS,
    "POST /inovasi/draf/{draft}": MEMBERS,
    "POST /inovasi/draf/{draft}/simpan": MEMBERS,
    "POST /inovasi/draf/{draft}/periksa": MEMBERS,
    "GET /inovasi/draf/{draft}/buang": MEMBERS,
    "POST /inovasi/draf/{draft}/buang": MEMBERS,
    "GET /inovasi/draf/{draft}/terbit": MEMBERS,
    "POST /inovasi/draf/{draft}/terbit": MEMBERS,
    "POST /inovasi/draf/{draft}/kembalikan": SECONDS,
    "POST /contoh": MEMBERS,
    "POST /contoh/hapus": MEMBERS,
    "GET /inovasi/{record}": MEMBERS,
    "GET /inovasi/{record}/ubah": MEMBERS,
    "POST /inovasi/{record}/masih-benar": SIGNERS,
    "GET /inovasi/{record}/tarik": MEMBERS,
    "POST /inovasi/{record}/tarik": SIGNERS,
    "GET /inovasi/{record}/tampilkan": MEMBERS,
    "POST /inovasi/{record}/tampilkan": SIGNERS,
    "POST /inovasi/{record}/kontak": MEMBERS,
    "POST /inovasi/{record}/kontak/hapus": MEMBERS,
}
"""By route, to whom its answer is no refusal."""

SENT: Mapping[str, Mapping[str, str]] = {
    "POST /inovasi/pilihan": {"do": "nothing known"},
}
"""What a form says beside its token, where it would do nothing without."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")
WITH_FILE = frozenset(["POST /impor", "POST /mulai/cadangan"])
SIGN_IN, REFUSED, TOKEN = "to sign in", "role_missing", "csrf-of-everybody"
UNKNOWN = "01910000-0000-7000-8000-000000000000"


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Somebody who asks a node over HTTP."""

    url: str
    node: Node
    http: aiohttp.ClientSession

    async def answer(self, route: str, role: Role | None, *, has_token: bool = True) -> str:
        """What became of a request to a route: its status, or why it was refused."""
        method, pattern = route.split(" ", 1)
        address = self.url + PLACEHOLDER.sub(lambda it: self._value(it[1]), pattern)
        form = {**SENT.get(route, {}), **({"csrf": TOKEN} if has_token else {})}
        with_file = route in WITH_FILE
        body = (_multipart(form) if with_file else form) if method == "POST" else None
        name = session_cookie(URL(self.url))
        cookies = {"Cookie": f"{name}={self.session(role)}"} if role else {}
        if role is None and not has_token:
            cookies["Sec-Fetch-Site"] = "cross-site"
        asked = self.http.request(
            method, address, data=body, headers=cookies, allow_redirects=False
        )
        async with asked as response:
            if response.headers.get("Location", "").startswith("/masuk?"):
                return SIGN_IN
            said = await response.text(errors="replace")
            code = next((it for it in (REFUSED, "form_expired") if it in said), "")
            return code if response.status == 403 and code else str(response.status)

    def session(self, role: Role) -> str:
        """A new one for every request: some of them end it."""
        token = self.node.entropy.bytes(16).hex()
        now = self.node.clock.now()
        self.node.db.run_sync(
            lambda conn: ACCOUNTS.begin_session(
                conn, token=token, account=role.word, csrf=TOKEN, agent="", now=now
            )
        )
        return token

    def _handed(self, conn: Connection) -> Draft:
        fields: dict[str, Json] = {"title": "Jemput bola"}
        draft = drafting.begin(conn, self.node, account="somebody", fields=fields)
        return drafting.hand_over(conn, self.node, draft)

    def _value(self, name: str) -> str:
        """Something to ask for; of records and drafts one that there is."""
        match name:
            case "record":
                return publish(self.node, "Antrean daring puskesmas")
            case "draft":
                return self.node.db.run_sync(self._handed).id
            case "number" | "place":
                return "1"
            case "id":
                return "0123456789abcdef"
            case _:
                return {"field": "summary", "ending": "xlsx"}.get(name, UNKNOWN)


def _multipart(form: Mapping[str, str]) -> aiohttp.FormData:
    """As browsers send a form with a file."""
    body = aiohttp.FormData()
    for name, value in form.items():
        body.add_field(name, value)
    body.add_field("file", b"Judul\n", filename="kosong.csv")
    return body


@asynccontextmanager
async def asking(node: Node, *, needs_second: bool) -> AsyncIterator[Asker]:
    """Pages, an account of each role, and a browser without a screen."""
    for role in Role:
        employ(node, role.word, role)
    settings = NodeSettings(second_person_approves=needs_second)
    said = f"second_person_approves = {str(needs_second).lower()}\n"
    (node.folder / SETTINGS_FILE).write_text(said, encoding="utf-8")  # forms read it again
    async with (
        quiet_pages_of(node, settings) as url,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield Asker(url=url, node=node, http=http)


def allowed(who: str, *, needs_second: bool) -> set[Role | None]:
    """Everybody whom a route answers."""
    approvers = {Role.APPROVER, Role.OPERATOR}
    answered: dict[str, set[Role | None]] = {
        EVERYBODY: {None, *Role},
        MEMBERS: {*Role},
        SIGNERS: {*approvers} if needs_second else {*Role},
        SECONDS: {*approvers} if needs_second else set(),
        OPERATORS: {Role.OPERATOR},
    }
    return answered[who]


def routes_of(node: Node) -> set[str]:
    """Every route of the pages; what stands in an address is named and not described."""
    router = with_pages(build_web(node), node, NodeSettings()).router
    return {
        f"{it.method} {it.resource.canonical}"
        for it in router.routes()
        if it.resource is not None and it.method != "HEAD"
    }


async def test_every_route_has_its_line_in_the_table(hub: Node) -> None:
    assert routes_of(hub) == set(WHO)


@pytest.mark.parametrize("needs_second", [False, True])
async def test_every_route_answers_whom_the_table_says_and_refuses_all_others(
    hub: Node,
    needs_second: bool,  # noqa: FBT001
) -> None:
    wrong = []
    async with asking(hub, needs_second=needs_second) as asker:
        for route, who in WHO.items():
            for role in (None, *Role):
                said = await asker.answer(route, role)
                if role in allowed(who, needs_second=needs_second):
                    is_right = said not in {SIGN_IN, REFUSED} and said < "500"
                else:
                    is_right = said == (REFUSED if role else SIGN_IN)
                if not is_right:
                    wrong.append((route, role, said))
    assert wrong == []


async def test_no_form_counts_without_the_token_of_its_session(hub: Node) -> None:
    forms = [(it, who) for it, who in WHO.items() if it.startswith("POST")]
    async with asking(hub, needs_second=False) as asker:
        said = {
            route: await asker.answer(
                route, None if who == EVERYBODY else Role.OPERATOR, has_token=False
            )
            for route, who in forms
        }
    assert said == dict.fromkeys(said, "form_expired")


async def test_where_a_second_person_approves_an_editor_attests_nothing_from_the_list(
    hub: Node,
) -> None:
    record = publish(hub, "Antrean daring puskesmas")
    async with asking(hub, needs_second=True) as asker:
        session = asker.session(Role.EDITOR)
        for act in ({"do": "attest"}, {"do": "withdraw"}, {"attest": record}):
            async with asker.http.post(
                f"{asker.url}/inovasi/pilihan",
                data={"csrf": TOKEN, "record": record, **act},
                headers={"Cookie": f"{session_cookie(URL(asker.url))}={session}"},
                allow_redirects=False,
            ) as response:
                assert (act, response.status) == (act, 403)
