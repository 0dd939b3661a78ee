"""Which addresses of the internet protocol are the public's, and which are some network's inside.

A program that posts where others tell it to must not be led to what only it can reach: its own
machine, the network around it, a cloud's metadata service. So an address is public only where the
registries of IANA say so (RFC 6890 and its successors; "IPv4 Special-Purpose Address Registry",
"IPv6 Special-Purpose Address Registry"), written out here because the answers of Python's
`ipaddress` differ between its versions. An IPv6 address that carries an IPv4 one is judged by that.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_INSIDE_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # this network; Linux connects to itself
            "10.0.0.0/8",  # private (RFC 1918)
            "100.64.0.0/10",  # shared by a carrier (RFC 6598)
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, and the metadata of clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays, deprecated
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_INSIDE_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, deprecated: leads to any IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
_CARRIES_4 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "::ffff:0:0/96",  # IPv4-mapped
            "64:ff9b::/96",  # NAT64 (RFC 6052)
        ),
    )
)
_IPV4_BITS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """What a program may connect to: what is public, and these networks beside it."""

    inside: tuple[Network, ...] = ()

    def holds(self, text: str) -> bool:
        """Whether this address, as a text, may be connected to; what is no address may not."""
        address = parse_address(text)
        return address is not None and (is_public(address) or self.is_inside(text))

    def is_inside(self, text: str) -> bool:
        """Whether this address is allowed although it may not be public."""
        address = parse_address(text)
        return address is not None and any(address in network for network in self.inside)


def parse_reachable(inside: Sequence[str]) -> Reachable:
    """What is public, and networks such as `10.20.0.0/16` or addresses such as `127.0.0.1`.

    Raises:
        ValueError: a text that is neither.
    """
    return Reachable(inside=tuple(map(ipaddress.ip_network, inside)))


def parse_address(text: str) -> Address | None:
    """The address that a text is in its one usual form; octal and short forms are none."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _INSIDE_4)
    if address.scope_id is not None:
        return False
    if any(address in network for network in _CARRIES_4):
        return is_public(ipaddress.IPv4Address(int(address) & _IPV4_BITS))
    return address in _GLOBAL_6 and not any(address in network for network in _INSIDE_6)
