"""What a token lets a system do beyond what anybody may; each is enforced at its addresses."""

from enum import StrEnum


class Scope(StrEnum):
    """The names that stand in tokens."""

    HUBS_READ = "hubs:read"
    """How far each hub is, its software and its troubles."""

    CASES_READ = "cases:read"
    """What waits for a person: conflicts, pairs that may be one innovation, held changes."""

    WEBHOOKS_WRITE = "webhooks:write"
    """Its own webhooks: add, remove, look at deliveries and send one again."""
