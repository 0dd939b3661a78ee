"""What every page of the centre stands on."""

from dataclasses import dataclass, field

from aiohttp import web

from central.achievements import Reckoning
from central.centre import Centre
from central.reconciler import Reconciler
from central.search_turns import search_turns
from central.settings import CentralSettings
from central.store.accounts import ACCOUNTS
from runtime.accounts import AccountStore
from runtime.http.turns import Turns
from runtime.pages.entrance import Entrance
from runtime.pages.pace import LoginPace
from runtime.pages.rendering import Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages of one centre.

    Attributes:
        searches: whose turn it is to search the catalogue.
    """

    centre: Centre
    reconciler: Reconciler
    settings: CentralSettings
    pages: Pages
    pace: LoginPace
    reckoning: Reckoning
    accounts: AccountStore = field(default=ACCOUNTS)
    searches: Turns = field(default_factory=search_turns)

    @property
    def entrance(self) -> Entrance:
        """Where people sign in."""
        centre = self.centre
        return Entrance(
            db=centre.db,
            clock=centre.clock,
            entropy=centre.entropy,
            accounts=self.accounts,
            pace=self.pace,
        )


SITE: web.AppKey[Site] = web.AppKey("site", Site)
