"""One request to one page: who asks, what they sent, and how they are answered.

`open_to_all` and `for_role` make handlers of functions that take a visit. Nobody reaches a page of
the hub without a session, and no form counts without the token of that session.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from aiohttp import web

from hubnode.node import Node
from hubnode.sync.sentences import OWN, sentence_of
from hubnode.web.failures import said_of
from hubnode.web.frame import frame
from hubnode.web.signing_rights import Signer, may_sign
from hubnode.web.site import SITE, Role, Site
from runtime.database import DatabaseError
from runtime.http.http_problems import HTTP_PROBLEMS
from runtime.http.problem_responses import CODE_OF_STATUS, Refused, problem_of
from runtime.pages.cookies import TOLD_COOKIE
from runtime.pages.entrance import Entrance
from runtime.pages.formats import WIB
from runtime.pages.forms import (
    is_from_elsewhere,
    is_of_session,
    read_form,
    sent_from,
)
from runtime.pages.rendering import Pages, see_other
from runtime.pages.translating import msg
from runtime.pages.visiting import SIGN_IN, PageVisit
from runtime.sentences import Sentence

WELCOME = "/mulai"


PageOf = Callable[["Visit"], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(PageVisit):
    """Who asks for a page of a node, and what they sent."""

    site: Site

    @property
    def pages(self) -> Pages:
        """The templates and words of the node."""
        return self.site.pages

    @property
    def entrance(self) -> Entrance:
        """Where people sign in."""
        return self.site.entrance

    @property
    def node(self) -> Node:
        """The node whose pages these are."""
        return self.site.node

    @property
    def role(self) -> Role:
        """What the reader may do."""
        return Role.of(self.session.role) if self.session else Role.EDITOR

    @property
    def signer(self) -> Signer:
        """The reader as somebody who would sign."""
        needs_second = self.site.settings.second_person_approves
        return Signer(account=self.account, role=self.role, needs_second=needs_second)

    @property
    def may_sign(self) -> bool:
        """Whether the reader may sign changes that have no draft."""
        return may_sign(self.signer)

    def require_signer(self) -> None:
        """Accepts whoever may sign changes that have no draft.

        Raises:
            Refused: here a second person approves, and the reader is no approver.
        """
        if not self.may_sign:
            raise Refused("role_missing")

    def page(self, template: str, *, status: int = 200, **context: Any) -> web.Response:
        """The answer with that page."""
        told = self.request.cookies.get(TOLD_COOKIE, "")
        response = self.site.pages.render(
            self.request,
            template,
            status=status,
            session=self.session,
            role=self.role.word,
            may_sign=self.may_sign,
            site="JIPP",
            told=TOLD.get(told, ""),
            told_tone="wait" if told in WARNINGS else "good",
            **{"zone": WIB, **context},
        )
        if told:
            response.del_cookie(TOLD_COOKIE)
        return response

    async def hub_page(
        self, template: str, *, here: str, status: int = 200, **context: Any
    ) -> web.Response:
        """The answer with a page in the frame; `here` is its place among the others."""
        site, language = self.site, self.language
        framed = await self.node.db.read(
            lambda conn: frame(conn, site, language=language, say=self.say)
        )
        return self.page(template, status=status, here=here, **framed, **context)


TOLD = {
    "saved": msg("Tersimpan. Perubahan ditandatangani dan dikirim pada sinkronisasi berikut."),
    "draft": msg("Draf disimpan."),
    "not_signed": msg(
        "Belum ditandatangani: masih ada isian yang salah. Semuanya disebut di atas formulir."
    ),
    "discarded": msg("Draf dibuang."),
    "attested": msg("Dinyatakan masih benar."),
    "withdrawn": msg("Inovasi ditarik dari katalog."),
    "restored": msg("Inovasi ditampilkan kembali."),
    "syncing": msg("Sinkronisasi dimulai."),
    "stopping": msg(
        "Sinkronisasi berhenti setelah langkah ini. Data aman; yang berikut melanjutkan."
    ),
    "account": msg("Akun disimpan."),
    "password": msg("Kata sandi diganti; semua sesi akun itu berakhir."),
    "session_ended": msg("Sesi itu sudah berakhir."),
    "rotating": msg("Kunci baru dibuat; sinkronisasi mendaftarkannya di pusat."),
    "keys_restored": msg("Kunci dari kit sudah di tempatnya. Sekarang tempel undangannya."),
    "restored_backup": msg("Cadangan sudah dipulihkan. Satu langkah lagi."),
    "adopted": msg("Mesin ini sekarang mesin hub. Sinkronisasi mengambil apa yang masih kurang."),
    "samples": msg("Data contoh dimuat sebagai draf. Hapus semuanya kapan saja di Beranda."),
    "samples_gone": msg("Semua data contoh dihapus."),
    "mended": msg("Sudah dikerjakan; hasilnya di bawah ini."),
    "backed_up": msg("Cadangan sudah dibuat. Salin ke mesin atau stik lain."),
    "backup_sound": msg("Cadangan itu utuh dan dapat dibuka dengan kunci sekarang."),
    "settings": msg("Pengaturan disimpan dan langsung berlaku."),
    "alerts_off": msg(
        "Pengaturan disimpan. Tidak ada pemberitahuan yang akan dikirim: server surat dan "
        "webhook belum diisi."
    ),
    "tested": msg("Pesan uji sudah dicoba dikirim; hasilnya di bawah ini."),
    "signed_out": msg("Anda sudah keluar."),
    "imported": msg(
        "Impor selesai. Perubahannya ditandatangani dan dikirim ke pusat pada sinkronisasi "
        "berikutnya."
    ),
    "upload_discarded": msg("Berkas dibuang."),
    "corrected": msg("Perbaikan disimpan dan seluruh berkas diperiksa lagi."),
    "masked": msg("Data pribadi dihapus dari teks dan seluruh berkas diperiksa lagi."),
    "undone": msg("Impor dibatalkan."),
    "step": msg("Langkah replikasi disimpan."),
    "proposed": msg("Usulan disimpan."),
    "unchanged": msg("Inovasi sudah berbunyi seperti itu; tidak ada yang ditandatangani."),
    "handed": msg("Draf diserahkan untuk disetujui. Anda masih dapat menyuntingnya."),
    "returned": msg("Draf dikembalikan kepada penulisnya."),
    "contact": msg("Kontak disimpan di node ini saja."),
    "contact_gone": msg("Kontak dihapus dari node ini."),
    "attested_many": msg("Inovasi yang dipilih dinyatakan masih benar."),
    "withdrawn_many": msg("Inovasi yang dipilih ditarik dari katalog."),
    "none_chosen": msg("Belum ada inovasi yang dipilih. Centang dahulu di daftar."),
    "decided": msg("Perkara itu sudah selesai."),
    "resolved": msg("Nilai ditandatangani. Ia dikirim pada sinkronisasi berikut."),
    "accepted": msg(
        "Usulan diterima. Isinya ditandatangani dan dikirim pada sinkronisasi berikut."
    ),
    "refused": msg(
        "Penolakan dicatat di node ini. Hub pengusul tidak menerimanya; hubungi mereka."
    ),
}
"""What a page says after a form was taken, by the word that the cookie carries."""

WARNINGS = frozenset(["alerts_off", "not_signed", "none_chosen"])
"""Those that are no success."""


def open_to_all(page_of: PageOf) -> Handler:
    """A page for people who have not signed in."""

    async def handler(request: web.Request) -> web.StreamResponse:
        site = request.app[SITE]
        visit = Visit(request=request, site=site, session=None)
        return await _answered(visit, page_of)

    return handler


def for_role(role: Role, page_of: PageOf, *, streams: bool = False) -> Handler:
    """A page for people who may at least that.

    Args:
        role: the least that they may be.
        page_of: what answers.
        streams: whether it reads the form itself, as large files are, and asks `is_form_of` too.
    """

    async def handler(request: web.Request) -> web.StreamResponse:
        site = request.app[SITE]
        session = await site.entrance.session_of(request)
        if session is None:
            return await _to_sign_in(request, site)
        visit = Visit(request=request, site=site, session=session)
        if visit.role < role:
            return await _problem(visit, "role_missing")
        return await _answered(visit, page_of, streams=streams)

    return handler


def for_signers(page_of: PageOf) -> Handler:
    """A form that signs a change without a draft, for people who may sign one here."""

    async def signed(visit: Visit) -> web.StreamResponse:
        visit.require_signer()
        return await page_of(visit)

    return for_role(Role.EDITOR, signed)


async def _answered(visit: Visit, page_of: PageOf, *, streams: bool = False) -> web.StreamResponse:
    try:
        return await page_of(visit if streams else await _with_form(visit))
    except web.HTTPException as error:
        if error.status not in CODE_OF_STATUS:
            raise
        return await _problem(visit, CODE_OF_STATUS[error.status])
    except Exception as error:  # noqa: BLE001 - whatever it is, a person reads a page
        code, detail = said_of(error)
        return await _problem(visit, code, detail=detail)


async def _with_form(visit: Visit) -> Visit:
    """The visit with what was sent.

    Raises:
        Refused: it is too large, or no form of this session.
    """
    return replace(visit, form=await read_form(visit.request, visit.session))


def is_form_of(visit: Visit, token: str) -> bool:
    """Whether a form came from a page of this session; before signing in, from a page of ours."""
    return not is_from_elsewhere(visit.request) and is_of_session(visit.session, token)


async def _to_sign_in(request: web.Request, site: Site) -> web.Response:
    if not await site.node.db.read(site.accounts.count):
        return see_other(WELCOME)
    back = request.path_qs if request.method == "GET" else sent_from(request)
    return see_other(f"{SIGN_IN}?ke={quote(back, safe='')}")


async def _problem(visit: Visit, code: str, *, detail: str = "") -> web.Response:
    """The page that says what happened, what is safe and what to do; its code at the end."""
    status, said = _said(visit, code, detail)
    if visit.session is not None:
        with suppress(DatabaseError):  # the frame reads the database, and that may be what fails
            return await visit.hub_page("problem.html", here="", status=status, **said)
    return visit.page("problem_alone.html", status=status, **said)


def _said(visit: Visit, code: str, detail: str) -> tuple[int, dict[str, str]]:
    """The status of a code, and what a page of it says."""
    problem, sentence = problem_of(code), sentence_of(code)
    status = 409 if code in OWN or problem.code != code else problem.status
    if code in HTTP_PROBLEMS:
        sentence = Sentence(problem.id, problem.en)
    return status, {"code": code, "sentence": visit.said(sentence), "detail": detail}


@web.middleware
async def unmatched(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An address that no page has is a page too, for whoever wants to read one."""
    error = request.match_info.http_exception
    if error is None or "text/html" not in request.headers.get("Accept", ""):
        return await handler(request)
    visit = Visit(request=request, site=request.app[SITE], session=None)
    response = await _problem(visit, CODE_OF_STATUS.get(error.status, "request_malformed"))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response
