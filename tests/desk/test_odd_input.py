"""What no form and no link of ours sends, on both databases: never a fault of the service."""

import pytest

from tests.support.centres import RunningCentre
from tests.support.desk import signed_in

NUL, HUGE = "%00", "999999999999999"


@pytest.mark.parametrize(
    "path",
    [
        f"/pusat/akun/{NUL}",
        f"/pusat/hub/{NUL}",
        f"/pusat/webhook/{NUL}",
        f"/pusat/jejak/{HUGE}",
        f"/pusat/jejak?hub={NUL}",
        f"/pusat/jejak?sebelum={HUGE}",
        f"/pusat/jejak/tindakan?sebelum={HUGE}",
        f"/pusat/jejak/tindakan?kata={NUL}",
        f"/pusat/ditahan/{HUGE}",
        f"/pusat/benturan?hub={NUL}&field={NUL}",
        f"/pusat/mutu?hub={NUL}",
        "/pusat/dugaan-ganda?sesudah=99999999999999999999:a:b",
        f"/?q={NUL}",
        f"/inovasi/{NUL}",
        f"/bandingkan?id={NUL}",
        f"/oai?verb=ListRecords&metadataPrefix=oai_dc&set=hub:{NUL}",
        f"/umpan/inovasi-baru.atom?hub={NUL}",
        f"/dumps/{NUL}",
        "/%FF?q=%FF",
    ],
)
async def test_a_path_or_a_query_that_nobody_meant_is_answered(
    running_on_either: RunningCentre, path: str
) -> None:
    running = running_on_either
    async with signed_in(running.centre, running.url) as somebody:
        assert (await somebody.get(path)).status < 500


async def test_a_form_that_nobody_meant_is_answered(running_on_either: RunningCentre) -> None:
    running = running_on_either
    async with signed_in(running.centre, running.url) as somebody:
        assert (await somebody.post("/masuk", name="\0", password="x")).status == 400


async def test_a_page_says_no_address_that_no_host_has(running: RunningCentre) -> None:
    answer = await running.get("/data", {"Host": "evil.example:99999"})
    assert answer.status == 400
