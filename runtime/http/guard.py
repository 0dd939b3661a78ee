"""A guard on where a client connects to: asked for every address, at the moment of connecting.

A check of the address that somebody typed would be passed by a name that means another address a
second later (DNS rebinding), and by an address in another spelling. So the guard stands behind the
resolver, where it judges *every* answer for a name, and before each socket, where nothing is left
but the address that the connection really goes to.
"""

import socket

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

from runtime.http.public_addresses import Reachable


class AddressRefused(OSError):
    """An address that the guard lets nobody connect to."""


class Guard(AbstractResolver):
    """A resolver and a maker of sockets that let through what is reachable, and nothing else.

    Args:
        reachable: what may be connected to.
        resolver: asks for the addresses of a name; the system's unless given.
    """

    def __init__(self, reachable: Reachable, resolver: AbstractResolver | None = None) -> None:
        self._reachable = reachable
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            AddressRefused: one of them may not be connected to. A name with a public address
                beside one of the inside is not half good: somebody tries something.
        """
        if self._resolver is None:
            self._resolver = ThreadedResolver()
        answers = await self._resolver.resolve(host, port, family)
        for answer in answers:
            self._check(answer["host"])
        return answers

    async def close(self) -> None:
        """Closes the resolver behind it."""
        if self._resolver is not None:
            await self._resolver.close()

    def socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for exactly this address.

        Raises:
            AddressRefused: it may not be connected to.
        """
        family, type_, proto, _, address = info
        self._check(str(address[0]))
        return socket.socket(family=family, type=type_, proto=proto)

    def _check(self, address: str) -> None:
        if not self._reachable.holds(address):
            raise AddressRefused(f"{address} is not an address that may be reached")
