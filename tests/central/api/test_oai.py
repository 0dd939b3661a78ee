"""OAI-PMH 2.0, harvested by a client that this project did not write."""

from typing import Any

import pytest
from lxml import etree
from oaipmh_scythe import exceptions

from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.members import Seen
from tests.support.author import AT, Author
from tests.support.centres import AUTHORITY, RunningCentre
from tests.support.harvesting import harvest, headers, records
from tests.support.many_records import fill
from tests.support.published import Published, publish

OAI = "{http://www.openarchives.org/OAI/2.0/}"


@pytest.fixture
async def catalogue(centre: RunningCentre) -> Published:
    found = await publish(centre)
    found.settle()
    return found


def oai_id(author: Author, number: int) -> str:
    return f"oai:{AUTHORITY}:{author.record(number)}"


def withdraw(author: Author, number: int, national: int) -> None:
    change = RecordWithdraw(
        salt="f" * 32,
        at=AT,
        by="operator",
        seen=Seen(national=national, own=len(author.entries)),
        record=author.record(number),
        reason="tidak berjalan lagi",
    )
    author.entries.append(encode_change(change))


async def test_the_repository_identifies_itself(catalogue: Published) -> None:
    found: Any = await harvest(catalogue.centre.url, lambda client: client.identify())
    assert (found.protocolVersion, found.deletedRecord) == ("2.0", "persistent")
    assert found.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert found.baseURL == f"{catalogue.centre.url}/oai"
    assert found.adminEmail == f"postmaster@{AUTHORITY}"


async def test_formats_are_listed_for_all_and_for_one(catalogue: Published) -> None:
    url, one = catalogue.centre.url, oai_id(catalogue.bali, 1)
    of_all: list[Any] = await harvest(url, lambda it: list(it.list_metadata_formats()))
    of_one: list[Any] = await harvest(url, lambda it: list(it.list_metadata_formats(one)))
    for found in (of_all, of_one):
        assert [it.metadataPrefix for it in found] == ["oai_dc", "jipp"]


async def test_hubs_and_provinces_are_sets(catalogue: Published) -> None:
    found: list[Any] = await harvest(catalogue.centre.url, lambda client: list(client.list_sets()))
    names = [it.setSpec for it in found]
    assert {"hub", "hub:51", "hub:lan", "province", "province:51", "province:96"} <= {*names}
    assert len(names) == len(set(names)) == 2 + 2 + 38


async def test_records_are_listed_with_their_dublin_core(catalogue: Published) -> None:
    found = {it.header.identifier: it for it in await records(catalogue.centre.url)}
    assert found.keys() == {
        oai_id(catalogue.bali, 1),
        oai_id(catalogue.bali, 2),
        oai_id(catalogue.lan, 3),
    }
    core = found[oai_id(catalogue.bali, 1)].metadata
    assert core["title"][0] == "Antrean daring puskesmas"
    assert core["coverage"] == ["Kota Denpasar"]
    assert "Kehidupan Sehat dan Sejahtera" in core["subject"]


async def test_one_record_is_found_by_its_identifier(catalogue: Published) -> None:
    identifier = oai_id(catalogue.lan, 3)
    found: Any = await harvest(
        catalogue.centre.url, lambda client: client.get_record(identifier, "oai_dc")
    )
    assert found.header.identifier == identifier
    assert found.header.setSpecs == ["hub:lan"]


async def test_the_own_format_is_as_its_schema_says(catalogue: Published) -> None:
    schema = etree.XMLSchema(etree.fromstring((await catalogue.centre.get("/oai/jipp.xsd")).body))
    for record in await records(catalogue.centre.url, "jipp"):
        [shown] = record.xml.find(f"{OAI}metadata")
        schema.assertValid(shown)


async def test_the_own_format_holds_every_field(catalogue: Published) -> None:
    identifier = oai_id(catalogue.bali, 1)
    record: Any = await harvest(
        catalogue.centre.url, lambda client: client.get_record(identifier, "jipp")
    )
    own = "{urn:jipp:oai:1}"
    [shown] = record.xml.find(f"{OAI}metadata")
    said = shown.find(f"{own}record")
    assert said.findtext(f"{own}budget") == "25000000"
    assert [it.text for it in said.find(f"{own}sdgs")] == ["3", "16"]
    assert said.findtext(f"{own}outputs/{own}item/{own}value") == "28"
    assert shown.findtext(f"{own}award_standings/{own}item") == "open"


@pytest.mark.parametrize(
    ("name", "count"),
    [("hub:51", 2), ("hub:lan", 1), ("hub", 3), ("province:51", 2), ("province", 2)],
)
async def test_a_set_is_harvested_alone(catalogue: Published, name: str, count: int) -> None:
    assert len(await headers(catalogue.centre.url, set_=name)) == count


async def test_what_changed_since_the_last_harvest_is_harvested_alone(
    catalogue: Published,
) -> None:
    start = len(catalogue.bali.entries)
    catalogue.bali.put(2, {"title": "Perizinan satu hari"}, national=catalogue.national_size)
    await catalogue.say(catalogue.bali, start)
    catalogue.settle(ago_s=60)
    stamps = sorted(it.datestamp for it in await headers(catalogue.centre.url))
    newer = await records(catalogue.centre.url, from_=stamps[-1])
    assert [it.metadata["title"][0] for it in newer] == ["Perizinan satu hari"]
    older = await headers(catalogue.centre.url, until=stamps[0])
    assert len(older) == 2


