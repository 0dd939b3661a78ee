"""Papua is split: provinces 93 to 96 come to be, and their records go to their own hubs.

The laws are UU 14, 15, 16 and 29 of 2022. Papua (91) gives Merauke to Papua Selatan (93), Nabire
to Papua Tengah (94), Jayawijaya to Papua Pegunungan (95); Papua Barat (92) gives Kota Sorong to
Papua Barat Daya (96). Each region has another code since.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection

from central import national
from central.casework import agencies, holds, ownership
from central.casework.ownership import Given
from central.casework.person import Person
from hubnode.authoring import Desk, own_record
from hubnode.node import Node
from hubnode.review import record_history
from hubnode.showing import record_page
from hubnode.store import outcomes, records
from hubnode.store.outcomes import Standing
from hubnode.sync.run import sync
from protocol.canonical import Json
from protocol.catalogue import shown_record
from protocol.entries.record_decisions import RecordTransferred
from protocol.innovation import regions
from protocol.innovation.reference import table
from protocol.record_state import decode_record_state
from tests.support.entries import applied, record_id
from tests.support.federation import FederationUnderTest
from tests.support.nodes import pending_count, publish
from tests.support.rooms import VALID
from tests.support.shared import SHARED, needs_shared
from tests.support.stories import assert_sound, at_centre, at_hub, decisions, who

BUDI = Person(by="budi", agency="kemendagri", reason="UU 14, 15, 16, 29/2022")
PLACES = {
    "Merauke": ("91", "91.01", "93", "93.01"),
    "Nabire": ("91", "91.04", "94", "94.01"),
    "Jayawijaya": ("91", "91.02", "95", "95.01"),
    "Kota Jayapura": ("91", "91.71", "91", "91.71"),
    "Kota Sorong": ("92", "92.71", "96", "96.71"),
    "Manokwari": ("92", "92.02", "92", "92.02"),
}
"""Who had a record of which region, under which code, and who has it now, under which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papua:
    """The federation with its six hubs, and the record of each place."""

    federation: FederationUnderTest
    hubs: Mapping[str, Node]
    records: Mapping[str, str]

    async def everyone_syncs(self) -> None:
        for node in self.hubs.values():
            await sync(node)
        await self.federation.settle()
        for node in self.hubs.values():
            await sync(node)

    def give(self, giver: str, to: str) -> Given:
        """The centre gives what lies in the receiver's province, whatever its code says."""
        centre = self.federation.centre

        def work(conn: Connection) -> Given:
            found = ownership.estate(conn, centre, giver, [to])
            return ownership.give(conn, centre, found.records, giver=giver, to=to, person=BUDI)

        return centre.db.run_sync(work)

    def split(self) -> None:
        for giver, to in (("91", "93"), ("91", "94"), ("91", "95"), ("92", "96")):
            given = self.give(giver, to)
            assert (len(given.records), given.left) == (1, ())

    def listed(self, hub: str) -> set[str]:
        """The places whose records a hub has among its own."""
        node = self.hubs[hub]
        own = {it.id for it in node.db.read_sync(lambda conn: records.page(conn, limit=100))}
        return {place for place, record in self.records.items() if record in own}

    def shown(self, place: str) -> dict[str, Json]:
        return shown_record(decode_record_state(at_centre(self.federation.centre)[self.of(place)]))

    def of(self, place: str) -> str:
        return self.records[place]


def regions_of_2021() -> dict[str, str]:
    """Kemendagri's list as it was before the split, as far as this story goes."""
    former = {code: row["name"] for code, row in table("succession")["former"].items()}
    present = table("regions")
    return {**present["provinces"], **present["districts"], **former}


@pytest.fixture
async def papua(federation: FederationUnderTest, monkeypatch: pytest.MonkeyPatch) -> Papua:
    """Papua and Papua Barat have written under the codes of 2021; then the four laws come."""
    hubs = {name: await federation.hub(name) for name in ("91", "92")}
    with monkeypatch.context() as of_2021:
        of_2021.setattr(regions, "_names", regions_of_2021)
        made = {
            place: publish(hubs[giver], f"Jemput bola {place}", region=code)
            for place, (giver, code, _, _) in PLACES.items()
        }
        for node in hubs.values():
            await federation.sync(node)
    hubs |= {name: await federation.hub(name) for name in ("93", "94", "95", "96")}
    return Papua(federation=federation, hubs=hubs, records=made)


