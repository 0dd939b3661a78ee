"""One screen of a service: its route, and where a person finds it."""

import re
from dataclasses import dataclass

_NAMED = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})+)?\}")
_UUID = "[0-9a-f-]{36}"
_NUMBER = "[0-9]+"
_VALUES = {
    **dict.fromkeys(("record", "other", "draft"), _UUID),
    **dict.fromkeys(("number", "place"), _NUMBER),
    "id": "[0-9a-f]{16}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen.

    Attributes:
        route: without the patterns of its names.
        at: the hub on whose node it is looked at, or the centre.
        start: a page with a link to it; "" where the route is its address.
        prefix: of its picture's name, so that no two services have one of the same.
    """

    route: str
    at: str
    start: str
    prefix: str = ""

    @property
    def name(self) -> str:
        """Of its picture."""
        words = re.sub(r"[{}]", "", self.route).strip("/").replace("/", "-")
        return self.prefix + (words or "beranda")

    def address_on(self, links: list[str]) -> str | None:
        """Its address, made from the first link that leads to it or to what it belongs to."""
        last = self.route.rindex("}") + 1
        pattern = _NAMED.sub(
            lambda it: f"(?P<{it[1]}>{_VALUES.get(it[1], '[^/?#]+')})", self.route[:last]
        )
        for link in links:
            if re.match(pattern + r"(?:[/?#]|$)", link):
                found = re.match(pattern, link)
                return (found[0] if found else "") + self.route[last:]
        return None


def plain(path: str) -> str:
    """A route without the patterns of its names."""
    return _NAMED.sub(r"{\1}", path)