async def test_a_withdrawn_record_is_a_deleted_one(catalogue: Published) -> None:
    start = len(catalogue.bali.entries)
    withdraw(catalogue.bali, 1, catalogue.national_size)
    await catalogue.say(catalogue.bali, start)
    catalogue.settle(ago_s=60)
    gone = [it for it in await records(catalogue.centre.url) if it.header.deleted]
    assert [it.header.identifier for it in gone] == [oai_id(catalogue.bali, 1)]
    assert gone[0].xml.find(f"{OAI}metadata") is None
    assert [it.identifier for it in await headers(catalogue.centre.url) if it.deleted] == [
        oai_id(catalogue.bali, 1)
    ]


async def test_a_record_is_not_listed_before_its_datestamp_has_come(centre: RunningCentre) -> None:
    found = await publish(centre)
    found.settle(ago_s=0)
    with pytest.raises(exceptions.NoRecordsMatch):
        await headers(centre.url)
    identifier = oai_id(found.bali, 1)
    with pytest.raises(exceptions.IdDoesNotExist):
        await harvest(centre.url, lambda client: client.get_record(identifier))


async def test_ten_thousand_records_are_harvested_each_once(centre: RunningCentre) -> None:
    await centre.centre.db.run(lambda conn: fill(conn, centre.centre, 10_000))
    found = await records(centre.url)
    assert len({it.header.identifier for it in found}) == len(found) == 10_000
    listed = await headers(centre.url)
    assert [it.identifier for it in listed] == [it.header.identifier for it in found]


async def test_a_list_goes_on_where_it_ended_though_records_leave_it(
    centre: RunningCentre,
) -> None:
    """What changes while a list is read is in the next harvest, and shifts nothing in this one."""
    await centre.centre.db.run(lambda conn: fill(conn, centre.centre, 450))
    first = etree.fromstring((await centre.get("/oai?verb=ListRecords&metadataPrefix=jipp")).body)
    token = first.findtext(f".//{OAI}resumptionToken")
    await centre.centre.db.run(lambda conn: fill(conn, centre.centre, 1))
    seen = [it.text for it in first.iter(f"{OAI}identifier")]
    while token:
        part = etree.fromstring(
            (await centre.get(f"/oai?verb=ListRecords&resumptionToken={token}")).body
        )
        seen += [it.text for it in part.iter(f"{OAI}identifier")]
        token = part.findtext(f".//{OAI}resumptionToken")
    assert len(set(seen)) == len(seen) == 450


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=hub", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=a%20b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0001-01-01T25:00:00Z", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-01T00:00:00Z",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-01&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=kota:51", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=hub:", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=e30", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=x", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00%FF", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:lain:1", "idDoesNotExist"),
    ],
)
async def test_what_is_wrong_with_a_request_has_the_code_of_the_protocol(
    catalogue: Published, query: str, code: str
) -> None:
    answer = await catalogue.centre.get(f"/oai?{query}")
    assert answer.status == 200
    assert etree.fromstring(answer.body).find(f"{OAI}error").get("code") == code


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("verb=ListRecords&resumptionToken=zz", {"verb": "ListRecords", "resumptionToken": "zz"}),
        ("verb=ListSets&resumptionToken=zz", {"verb": "ListSets", "resumptionToken": "zz"}),
        (
            "verb=GetRecord&metadataPrefix=oai_dc&identifier=x",
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "x"},
        ),
        ("verb=Identify&set=x", {}),
        ("verb=Nothing", {}),
        ("verb=ListRecords&verb=Identify", {}),
    ],
)
async def test_a_fault_repeats_the_arguments_unless_they_are_the_fault(
    centre: RunningCentre, query: str, named: dict[str, str]
) -> None:
    answer = etree.fromstring((await centre.get(f"/oai?{query}")).body)
    assert answer.find(f"{OAI}error") is not None
    assert dict(answer.find(f"{OAI}request").attrib) == named


async def test_what_a_reader_has_kept_is_no_answer_to_a_post(catalogue: Published) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    first = await catalogue.centre.post("/oai", b"verb=Identify", form)
    tag = {"If-None-Match": first.headers["etag"]}
    again = await catalogue.centre.post("/oai", b"verb=Identify", {**form, **tag})
    assert again.status == 200
    assert (
        await catalogue.centre.post("/oai", b"verb=Identify", {**form, "If-None-Match": "*"})
    ).status == 200


async def test_arguments_may_come_in_the_body(catalogue: Published) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await catalogue.centre.post("/oai", b"verb=Identify", form)
    assert etree.fromstring(answer.body).find(f"{OAI}Identify") is not None
    refused = await catalogue.centre.post("/oai", b"verb=Identify", {"Content-Type": "text/plain"})
    assert refused.status == 400


async def test_a_text_that_xml_cannot_hold_breaks_no_list(centre: RunningCentre) -> None:
    bali = Author(hub="51")
    await centre.enrol(bali)
    bali.put(1, {"title": "Antrean\u000bdaring\ufffe puskesmas", "region": "51", "started": "2024"})
    await centre.submit(bali)
    await centre.reconcile()
    Published(centre=centre, bali=bali, lan=bali).settle()
    answer = await centre.get("/oai?verb=ListRecords&metadataPrefix=jipp")
    assert etree.fromstring(answer.body) is not None


async def test_without_a_host_to_be_called_by_nothing_is_answered(centre: RunningCentre) -> None:
    answer = await centre.get("/oai?verb=Identify", {"Host": 'jahat"><x'})
    assert answer.status == 400