async def test_each_hub_has_what_lies_in_its_province(papua: Papua) -> None:
    papua.split()
    await papua.everyone_syncs()
    for hub in papua.hubs:
        assert papua.listed(hub) == {place for place, row in PLACES.items() if row[2] == hub}


async def test_every_region_has_the_code_that_is_in_force(papua: Papua) -> None:
    papua.split()
    for place, (_, _, owner, code) in PLACES.items():
        shown = papua.shown(place)
        assert (shown["region"], shown["hub"]) == (code, owner)


async def test_every_replica_agrees_and_the_centre_is_sound(papua: Papua) -> None:
    papua.split()
    await papua.everyone_syncs()
    for node in papua.hubs.values():
        assert at_hub(node) == at_centre(papua.federation.centre)
    assert_sound(papua.federation.centre)


async def test_one_decision_a_record_says_who_gave_it_and_why(papua: Papua) -> None:
    papua.split()
    given = [it for it in decisions(papua.federation.centre) if isinstance(it, RecordTransferred)]
    assert {(it.record, it.giver, it.to) for it in given} == {
        (papua.of(place), giver, to) for place, (giver, _, to, _) in PLACES.items() if giver != to
    }
    assert {(it.by, it.agency, it.reason) for it in given} == {
        ("budi", "kemendagri", "UU 14, 15, 16, 29/2022")
    }


async def test_the_giver_reads_to_whom_it_went_and_keeps_its_history(papua: Papua) -> None:
    papua.split()
    await papua.everyone_syncs()
    node, record = papua.hubs["91"], papua.of("Nabire")
    page = node.db.read_sync(lambda conn: record_page(conn, node, record))
    assert (page["state"], page["given"]["to"], page["given"]["reason"]) == (
        "given",
        "94",
        BUDI.reason,
    )
    own, *decided = node.db.read_sync(lambda conn: record_history(conn, node, who(node), record))
    assert own["outcome"] == "applied"
    assert ("94", BUDI.reason) in [
        (it["says"] and it["says"].get("to"), it["reason"]) for it in decided
    ]


async def test_what_the_giver_had_written_and_not_sent_becomes_a_proposal(papua: Papua) -> None:
    papua91, record = papua.hubs["91"], papua.of("Jayawijaya")
    before = papua91.db.read_sync(lambda conn: own_record(conn, record)).fields
    publish(papua91, "Jemput bola Wamena", record=record, region="95.01")
    assert before["region"] == "91.02"
    papua.split()
    await papua.everyone_syncs()
    assert papua.shown("Jayawijaya")["title"] == "Jemput bola Jayawijaya"
    assert pending_count(papua91) == 0
    standings = papua91.db.read_sync(outcomes.count_by_standing)
    assert standings[Standing.PROPOSED] == 1


async def test_the_centre_lets_such_a_proposal_count(papua: Papua) -> None:
    centre, record = papua.federation.centre, papua.of("Nabire")
    publish(papua.hubs["91"], "Jemput bola Teluk Cenderawasih", record=record, region="94.01")
    papua.split()
    await papua.everyone_syncs()
    [waiting] = centre.db.read_sync(holds.list_waiting)
    centre.db.run_sync(
        lambda conn: holds.release_change(
            conn, centre, place=waiting.place, by="budi", agency="kemendagri"
        )
    )
    assert papua.shown("Nabire")["title"] == "Jemput bola Teluk Cenderawasih"


