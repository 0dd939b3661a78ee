"""One request to one page of the centre: who asks, what they sent, and how they are answered."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from central.casework.person import Person
from central.centre import Centre
from central.store.accounts import Member
from central.web.frame import frame
from central.web.rights import RIGHTS, Right, Role
from central.web.site import Site
from central.web.stamps import SeenIsOld
from central.web.told import TOLD, WARNINGS
from central.web.way_back import no_way_back
from protocol.innovation.identifiers import is_uuid7
from runtime.http.called_by import called_by
from runtime.http.etags import make_page, page_response, wanted_coding
from runtime.pages.cookies import TOLD_COOKIE
from runtime.pages.entrance import Entrance
from runtime.pages.formats import WIB
from runtime.pages.rendering import POLICY, Pages
from runtime.pages.visiting import PageVisit

_NUMBER = re.compile("[0-9]{1,15}", re.ASCII)

PUBLIC_MAX_AGE_S = 60
"""How long anybody may keep a public page; asked again, an unchanged one is a 304."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(PageVisit):
    """Who asks for a page, and what they sent.

    Attributes:
        member: what the centre knows of whoever signed in; None on pages that are open to all.
    """

    site: Site
    member: Member | None = None

    @property
    def pages(self) -> Pages:
        """The templates and words of the centre."""
        return self.site.pages

    @property
    def entrance(self) -> Entrance:
        """Where people sign in."""
        return self.site.entrance

    @property
    def centre(self) -> Centre:
        """The centre whose pages these are."""
        return self.site.centre

    @property
    def role(self) -> Role:
        """What the reader is."""
        return Role(self.session.role) if self.session else Role.VIEWER

    @property
    def rights(self) -> frozenset[Right]:
        """What the reader may do."""
        return RIGHTS[self.role]

    def person(self, reason: str = "") -> Person:
        """The reader as the national log names whoever decides."""
        agency = self.member.agency if self.member else ""
        return Person(by=self.account, agency=agency, reason=reason)

    @property
    def record(self) -> str:
        """The id of the record that the address names.

        Raises:
            HTTPNotFound: it cannot be the id of one.
        """
        record = self.request.match_info["record"]
        if not is_uuid7(record):
            raise web.HTTPNotFound
        return record

    @property
    def place(self) -> int:
        """The place in the national log that the address names.

        Raises:
            HTTPNotFound: it names none.
        """
        place = self.request.match_info["place"]
        if not _NUMBER.fullmatch(place):
            raise web.HTTPNotFound
        return int(place)

    def number(self, name: str) -> int | None:
        """A whole number of the form or of the address; None where there is none."""
        asked = self.text(name)
        return int(asked) if _NUMBER.fullmatch(asked) else None

    @property
    def start(self) -> int:
        """How many stand before the page that is asked for (`mulai`); 0 for the first."""
        return self.number("mulai") or 0

    def address_of(self, path: str) -> str:
        """A path of these pages as it is handed on: under the centre's address, if it has one.

        Raises:
            Refused: it has none, and was called by a name that no host has.
        """
        return f"{self.site.settings.url or called_by(self.request)}{path}"

    def texts(self, name: str) -> list[str]:
        """Every text of that name in the form, or in the address."""
        given = self.form if name in self.form else self.request.query
        return [it.strip() for it in given.getall(name, []) if isinstance(it, str)]

    def require_seen(self, stamp: str) -> None:
        """Accepts a form whose page showed what is there now.

        To be asked in the transaction that writes (`central.web.stamps` says why).

        Args:
            stamp: of what is there now (`central.web.stamps`); the form carries that of its page
                as `seen`.

        Raises:
            SeenIsOld: somebody else was faster.
        """
        if self.text("seen") != stamp:
            raise SeenIsOld

    def page(self, template: str, *, status: int = 200, **context: Any) -> web.Response:
        """The answer with that page, for this reader alone."""
        told = self.request.cookies.get(TOLD_COOKIE, "")
        response = self.site.pages.render(
            self.request,
            template,
            status=status,
            session=self.session,
            rights=self.rights,
            site=self.site.settings.name,
            told=TOLD.get(told, ""),
            told_tone="wait" if told in WARNINGS else "good",
            **{"zone": WIB, **context},
        )
        if told:
            response.del_cookie(TOLD_COOKIE)
        return response

    async def desk_page(
        self, template: str, *, here: str, status: int = 200, **context: Any
    ) -> web.Response:
        """The answer with a page in the frame of those who work at the centre.

        Args:
            template: extends `desk.html`.
            here: its place among the others.
            status: of the answer.
            context: what the template asks for. Beside it `just` is the place of the decision
                that the form before led to (`tadi`), so that it can be taken back at once, and
                `just_final` why it cannot be.
        """
        just = self.number("tadi")

        def read(conn: Connection) -> dict[str, Any]:
            final = "" if just is None else no_way_back(conn, self.centre, just)
            return {"just": just, "just_final": final, **frame(conn, self.centre, self.say)}

        framed = await self.centre.db.read(read)
        return self.page(template, status=status, here=here, **framed, **context)

    async def public_page(
        self, template: str, *, here: str, status: int = 200, **context: Any
    ) -> web.Response:
        """The answer with a page for everybody, which anybody may keep for a while.

        Nothing on it depends on who has signed in; the template extends `public.html`.
        """
        site = self.site
        words = {"here": here, "site": site.settings.name, "authority": site.centre.authority}
        coding = wanted_coding(self.request)

        def made() -> web.Response:
            text = site.pages.text(self.request, template, zone=WIB, **words, **context)
            page = make_page(
                text.encode(),
                coding=coding,
                content_type="text/html; charset=utf-8",
                cache_control=f"public, max-age={PUBLIC_MAX_AGE_S}",
                headers={"Content-Security-Policy": POLICY},
                vary=("Accept-Language", "Cookie"),
            )
            return page_response(self.request, page, status=status)

        return await self.centre.db.worker.run(made)


PageOf = Callable[[Visit], Awaitable[web.StreamResponse]]
