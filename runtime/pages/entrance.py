"""The door of a service's pages: passwords are checked, sessions begin, live and end here."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from runtime.accounts import LIFETIME, SEEN_EVERY, TOKEN_BYTES, AccountStore, Session
from runtime.database import Database, DatabaseBusy
from runtime.pages.cookies import YEAR_S, browser_cookie, session_cookie, set_cookie
from runtime.pages.pace import LoginPace
from runtime.pages.passwords import NOBODY, hash_password, is_password
from runtime.ports import Clock, Entropy

SEEN_PATIENCE_S = 1.0
"""How long a request waits for a busy database to keep when it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Who comes in.

    Attributes:
        pace: slows whoever guesses.
    """

    db: Database
    clock: Clock
    entropy: Entropy
    accounts: AccountStore
    pace: LoginPace

    async def session_of(self, request: web.Request) -> Session | None:
        """The session of this browser, and a sign of its life at most every few minutes."""
        token = request.cookies.get(session_cookie(request.url))
        if not token:
            return None
        now = self.clock.now()
        found = await self.db.read(lambda conn: self.accounts.session(conn, token, now=now))
        if found is not None and now - found.seen_at > SEEN_EVERY:
            with suppress(TimeoutError, DatabaseBusy):  # nobody's page waits for a sign of life
                async with asyncio.timeout(SEEN_PATIENCE_S):
                    await self.db.run(lambda conn: self.accounts.saw(conn, found, now=now))
        return found

    def wait_s(self, name: str, browser: str) -> int:
        """Whole seconds until another try of that name is looked at; 0 is now."""
        return self.pace.wait_s(name, browser)

    async def is_password_of(self, name: str, password: object, browser: str) -> bool:
        """Whether that is the password of an account that may sign in; as slow where it is not.

        Raises:
            Refused: too many wait already; the try is not looked at.
        """
        right = partial(self._is_right, name, password)
        return await self.pace.check(name, right, browser=browser)

    async def _is_right(self, name: str, password: object) -> bool:
        account = await self.db.read(lambda conn: self.accounts.get(conn, name))
        encoded = account.password if account and account.is_active else NOBODY
        return await self.db.worker.run(lambda: is_password(encoded, str(password or "")))

    async def begin_session(
        self, request: web.Request, response: web.Response, account: str
    ) -> None:
        """Gives this browser a session of that account, and knows it from here on."""
        token, csrf = (self.entropy.bytes(TOKEN_BYTES).hex() for _ in range(2))
        agent = request.headers.get("User-Agent", "")
        now = self.clock.now()
        await self.db.run(
            lambda conn: self.accounts.begin_session(
                conn, token=token, account=account, csrf=csrf, agent=agent, now=now
            )
        )
        lifetime_s = int(LIFETIME.total_seconds())
        set_cookie(request, response, session_cookie(request.url), token, max_age_s=lifetime_s)
        self._know(request, response, account)

    def _know(self, request: web.Request, response: web.Response, account: str) -> None:
        name = browser_cookie(request.url)
        browser = request.cookies.get(name, "")
        if not self.pace.knows(account, browser):
            browser = self.entropy.bytes(TOKEN_BYTES).hex()
            self.pace.know(account, browser)
        set_cookie(request, response, name, browser, max_age_s=YEAR_S)

    async def end_session(self, id_: str, *, account: str) -> None:
        """Signs one browser of that account out."""
        await self.db.run(lambda conn: self.accounts.end_session(conn, id_, account=account))

    async def hash(self, password: str) -> str:
        """How a password is kept; few are hashed at a time."""
        async with self.pace.turns:
            return await self.db.worker.run(lambda: hash_password(password))

    async def keep_password(self, name: str, password: str) -> None:
        """Gives an account a new password, and signs it out everywhere."""
        encoded = await self.hash(password)
        await self.db.run(lambda conn: self.accounts.change(conn, name, password=encoded))
