"""What a page says when the machine, the network or the program fails: a page, never raw JSON."""

import errno
import os

import pytest

from hubnode.backup import every
from hubnode.keys import KEY_FILE
from hubnode.node import SYNC_LOCK, Node
from hubnode.sync.answers import Refused as RefusedByCentre
from hubnode.verifying_apart import VerificationFailed
from hubnode.web import health
from runtime.durable import FolderLock
from runtime.ports import Unreachable
from tests.support.hub_http import signed_in

FAILURES = (
    (Unreachable("dns"), 409, "unreachable"),
    (RefusedByCentre("hub_suspended"), 403, "hub_suspended"),
    (RefusedByCentre("of a newer centre"), 409, "of a newer centre"),
    (VerificationFailed("killed"), 409, "verification_failed"),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 409, "disk_unwritable"),
    (RuntimeError("a fault of ours"), 500, "internal"),
)


@pytest.mark.parametrize(("error", "status", "code"), FAILURES)
async def test_a_button_that_fails_answers_with_a_page_that_says_why(
    hub: Node, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(health, "close_files", fail)
    async with signed_in(hub) as operator:
        said = await operator.post("/kesehatan", mend="close-files")
    assert (said.status, said.type) == (status, "text/html")
    assert f"<code>{code}</code>" in said.text
    assert "a fault of ours" not in said.text


async def test_a_key_file_that_others_can_read_is_named_on_every_page_that_needs_it(
    hub: Node,
) -> None:
    async with signed_in(hub) as operator:
        await operator.post("/pengaturan/cadangan")
        [made] = every(hub.folder)
        (hub.folder / KEY_FILE).chmod(0o644)
        for path, form in (
            ("/kesehatan", {"mend": "adopt"}),
            ("/pengaturan/cadangan/periksa", {"name": made.name}),
            ("/pengaturan/cadangan", {}),
            ("/pengaturan/kunci/ganti", {}),
        ):
            said = await operator.post(path, **form)
            assert (path, said.status, said.type) == (path, 409, "text/html")
            assert "key_file_refused" in said.text


async def test_a_hub_is_not_moved_here_while_a_run_is_under_way(hub: Node) -> None:
    with FolderLock(hub.folder, SYNC_LOCK):
        async with signed_in(hub) as operator:
            said = await operator.post("/kesehatan", mend="adopt")
    assert (said.status, "already_running" in said.text) == (409, True)


async def test_an_unknown_address_is_a_page_in_a_browser(hub: Node) -> None:
    async with signed_in(hub) as operator:
        said = await operator.get("/tidak-ada")
    assert (said.status, said.type) == (404, "text/html")
    assert "not_found" in said.text
