"""What readers see of the national log: search, facets, history, and proofs."""

import pytest

from central import projection, registry
from central.casework.conflicts import curate
from central.projection import Found
from protocol.canonical import Json, parse
from protocol.entries.changes import RecordRestore, RecordWithdraw, encode_change
from protocol.entries.decisions import decode_decision
from protocol.entries.members import Seen
from protocol.errors import ProtocolError
from protocol.tlog_proof import check_proof_file, parse_proof_file
from runtime.finding import Place
from tests.support.author import AT, Author
from tests.support.rooms import VALID, Room

TITLES = ("Antrean daring puskesmas", "Jemput bola kependudukan", "Perizinan satu pintu")


@pytest.fixture
async def filled(room: Room, hub: Author) -> Author:
    """A hub with three records in the catalogue."""
    for number, title in enumerate(TITLES, 1):
        hub.put(number, {**VALID, "title": title, "region": "51.71" if number == 2 else "51"})
    room.submit(hub)
    await room.decide()
    return hub


async def write(room: Room, author: Author, kind: type[RecordWithdraw | RecordRestore]) -> None:
    """Withdraws or restores the author's first record."""
    start = len(author.entries)
    change = kind(
        salt=f"{start:032x}",
        at=AT,
        by="operator",
        seen=Seen(national=room.national.size, own=start),
        record=author.record(1),
        reason="Tercatat dua kali",
    )
    author.entries.append(encode_change(change))
    room.submit(author, start=start)
    await room.decide()


def search(
    room: Room, query: str = "", *, limit: int = 50, after: str | None = None, **filters: str
) -> Found:
    return room.read(
        lambda conn, it: projection.search(
            conn, it, query=query, filters=filters, limit=limit, after=Place.parse(after or "")
        )
    )


def titles(found: Found) -> list[Json]:
    shown = [parse(item) for item in found.items]
    return [it["record"]["title"] for it in shown]  # type: ignore[index,call-overload]


def proof(room: Room, record: str) -> bytes:
    file = room.read(lambda conn, it: projection.proof(conn, it, record))
    assert file is not None
    return file


def history(room: Room, record: str) -> list[dict[str, Json]]:
    return room.read(lambda conn, it: projection.history(conn, it, record))


@pytest.mark.usefixtures("filled")
def test_everything_is_found_newest_first(room: Room) -> None:
    found = search(room)
    assert titles(found) == list(reversed(TITLES))
    assert (found.total, found.next) == (3, None)


@pytest.mark.usefixtures("filled")
def test_words_find_titles_in_any_case(room: Room) -> None:
    assert titles(search(room, "PUSKESMAS")) == [TITLES[0]]


@pytest.mark.usefixtures("filled")
def test_a_derived_word_finds_what_its_stem_is_in(room: Room) -> None:
    assert titles(search(room, "penjemputan bola")) == ["Jemput bola kependudukan"]


@pytest.mark.usefixtures("filled")
def test_pages_follow_each_other_without_gap_or_repetition(room: Room) -> None:
    first = search(room, limit=2)
    second = search(room, limit=2, after=first.next)
    assert titles(first) + titles(second) == list(reversed(TITLES))
    assert (first.total, second.total, second.next) == (3, 3, None)


@pytest.mark.usefixtures("filled")
def test_facets_count_what_matches(room: Room) -> None:
    assert search(room).facets["hub"] == {"51": 3}
    assert search(room, "puskesmas").facets["hub"] == {"51": 1}


@pytest.mark.usefixtures("filled")
def test_a_filter_leaves_the_others_out(room: Room) -> None:
    assert search(room, hub="52").total == 0
    assert search(room, hub="51").total == 3


async def test_what_is_withdrawn_is_not_found_and_restored_it_is(
    room: Room, filled: Author
) -> None:
    await write(room, filled, RecordWithdraw)
    assert TITLES[0] not in titles(search(room))
    await write(room, filled, RecordRestore)
    assert TITLES[0] in titles(search(room))


