"""An operator at the command line of `hubnode`, and the centre that he talks to."""

import sqlite3
from pathlib import Path

from protocol.canonical import Json
from runtime.console import ExitCode
from tests.support.commands import Outcome, command_here

HEADER = "kode,title,agency.name,agency.kind,region,started\n"
ROWS = (
    "1,Antar Obat ke Rumah,Dinas Kesehatan Kota Denpasar,kota,51.71,2021\n"
    "2,Pasar Daring Pedagang,Dinas Perdagangan Kota Denpasar,kota,51.71,2022\n"
    "3,Arsip Desa Digital,Dinas Kearsipan Provinsi Bali,provinsi,51,2019\n"
)
WRONG = "4,Taman Baca,Dinas Perpustakaan,kota,99.99,dua ribu\n"


def node(folder: Path, *words: str) -> Outcome:
    """Types `hubnode WORDS --data FOLDER`."""
    return command_here("hubnode", *words, "--data", str(folder))


def document(answer: Outcome) -> dict[str, Json]:
    """The one document on stdout; nothing else may be there."""
    assert answer.out.count("\n") == 1, answer
    found = answer.json
    assert isinstance(found, dict)
    return found


def refused(answer: Outcome, code: ExitCode, words: str) -> bool:
    """Whether a command ended with a sentence on stderr, and nothing on stdout."""
    is_sentence = words in answer.err and "Traceback" not in answer.err
    return (answer.code, answer.out, is_sentence) == (code, "", True)


def invitation(centre: Path, hub: str) -> str:
    """A fresh invitation of a centre's folder."""
    made = document(command_here("central", "hub", "invite", hub, "--data", str(centre), "--json"))
    return str(made["invitation"])


def enrolled_node(centre: Path, folder: Path, hub: str) -> Path:
    """A new node, enrolled as that hub."""
    assert node(folder, "init").code == ExitCode.OK
    assert node(folder, "enrol", invitation(centre, hub), "--yes").code == ExitCode.OK
    return folder


def sync_until_decided(folder: Path, count: int) -> dict[str, Json]:
    """Runs until this hub knows the outcome of `count` of its entries."""
    while True:
        report = document(node(folder, "sync", "now", "--json"))
        outcomes = report["outcomes"]
        assert isinstance(outcomes, dict)
        if sum(int(str(it)) for it in outcomes.values()) >= count:
            return report


def ids(folder: Path) -> list[str]:
    """Ids of the hub's own records."""
    items = document(node(folder, "record", "list", "--json"))["items"]
    assert isinstance(items, list)
    return [str(item["id"]) for item in items]  # type: ignore[call-overload,index]


def point_to(folder: Path, address: str) -> None:
    """From now on this is the centre's address."""
    with sqlite3.connect(folder / "node.sqlite") as database:
        database.execute("UPDATE identity SET url = ?", (address,))
    database.close()


def point_to_nowhere(folder: Path) -> None:
    """From now on nobody answers at the centre's address."""
    point_to(folder, "http://127.0.0.1:9")
