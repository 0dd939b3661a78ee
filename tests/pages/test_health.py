"""Kesehatan: what is missing has a button that leads to it, and doing it is noticed."""

from hubnode.node import Node
from hubnode.web.site import Role
from tests.support.hub_http import signed_in
from tests.support.hub_pages import PASSWORD

BACKUPS, KIT = 'href="/pengaturan/cadangan"', 'href="/pengaturan/kunci#kit"'


async def test_what_was_never_done_has_a_button_until_it_is_done(hub: Node) -> None:
    async with signed_in(hub) as operator:
        before = (await operator.get("/kesehatan")).text
        await operator.post("/pengaturan/cadangan")
        await operator.post("/pengaturan/kunci/kit", password=PASSWORD)
        after = (await operator.get("/kesehatan")).text
    assert (BACKUPS in before, KIT in before) == (True, True)
    assert (BACKUPS in after, KIT in after) == (False, False)


async def test_whoever_is_no_operator_reads_who_does_it(hub: Node) -> None:
    async with signed_in(hub, "penulis1", Role.EDITOR) as writer:
        page = (await writer.get("/kesehatan")).text
    assert BACKUPS not in page
    assert "oleh operator" in page


async def test_saving_alerts_without_an_address_says_that_none_will_be_sent(hub: Node) -> None:
    empty = dict.fromkeys(("alert_to", "alert_from", "alert_smtp_host", "alert_smtp_user"), "")
    form = {**empty, "alert_smtp_port": "587", "alert_smtp_security": "starttls"}
    async with signed_in(hub) as operator:
        said = await operator.post("/pengaturan/pemberitahuan", **form, alert_webhook="")
    assert said.place == "/pengaturan/pemberitahuan"
    assert said.told == "alerts_off"
