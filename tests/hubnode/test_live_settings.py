"""Settings of a node that runs: changed in the file, told at once, and fixed from outside."""

from pathlib import Path

import pytest

from hubnode.live_settings import LiveSettings
from hubnode.settings import NodeSettings, load_node_settings
from runtime.setting_values import document_of
from runtime.settings import SettingsRefused, make_settings

MAIL_WITHOUT_ENCRYPTION = """
alert_smtp_host = "surat"
alert_smtp_security = "none"
alert_smtp_password = "x"
alert_from = "a@b"
alert_to = ["c@d"]
"""


def live(folder: Path, **given: object) -> LiveSettings:
    return LiveSettings(folder, load_node_settings(folder), given=given)


def test_a_change_is_in_the_file_and_holds_at_once(tmp_path: Path) -> None:
    kept, told = live(tmp_path), list[NodeSettings]()
    kept.follow(told.append)
    kept.change({"schedule_interval_s": 120, "proxy": "http://proxy:3128"})
    assert (kept.now.schedule_interval_s, kept.now.proxy) == (120, "http://proxy:3128")
    assert load_node_settings(tmp_path) == kept.now
    assert told == [kept.now]


def test_what_cannot_be_used_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    kept = live(tmp_path)
    with pytest.raises(SettingsRefused, match="schedule_interval_s"):
        kept.change({"schedule_interval_s": 0, "proxy": "http://proxy:3128"})
    assert not (tmp_path / "node.toml").exists()
    assert kept.now.proxy == ""


def test_what_the_environment_says_stays_and_is_said_to_be_fixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIPP_NODE_PROXY", "http://kantor:8080")
    kept = live(tmp_path)
    kept.change({"proxy": "http://lain:1", "backup_every": "daily"})
    assert kept.fixed["proxy"] == "JIPP_NODE_PROXY"
    assert kept.now.proxy == "http://kantor:8080"
    assert "proxy" not in (tmp_path / "node.toml").read_text(encoding="utf-8")


def test_what_the_command_line_said_outlives_a_change(tmp_path: Path) -> None:
    kept = live(tmp_path, schedule_interval_s=60, port=None)
    kept.change({"schedule_interval_s": 900, "backup_every": "weekly"})
    assert (kept.now.schedule_interval_s, kept.now.backup_every) == (60, "weekly")
    assert set(kept.fixed) == {"schedule_interval_s"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('proxy = "proxy.kantor"', "proxy: must be the address of an HTTP proxy"),
        ('proxy = "socks5://proxy:1"', "proxy: must be the address of an HTTP proxy"),
        ('alert_webhook = "http://contoh.go.id/"', "alert_webhook: must begin with https://"),
        ('alert_webhook = "https://"', "alert_webhook: must begin with https://"),
        ('alert_to = ["dinas"]', "alert_to: 'dinas' is no mail address"),
        ('alert_from = "a@b\\nBcc: c@d"', "alert_from: "),
        ('alert_smtp_host = "surat"', "alert_smtp_host: mail needs alert_from and alert_to"),
        ('tls_key = "kunci.pem"', "tls_key: a key without tls_certificate"),
        ("backups_kept = 0", "backups_kept: must be at least 1"),
        (
            MAIL_WITHOUT_ENCRYPTION,
            "alert_smtp_security: a password is not sent without encryption",
        ),
    ],
)
def test_a_setting_that_cannot_work_is_a_sentence(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "node.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsRefused) as refused:
        load_node_settings(tmp_path)
    assert refused.value.faults[0].startswith(fault)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://[::1]/", "https://a.go.id/b?c=d"])
def test_a_webhook_is_https_or_on_this_machine(url: str) -> None:
    assert make_settings(NodeSettings, {"alert_webhook": url}).alert_webhook == url


def test_a_password_is_not_shown() -> None:
    settings = make_settings(NodeSettings, {"alert_smtp_password": "rahasia"})
    assert "rahasia" not in f"{settings} {document_of(settings)}"
