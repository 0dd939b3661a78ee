"""A node that answers over https by itself, and says what is wrong with a certificate."""

from dataclasses import replace
from pathlib import Path

import pytest

from hubnode.app import answering
from hubnode.node import Node
from hubnode.settings import NodeSettings
from runtime.http.client import HttpTransport
from runtime.http.tls import server_context
from runtime.ports import Request
from runtime.settings import SettingsRefused
from runtime.system import AsyncioSleeper
from tests.support.certificates import loopback_certificate


async def test_pages_are_served_over_https_and_their_cookies_stay_there(
    hub: Node, tmp_path: Path
) -> None:
    certificate = loopback_certificate(tmp_path)
    settings = NodeSettings(port=0, tls_certificate=str(certificate))
    async with (
        answering(replace(hub, sleeper=AsyncioSleeper()), settings) as url,
        HttpTransport(ca_file=str(certificate)) as transport,
    ):
        page = await transport.request(Request(method="GET", url=f"{url}/mulai"))
        chosen = await transport.request(
            Request(
                method="POST",
                url=f"{url}/bahasa",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=b"language=en&back=/mulai",
            )
        )
    assert (url[:8], page.status) == ("https://", 200)
    assert "Secure" in chosen.headers["set-cookie"]


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "tidak-ada.pem"
    with pytest.raises(SettingsRefused) as refused:
        server_context(missing, missing)
    [fault] = refused.value.faults
    assert fault == f"tls_certificate: {missing} cannot be read: No such file or directory"


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "surat.pem"
    path.write_text("bukan sertifikat", encoding="utf-8")
    with pytest.raises(SettingsRefused, match="no PEM certificate"):
        server_context(path, path)
