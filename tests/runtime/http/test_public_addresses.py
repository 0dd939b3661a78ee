import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.http.public_addresses import Reachable, is_public, parse_address, parse_reachable

INSIDE = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1"),  # noqa: S104 - never bound
    "100.127.255.254",
    *("127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    "255.255.255.255",
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"),
    *("64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "100::1"),
    *("2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1"),
    *("3fff::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
)
PUBLIC = (
    *("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1"),
    *("128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.169.0.1"),
    *("198.17.255.255", "198.20.0.0", "223.255.255.255"),
    *("2400:cb00::1", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::101:101"),
)
SPELLINGS = (
    *("2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0x7f.1"),
    *("127.0.0.01", "127.0.0.1.", " 127.0.0.1", "127.0.0.1\n", "١٢٧.0.0.1", "[::1]", "localhost"),
    *("", "1.1.1.256", "1.1.1.1/32", "::ffff:127.1"),
)


@pytest.mark.parametrize("text", INSIDE)
def test_what_is_inside_some_network_is_not_reachable(text: str) -> None:
    assert not Reachable().holds(text)


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_is_reachable(text: str) -> None:
    assert Reachable().holds(text)


@pytest.mark.parametrize("text", SPELLINGS)
def test_an_address_has_one_spelling(text: str) -> None:
    assert parse_address(text) is None
    assert not Reachable().holds(text)


def test_a_network_that_was_named_is_reachable_and_its_neighbour_is_not() -> None:
    reachable = parse_reachable(["10.20.0.0/16", "127.0.0.1", "fd00:1::/32"])
    named = ("10.20.255.255", "127.0.0.1", "fd00:1::9")
    assert all(reachable.holds(text) and reachable.is_inside(text) for text in named)
    assert not any(map(reachable.holds, ("10.21.0.0", "127.0.0.2", "fd00:2::1")))


def test_what_is_public_is_reachable_beside_a_named_network_and_not_inside() -> None:
    reachable = parse_reachable(["10.20.0.0/16"])
    assert reachable.holds("1.1.1.1")
    assert not reachable.is_inside("1.1.1.1")


@pytest.mark.parametrize("text", ["penerima.internal", "10.20.0.1/16", "10.20.0.0/33", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        parse_reachable([text])


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_in_what_carries_it(address: ipaddress.IPv4Address) -> None:
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        carried = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(address))
        assert is_public(carried) is is_public(address)


NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Reserved, says Python; what it carries may be public all the same."""


@given(st.ip_addresses())
@example(ipaddress.IPv6Address("64:ff9b::100:0"))
def test_nothing_is_public_that_python_knows_to_be_inside(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    inside = address.is_private or address.is_loopback or address.is_link_local
    if inside or address.is_multicast or address.is_reserved or address.is_unspecified:
        carries = getattr(address, "ipv4_mapped", None) is not None or address in NAT64
        assert carries or not is_public(address)