async def test_the_receiver_edits_attests_and_withdraws_what_it_was_given(papua: Papua) -> None:
    papua.split()
    await papua.everyone_syncs()
    tengah, record = papua.hubs["94"], papua.of("Nabire")
    publish(tengah, "Jemput bola Papua Tengah", record=record)

    def attest_and_withdraw(conn: Connection) -> None:
        desk = Desk.open(conn, tengah, who(tengah), by="operator")
        desk.attest(own_record(conn, record))
        desk.withdraw(desk.current(own_record(conn, record)), "Berhenti.")
        desk.save(conn)

    tengah.db.run_sync(attest_and_withdraw)
    assert (await papua.federation.sync(tengah)).state == "ok"
    state = decode_record_state(at_centre(papua.federation.centre)[record])
    assert shown_record(state)["title"] == "Jemput bola Papua Tengah"
    assert state.attested_at is not None
    assert tengah.db.read_sync(lambda conn: own_record(conn, record)).withdrawn


async def test_a_withdrawn_record_goes_along(papua: Papua) -> None:
    papua91, record = papua.hubs["91"], papua.of("Merauke")

    def withdraw(conn: Connection) -> None:
        desk = Desk.open(conn, papua91, who(papua91), by="operator")
        desk.withdraw(own_record(conn, record), "Berhenti.")
        desk.save(conn)

    papua91.db.run_sync(withdraw)
    await papua.federation.sync(papua91)
    papua.split()
    await papua.everyone_syncs()
    selatan = papua.hubs["93"]
    assert selatan.db.read_sync(lambda conn: own_record(conn, record)).withdrawn


async def test_a_region_that_was_given_by_mistake_is_given_back(papua: Papua) -> None:
    papua.split()
    await papua.everyone_syncs()
    papua.federation.centre.db.run_sync(
        lambda conn: ownership.give(
            conn,
            papua.federation.centre,
            [papua.of("Nabire")],
            giver="94",
            to="91",
            person=replace(BUDI, reason="Keliru"),
        )
    )
    await papua.everyone_syncs()
    assert (papua.listed("91"), papua.listed("94")) == ({"Kota Jayapura", "Nabire"}, set())


async def test_the_agencies_of_a_new_province_are_renamed_at_once(papua: Papua) -> None:
    papua.split()
    centre, tengah = papua.federation.centre, papua.hubs["94"]
    after: Json = {"name": "Provinsi Papua Tengah", "kind": "provinsi"}
    assert isinstance(after, dict)

    def move(conn: Connection) -> int:
        name = "Provinsi Bali"
        found = agencies.records_of(conn, centre, name, after, hub="94")
        done = agencies.move(conn, centre, found, name=name, agency=after, person=BUDI)
        return len(done.records)

    assert centre.db.run_sync(move) == 1
    await sync(tengah)
    own = tengah.db.read_sync(lambda conn: own_record(conn, papua.of("Nabire")))
    assert own.fields["agency"] == after


@needs_shared("data/kemendagri_kabkota.csv")
async def test_every_kabupaten_and_kota_of_the_decree_finds_its_new_hub(
    federation: FederationUnderTest,
) -> None:
    centre = federation.centre
    with (SHARED / "data" / "kemendagri_kabkota.csv").open(encoding="utf-8", newline="") as file:
        decree = [row for row in csv.DictReader(file) if row["kode_provinsi"] in NEW]
    by_name = {row["name"]: code for code, row in table("succession")["former"].items()}
    for hub in ("91", "92", *NEW):
        await federation.hub(hub)
    agency: Json = {"name": "Dinas Dukcapil", "kind": "provinsi"}
    made = [
        applied(
            {**VALID, "agency": agency, "region": by_name[row["nama"]]},
            hub=by_name[row["nama"]][:2],
            record=record_id(number),
            index=number,
        )
        for number, row in enumerate(decree, start=1)
    ]
    centre.db.run_sync(lambda conn: national.append(conn, centre, made))
    story = Papua(federation=federation, hubs={}, records={})
    for giver, to in (("91", "93"), ("91", "94"), ("91", "95"), ("92", "96")):
        story.give(giver, to)
    found = {}
    for number, row in enumerate(decree, start=1):
        shown = shown_record(decode_record_state(at_centre(centre)[record_id(number)]))
        found[row["nama"]] = (shown["region"], shown["hub"])
    assert found == {row["nama"]: (row["kode"], row["kode_provinsi"]) for row in decree}


NEW = ("93", "94", "95", "96")
