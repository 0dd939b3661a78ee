"""`hubnode replication` against a real centre: what its operators type and read."""

from pathlib import Path

import pytest

from protocol.canonical import Json
from runtime.console import ExitCode
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


@pytest.fixture(scope="module")
def owner(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub 81 with three records."""
    folder = enrolled_node(centre, tmp_path_factory.mktemp("owner") / "81", "81")
    table = folder.parent / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    assert node(folder, "import", "commit", str(table)).code == ExitCode.OK
    sync_until_decided(folder, 4)
    return folder


@pytest.fixture(scope="module")
def wanter(centre: Path, owner: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hub 82, which knows the records of hub 81."""
    assert owner.exists()
    folder = enrolled_node(centre, tmp_path_factory.mktemp("wanter") / "82", "82")
    sync_until_decided(folder, 1)
    return folder


def listed(folder: Path) -> list[dict[str, Json]]:
    return rows(document(node(folder, "replication", "list", "--json"))["items"])


def rows(items: Json) -> list[dict[str, Json]]:
    assert isinstance(items, list)
    return [it for it in items if isinstance(it, dict)]


@pytest.fixture(scope="module")
def begun(owner: Path, wanter: Path) -> str:
    """An interest that both hubs know of; its id."""
    words = ("interest", ids(owner)[0], "--details", "Surat minat 12/2026", "--by", "sari")
    said = document(node(wanter, "replication", *words, "--json"))
    assert (said["record"], said["step"]) == (ids(owner)[0], "interest")
    sync_until_decided(wanter, 2)
    assert node(owner, "sync", "now").code == ExitCode.OK
    return str(said["replication"])


def test_a_list_says_what_is_next_and_whose_turn_it_is(owner: Path, begun: str) -> None:
    [item] = listed(owner)
    assert (item["replication"], item["record"]) == (begun, ids(owner)[0])
    assert f",{item['title']}," in ROWS
    assert (item["hub"], item["owner"], item["step"]) == ("82", "81", "interest")
    assert (item["next"], item["turn"], item["is_waiting"]) == ("agreement", "81", False)
    assert item["details"] == "Surat minat 12/2026"
    assert begun in node(owner, "replication", "list").out


@pytest.mark.usefixtures("begun")
def test_status_says_whose_turn_it_is_to_whose_turn_it_is(owner: Path, wanter: Path) -> None:
    sentence = "1 replikasi menunggu langkah hub ini. Lihat: hubnode replication list"
    assert sentence in node(owner, "status").err
    assert document(node(owner, "status", "--json"))["to_replicate"] == [sentence]
    assert document(node(wanter, "status", "--json"))["to_replicate"] == []


def test_every_step_has_its_command(owner: Path, wanter: Path, begun: str) -> None:
    said = node(wanter, "replication", "approve", begun)
    assert refused(said, ExitCode.FAILED, "(step_out_of_order)")
    assert "next is hub 81" in said.err
    said = node(owner, "replication", "agree", begun)
    assert f"Saved: agreement of {begun}." in said.err
    said = node(owner, "replication", "refuse", begun, "--details", "Tidak jadi")
    assert refused(said, ExitCode.FAILED, "(step_waiting)")
    sync_until_decided(owner, 5)
    assert node(wanter, "sync", "now").code == ExitCode.OK
    assert node(wanter, "replication", "approve", begun).code == ExitCode.OK
    sync_until_decided(wanter, 3)
    foreign = node(wanter, "replication", "implement", begun, "--record", ids(owner)[0])
    assert refused(foreign, ExitCode.FAILED, "result_not_own")
    gave_up = node(wanter, "replication", "withdraw", begun, "--details", "Anggaran ditunda")
    assert gave_up.code == ExitCode.OK
    sync_until_decided(wanter, 4)
    [item] = listed(wanter)
    assert (item["step"], item["next"], item["turn"]) == ("withdrawal", "", "")


def test_the_catalogue_shows_a_family_and_a_spread_offline(owner: Path, wanter: Path) -> None:
    original = ids(owner)[2]
    fields = (
        *("--set", "title=Arsip Kelurahan", "--set", "started=2025", "--set", "region=73.71"),
        *("--set", 'agency={"name":"Kota Makassar","kind":"kota"}'),
        *("--set", f'replicates={{"innovation":"{original}"}}'),
    )
    made = str(document(node(wanter, "record", "publish", *fields, "--json"))["record"])
    sync_until_decided(wanter, 5)
    shown = node(wanter, "catalogue", "show", original)
    assert f"- {made}\t82\tArsip Kelurahan\tactive\tno\t0" in shown.out
    assert f"73.71\tKota Makassar\tKota Makassar\t2025\t{made}" in shown.out
    assert "Replications: 1 directly, 1 in all" in shown.err
    page = document(node(wanter, "catalogue", "show", made, "--json"))
    assert isinstance(page["family"], dict)
    [above] = rows(page["family"]["originals"])
    assert (above["record"], above["confirmed"]) == (original, False)
    assert original in node(wanter, "catalogue", "show", made).out


@pytest.mark.parametrize("details", ["", "  "])
def test_an_interest_says_why(wanter: Path, details: str) -> None:
    said = node(wanter, "replication", "interest", "ID", "--details", details)
    assert refused(said, ExitCode.USAGE, "--details is empty")


def test_personal_data_is_refused(owner: Path, wanter: Path) -> None:
    words = ("interest", ids(owner)[1], "--details", "Hubungi siti@contoh.go.id")
    assert refused(node(wanter, "replication", *words), ExitCode.FAILED, "data pribadi")


def test_a_replication_that_nobody_began_is_not_known(wanter: Path) -> None:
    said = node(wanter, "replication", "agree", "01a224f4-1b1f-7169-a509-6f473188a9b0")
    assert refused(said, ExitCode.FAILED, "(replication_unknown)")


def test_a_node_without_replications_says_how_to_begin(alone: Path) -> None:
    assert "hubnode replication interest" in node(alone, "replication", "list").err
