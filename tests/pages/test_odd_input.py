"""What no form of ours sends is refused with a page; nothing of it is a fault of the program."""

import pytest

from hubnode import drafting
from hubnode.node import Node
from hubnode.store import drafts
from tests.support.hub_http import signed_in

FORM = "application/x-www-form-urlencoded"
ODD = (
    (b"name=a", f"{FORM}; charset=nope"),
    (b"name=\xff\xfe", FORM),
    (b"\xff\xfe", FORM),
    (b"name=a", "multipart/form-data"),
    (b"garbage", "multipart/form-data; boundary=x"),
    (b"--x\r\n\r\ngarbage", "multipart/form-data; boundary=x"),
    (
        b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
)


@pytest.mark.parametrize(("body", "kind"), ODD)
async def test_a_body_that_cannot_be_read_is_refused(hub: Node, body: bytes, kind: str) -> None:
    async with signed_in(hub) as somebody:
        said = await somebody.send("/masuk", body, kind)
    assert said.status < 500
    assert said.type == "text/html"


def stored_version(hub: Node, draft: str) -> int:
    found = hub.db.read_sync(lambda conn: drafts.get(conn, draft))
    assert found is not None
    return found.version


@pytest.mark.parametrize("digits", ["9" * 20, "9" * 5_000])
async def test_numbers_in_an_address_may_be_of_any_length(hub: Node, digits: str) -> None:
    async with signed_in(hub) as somebody:
        for path in (
            f"/keputusan?jenis=applied&sebelum={digits[:3_000]}",
            f"/inovasi?page={digits[:3_000]}",
        ):
            assert (await somebody.get(path)).status == 200


async def test_a_form_with_odd_names_leads_nowhere_else(hub: Node) -> None:
    draft = hub.db.run_sync(
        lambda conn: drafting.begin(
            conn, hub, account="operator1", fields={"title": "x", "outputs": [{"name": "y"}]}
        )
    ).id
    here = f"/inovasi/draf/{draft}"
    async with signed_in(hub) as somebody:
        for sent in (
            {f"outputs.{'9' * 5_000}.name": "x"},
            {"add": "a\r\nX-Odd: 1"},
            {"drop": "a\r\nX-Odd: 1"},
            {"outputs.0.name": "y", "drop": f"outputs.{'9' * 5_000}"},
            {"drop": "outputs.²"},
        ):
            version = str(stored_version(hub, draft))
            said = await somebody.post(here, version=version, **sent)
            assert (said.status, said.place.partition("#")[0]) == (303, here)
