"""What every page of a node stands on: the node, its accounts, its templates, its live run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from aiohttp import web

from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.settings import NodeSettings
from hubnode.store.accounts import ACCOUNTS
from hubnode.web.import_jobs import Jobs
from hubnode.web.live import LiveRun
from runtime.accounts import AccountStore
from runtime.pages.entrance import Entrance
from runtime.pages.pace import LoginPace
from runtime.pages.rendering import Pages


class Role(IntEnum):
    """What somebody may do; each may do what the one before may."""

    EDITOR = 1
    APPROVER = 2
    OPERATOR = 3

    @property
    def word(self) -> str:
        """How it is stored."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Role":
        """The role that is stored as this word."""
        return cls[word.upper()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages of one node.

    Attributes:
        kept: the settings, which pages may change.
        live: the run that is under way, if one is.
        run_now: asks the schedule for a run at once.
        next_run_at: when the next is due, RFC 3339, or None.
        imports: the work on imports that is under way.
    """

    node: Node
    kept: LiveSettings
    pages: Pages
    live: LiveRun
    run_now: Callable[[], None]
    next_run_at: Callable[[], str | None]
    pace: LoginPace
    accounts: AccountStore = field(default=ACCOUNTS)
    imports: Jobs = field(default_factory=Jobs)

    @property
    def entrance(self) -> Entrance:
        """Where people sign in."""
        node = self.node
        return Entrance(
            db=node.db,
            clock=node.clock,
            entropy=node.entropy,
            accounts=self.accounts,
            pace=self.pace,
        )

    @property
    def settings(self) -> NodeSettings:
        """What holds now."""
        return self.kept.now


SITE: web.AppKey[Site] = web.AppKey("site", Site)
