"""`hubnode campaign`, and an attestation for one, against a real centre."""

from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.commands import command_here
from tests.support.operators import (
    HEADER,
    ROWS,
    document,
    enrolled_node,
    ids,
    node,
    refused,
    sync_until_decided,
)

WHO = ("--by", "rina", "--agency", "panrb")


@pytest.fixture(scope="module")
def asked(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub 73 with three records, which a campaign asks for."""
    folder = enrolled_node(centre, tmp_path_factory.mktemp("asked") / "sulsel", "73")
    table = folder.parent / "inovasi.csv"
    table.write_text(HEADER + ROWS.replace("51", "73"), encoding="utf-8")
    assert node(folder, "import", "commit", str(table)).code == ExitCode.OK
    sync_until_decided(folder, 4)
    words = ("--title", "Pemutakhiran 2026", "--due", "2099-12-31", "--hub", "73", *WHO)
    opened = command_here("central", "campaign", "open", "uji", *words, "--data", str(centre))
    assert opened.code == ExitCode.OK, opened.err
    assert node(folder, "sync", "now").code == ExitCode.OK
    return folder


def test_a_list_says_what_is_asked_of_this_hub(asked: Path) -> None:
    row = node(asked, "campaign", "list").out.splitlines()[1].split("\t")
    assert row == ["uji", "Pemutakhiran 2026", "2099-12-31", "open", *"300303"]
    [item] = list_of(document(node(asked, "campaign", "list", "--json"))["items"])
    assert item["own"] == item["everywhere"]


def list_of(items: Json) -> list[dict[str, Json]]:
    assert isinstance(items, list)
    return [item for item in items if isinstance(item, dict)]


def test_a_campaign_shows_what_each_record_lacks_and_what_to_type(asked: Path) -> None:
    shown = node(asked, "campaign", "show", "uji")
    assert shown.out.count("A: Ringkasan") == 3
    assert "hubnode record attest ID --campaign uji" in shown.err
    items = list_of(document(node(asked, "campaign", "show", "uji", "--json"))["items"])
    assert [item["record"] for item in items] == sorted(ids(asked), key=titles(asked).__getitem__)


def titles(folder: Path) -> dict[str, str]:
    items = list_of(document(node(folder, "record", "list", "--json"))["items"])
    return {str(item["id"]): str(item["title"]) for item in items}


def test_status_says_it_in_a_sentence(asked: Path) -> None:
    sentence = "3 inovasi perlu dimutakhirkan sampai 2099-12-31: Pemutakhiran 2026 (uji)."
    assert sentence in node(asked, "status").err
    assert document(node(asked, "status", "--json"))["to_refresh"] == [sentence]


def test_an_attestation_for_an_unknown_campaign_is_refused_by_a_sentence(asked: Path) -> None:
    said = node(asked, "record", "attest", ids(asked)[0], "--campaign", "2025")
    assert refused(said, ExitCode.FAILED, "Kampanye pemutakhiran ini tidak ada.")
    assert "yang dikenal di sini: uji" in said.err
    assert document(node(asked, "sync", "queue", "--json"))["total"] == 0


def test_a_campaign_that_this_node_does_not_know_is_not_shown(asked: Path) -> None:
    assert refused(node(asked, "campaign", "show", "2025"), ExitCode.FAILED, "campaign_unknown")


def test_a_node_without_campaigns_says_how_they_arrive(alone: Path) -> None:
    assert "hubnode sync now" in node(alone, "campaign", "list").err


def test_when_all_is_refreshed_nothing_is_left_and_a_closed_campaign_takes_no_more(
    centre: Path, asked: Path
) -> None:
    for record in ids(asked):
        assert node(asked, "record", "attest", record, "--campaign", "uji").code == ExitCode.OK
    sync_until_decided(asked, 7)
    shown = node(asked, "campaign", "show", "uji")
    assert "Nothing is left here to refresh." in shown.err
    assert document(node(asked, "status", "--json"))["to_refresh"] == []
    words = ("campaign", "close", "uji", "--reason", "Selesai", *WHO, "--data", str(centre))
    assert command_here("central", *words).code == ExitCode.OK
    node(asked, "sync", "now")
    said = node(asked, "record", "attest", ids(asked)[0], "--campaign", "uji")
    assert refused(said, ExitCode.FAILED, "sudah ditutup")
