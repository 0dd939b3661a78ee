"""A disk that lost the database and kept the keys: the same hub comes back from the centre.

The invitation that it was enrolled with still opens the door to the same keys, and to no others.
"""

from pathlib import Path

from runtime.console import ExitCode
from tests.support.operators import (
    HEADER,
    ROWS,
    document,
    ids,
    invitation,
    node,
    refused,
    sync_until_decided,
)


def test_init_keeps_the_keys_that_are_there_and_the_log_comes_back(
    centre: Path, tmp_path: Path
) -> None:
    folder, invited = tmp_path / "bali", invitation(centre, "uji-hilang")
    node(folder, "init")
    node(folder, "enrol", invited, "--yes")
    table = tmp_path / "inovasi.csv"
    table.write_text(HEADER + ROWS, encoding="utf-8")
    node(folder, "import", "commit", str(table))
    sync_until_decided(folder, 4)
    before = ids(folder)
    keys = (folder / "keys.pem").read_bytes()
    for file in folder.glob("node.sqlite*"):
        file.unlink()

    made = node(folder, "init")
    enrolled = node(folder, "enrol", invited, "--yes")
    report = sync_until_decided(folder, 4)

    assert (made.code, enrolled.code) == (ExitCode.OK, ExitCode.OK)
    assert "keys" in made.err
    assert (folder / "keys.pem").read_bytes() == keys
    assert report["state"] == "ok"
    assert ids(folder) == before
    assert document(node(folder, "verify", "--json"))["verified"] is True


def test_init_refuses_keys_that_cannot_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "bali"
    folder.mkdir()
    (folder / "keys.pem").write_text("not a key\n", encoding="ascii")
    (folder / "keys.pem").chmod(0o600)

    assert refused(node(folder, "init"), ExitCode.FAILED, "the key 'log' is not in it")
    assert (folder / "keys.pem").read_text("ascii") == "not a key\n"