async def test_a_withdrawal_keeps_the_record_and_its_history(room: Room, filled: Author) -> None:
    await write(room, filled, RecordWithdraw)
    rows = history(room, filled.record(1))
    assert [(row["change"], row["reason"]) for row in rows] == [
        ("record.withdraw", "Tercatat dua kali"),
        ("record.put", None),
    ]


def test_history_leads_to_the_entry_behind_each_decision(room: Room, filled: Author) -> None:
    [row] = history(room, filled.record(2))
    assert row["source"] == {"origin": filled.origin, "index": 2}
    assert (row["kind"], row["outcome"], row["author"]) == ("change.applied", "applied", "51")
    assert row["fields"] == ["agency", "region", "started", "title"]


def test_history_names_the_curator_by_agency_and_account(room: Room, filled: Author) -> None:
    room.write(
        lambda conn, it: curate(
            conn,
            it,
            record=filled.record(1),
            set_={"title": "Judul baru"},
            by="rina",
            agency="panrb",
        )
    )
    row = history(room, filled.record(1))[0]
    assert (row["author"], row["fields"], row["source"]) == ("panrb/rina", ["title"], None)


async def test_history_shows_what_was_held(room: Room, filled: Author) -> None:
    filled.put(1, {"region": "99"})
    room.submit(filled, start=4)
    await room.decide()
    assert history(room, filled.record(1))[0]["code"] == "schema_invalid"


def test_a_record_that_is_not_there_has_no_history_and_no_proof(room: Room) -> None:
    record = "01942b6e-4c00-7000-8000-000000000001"
    assert history(room, record) == []
    assert room.read(lambda conn, it: projection.proof(conn, it, record)) is None


def test_a_proof_file_proves_its_decision_alone(room: Room, filled: Author) -> None:
    file = parse_proof_file(proof(room, filled.record(1)))
    extra = parse(file.extra or b"")
    assert isinstance(extra, dict)
    entry = str(extra["entry"]).encode()
    keys = [room.centre.keys.national.verifier_key]
    check_proof_file(file, entry=entry, origin=room.centre.national_origin, keys=keys)
    assert decode_decision(entry) == room.decisions()[file.index]


def test_a_proof_file_does_not_prove_another_decision(room: Room, filled: Author) -> None:
    file = parse_proof_file(proof(room, filled.record(1)))
    keys = [room.centre.keys.national.verifier_key]
    other = room.entries()[file.index + 1]
    with pytest.raises(ProtocolError):
        check_proof_file(file, entry=other, origin=room.centre.national_origin, keys=keys)


def test_a_proof_is_of_the_newest_decision(room: Room, filled: Author) -> None:
    room.write(
        lambda conn, it: curate(
            conn,
            it,
            record=filled.record(1),
            set_={"title": "Judul baru"},
            by="rina",
            agency="panrb",
        )
    )
    file = parse_proof_file(proof(room, filled.record(1)))
    assert file.index == room.national.size - 1


@pytest.mark.usefixtures("filled")
def test_every_place_of_the_log_has_a_proof_and_none_beyond(room: Room) -> None:
    size = room.national.size

    def at(place: int) -> bytes | None:
        return room.read(lambda conn, it: projection.proof_of_place(conn, it, place))

    indexes = [parse_proof_file(at(place) or b"").index for place in range(size)]
    assert indexes == list(range(size))
    assert at(size) is None


async def test_the_hash_of_the_catalogue_changes_with_it_and_only_then(
    room: Room, filled: Author
) -> None:
    before = room.read(projection.catalogue_hash)
    room.write(lambda conn, it: registry.revoke(conn, it, "51", "hilang", by="rina"))
    assert room.read(projection.catalogue_hash) == before
    room.write(
        lambda conn, it: curate(
            conn,
            it,
            record=filled.record(1),
            set_={"title": "Judul baru"},
            by="rina",
            agency="panrb",
        )
    )
    assert room.read(projection.catalogue_hash) != before
