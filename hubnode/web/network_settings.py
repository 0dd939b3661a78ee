"""Pengaturan, network: the proxy on the way to the centre, tried before it is kept."""

from aiohttp import web

from hubnode.store import identity
from hubnode.sync.answers import recognised
from hubnode.web.setting_forms import kept_faults, setting_page, shown, typed
from hubnode.web.visit import Visit
from runtime.addresses import fault_of_proxy
from runtime.http.client import HttpTransport
from runtime.ports import Request, Unreachable
from runtime.unreachable import reason_sentence

NETWORK = "/pengaturan/jaringan"
FIELDS = ("proxy",)
TEST_S = 15.0


async def network_page(visit: Visit) -> web.Response:
    """The proxy."""
    return await _page(visit, shown(visit.site.kept, FIELDS), {})


async def save(visit: Visit) -> web.Response:
    """Keeps it, or only tries it; the next request goes through it."""
    values = typed(visit, FIELDS)
    if visit.text("do") == "try" and not fault_of_proxy(values["proxy"]):
        is_good, sentence = await _tried(visit, values["proxy"])
        return await _page(visit, values, {}, is_good=is_good, sentence=sentence)
    if faults := kept_faults(visit, dict(values)):
        return await _page(visit, values, faults)
    return visit.go(NETWORK, told="settings")


async def _tried(visit: Visit, proxy: str) -> tuple[bool, str]:
    """Whether the centre answers through that proxy, and a sentence."""
    who = await visit.node.db.read(identity.get)
    if who is None:
        return False, visit.say("Belum terdaftar di pusat, jadi tidak ada yang dapat dihubungi.")
    request = Request(method="GET", url=f"{who.url}/api/v1/checkpoint")
    try:
        async with HttpTransport(proxy=proxy, read_s=TEST_S) as transport:
            recognised(await transport.request(request))
    except Unreachable as error:
        why = visit.said(reason_sentence(error.reason))
        failed = visit.say("Pusat tidak terjangkau dengan pengaturan ini: {0}. Belum disimpan.")
        return False, failed.format(why)
    return True, visit.say("Pusat menjawab dengan pengaturan ini.")


async def _page(
    visit: Visit,
    values: dict[str, str],
    faults: dict[str, str],
    *,
    is_good: bool = False,
    sentence: str = "",
) -> web.Response:
    who = await visit.node.db.read(identity.get)
    return await setting_page(
        visit,
        "network_settings.html",
        values=values,
        faults=faults,
        centre=who.url if who else "",
        is_good=is_good,
        sentence=sentence,
    )
