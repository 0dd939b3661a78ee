"""Atom feeds: what is new, what has changed, and how a reader goes on."""

from datetime import datetime

import pytest
from lxml import etree

from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.members import Seen
from runtime.ports import Response
from tests.support.author import AT
from tests.support.centres import RunningCentre, document
from tests.support.many_records import fill
from tests.support.published import Published, publish

ATOM = "{http://www.w3.org/2005/Atom}"
NEW, CHANGED = "/umpan/inovasi-baru.atom", "/umpan/inovasi-berubah.atom"


@pytest.fixture
async def catalogue(centre: RunningCentre) -> Published:
    found = await publish(centre)
    found.settle()
    return found


def titles(answer: Response) -> list[str]:
    assert answer.status == 200, answer.body
    entries = etree.fromstring(answer.body).iter(f"{ATOM}entry")
    return [it.findtext(f"{ATOM}title") for it in entries]


def link(answer: Response, rel: str) -> str:
    found = etree.fromstring(answer.body).find(f"{ATOM}link[@rel='{rel}']")
    return "" if found is None else str(found.get("href"))


async def change(catalogue: Published, *, ago_s: float = 60) -> None:
    start = len(catalogue.bali.entries)
    catalogue.bali.put(2, {"title": "Perizinan satu hari"}, national=catalogue.national_size)
    await catalogue.say(catalogue.bali, start)
    catalogue.settle(ago_s=ago_s)


async def test_a_changed_innovation_is_first_among_the_changed_and_not_among_the_new(
    catalogue: Published,
) -> None:
    new = titles(await catalogue.centre.get(NEW))
    await change(catalogue)
    assert titles(await catalogue.centre.get(CHANGED))[0] == "Perizinan satu hari"
    after = titles(await catalogue.centre.get(NEW))
    assert [it.replace("satu hari", "satu pintu") for it in after] == new


async def test_a_new_innovation_stays_among_the_new_while_a_change_of_it_settles(
    catalogue: Published,
) -> None:
    await change(catalogue, ago_s=0)
    assert len(titles(await catalogue.centre.get(NEW))) == 3


@pytest.mark.parametrize("path", [NEW, CHANGED])
async def test_a_feed_has_what_atom_asks_of_it(catalogue: Published, path: str) -> None:
    answer = await catalogue.centre.get(path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.body)
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        assert element.findtext(f"{ATOM}id")
        assert element.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo is not None
        assert element.findtext(f"{ATOM}author/{ATOM}name")
    assert link(answer, "self") == f"{catalogue.centre.url}{path}"


async def test_an_entry_keeps_its_id_and_says_when_it_changed(catalogue: Published) -> None:
    before = etree.fromstring((await catalogue.centre.get(NEW)).body)
    await change(catalogue)
    after = etree.fromstring((await catalogue.centre.get(NEW)).body)
    ids = [it.findtext(f"{ATOM}id") for it in before.iter(f"{ATOM}entry")]
    assert ids == [it.findtext(f"{ATOM}id") for it in after.iter(f"{ATOM}entry")]
    moved = {
        old.findtext(f"{ATOM}id")
        for old, new in zip(before.iter(f"{ATOM}entry"), after.iter(f"{ATOM}entry"), strict=True)
        if old.findtext(f"{ATOM}updated") != new.findtext(f"{ATOM}updated")
    }
    assert moved == {f"urn:uuid:{catalogue.bali.record(2)}"}


@pytest.mark.parametrize(("query", "count"), [("hub=51", 2), ("hub=lan", 1), ("province=51", 2)])
async def test_a_feed_may_be_of_one_hub_or_province(
    catalogue: Published, query: str, count: int
) -> None:
    answer = await catalogue.centre.get(f"{NEW}?{query}")
    assert len(titles(answer)) == count
    assert link(answer, "self").endswith(query)


async def test_a_withdrawn_innovation_leaves_the_feeds(catalogue: Published) -> None:
    start = len(catalogue.bali.entries)
    withdrawn = RecordWithdraw(
        salt="f" * 32,
        at=AT,
        by="operator",
        seen=Seen(national=catalogue.national_size, own=start),
        record=catalogue.bali.record(1),
        reason="tidak berjalan lagi",
    )
    catalogue.bali.entries.append(encode_change(withdrawn))
    await catalogue.say(catalogue.bali, start)
    assert len(titles(await catalogue.centre.get(NEW))) == 2
    catalogue.settle(ago_s=60)
    assert len(titles(await catalogue.centre.get(CHANGED))) == 2


async def test_older_entries_are_behind_the_next_link_each_once(centre: RunningCentre) -> None:
    await centre.centre.db.run(lambda conn: fill(conn, centre.centre, 120))
    seen: list[str] = []
    path = NEW
    while path:
        answer = await centre.get(path)
        assert link(answer, "first") == f"{centre.url}{NEW}"
        assert link(answer, "self") == f"{centre.url}{path}"
        seen += titles(answer)
        path = link(answer, "next").removeprefix(centre.url)
    assert seen == [f"Antrean daring {number}" for number in reversed(range(120))]


async def test_an_unchanged_feed_is_not_sent_again(catalogue: Published) -> None:
    tag = (await catalogue.centre.get(NEW)).headers["etag"]
    assert (await catalogue.centre.get(NEW, {"If-None-Match": tag})).status == 304


async def test_a_feed_without_entries_is_a_feed(centre: RunningCentre) -> None:
    answer = await centre.get(NEW)
    assert titles(answer) == []
    assert etree.fromstring(answer.body).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{NEW}?q=a", 400, "bad_query"),
        (f"{NEW}?province=Bali", 400, "bad_query"),
        (f"{NEW}?cursor=x", 400, "bad_cursor"),
        (f"{NEW}?cursor=YSBi", 400, "bad_cursor"),
        ("/umpan/lain.atom", 404, "not_found"),
    ],
)
async def test_what_is_no_part_of_a_feed_is_refused(
    centre: RunningCentre, path: str, status: int, code: str
) -> None:
    answer = await centre.get(path)
    assert (answer.status, document(answer)["code"]) == (status, code)
