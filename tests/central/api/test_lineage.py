"""What readers get of an innovation's replications, family and spread, on both databases."""

from dataclasses import replace

import pytest

from central import national
from protocol.canonical import Json
from protocol.entries.decisions import Decision
from tests.support.author import Author
from tests.support.centres import RunningCentre, document
from tests.support.verdicts import HIDDEN, merged

API = "/api/v1/innovations"
RECORD: dict[str, Json] = {"title": "Antrean daring", "region": "51", "started": "2019"}
MAKASSAR: dict[str, Json] = {
    "agency": {"name": "Kota Makassar", "kind": "kota"},
    "title": "Antrean daring Makassar",
    "region": "73.71",
    "started": "2025",
}


@pytest.fixture
async def makassar(centre: RunningCentre) -> Author:
    author = Author(hub="73", seed=3)
    assert (await centre.enrol(author)).status == 201
    return author


@pytest.fixture
async def family(centre: RunningCentre, bali: Author, makassar: Author) -> RunningCentre:
    """Record 1 of Bali: implemented as 1 of Makassar, claimed by 2 and, of that one, by 3."""
    located: Json = [{"region": "51.71", "agency": "Kota Denpasar"}]
    bali.put(1, {**RECORD, "locations": located})
    await sent(centre, bali, start=0)
    original = bali.record(1)
    makassar.put(1, MAKASSAR)
    makassar.put(2, {**MAKASSAR, "region": "73", "replicates": {"innovation": original}})
    makassar.put(3, {**MAKASSAR, "replicates": {"innovation": makassar.record(2)}})
    makassar.step("interest", original)
    await sent(centre, makassar, start=0)
    bali.step("agreement", original)
    await sent(centre, bali, start=2)
    makassar.step("approval", original)
    makassar.step("implementation", original, result=makassar.record(1))
    await sent(centre, makassar, start=5)
    return centre


async def sent(centre: RunningCentre, author: Author, *, start: int) -> None:
    await centre.submit(author, start=start)
    await centre.reconcile()


def decide(centre: RunningCentre, decision: Decision) -> None:
    centre.centre.db.run_sync(lambda conn: national.append(conn, centre.centre, [decision]))


async def asked(centre: RunningCentre, question: str) -> dict[str, Json]:
    answer = await centre.get(question)
    assert answer.status == 200, answer.body
    return document(answer)


async def part(centre: RunningCentre, record: str, name: str) -> dict[str, Json]:
    found = (await asked(centre, f"{API}/{record}"))[name]
    assert isinstance(found, dict)
    return found


def rows(found: Json) -> list[dict[str, Json]]:
    assert isinstance(found, list)
    return [it for it in found if isinstance(it, dict)]


async def counts(centre: RunningCentre, record: str) -> tuple[Json, Json]:
    """(directly, in all), where what the catalogue lists is as many as are counted directly."""
    found = (await part(centre, record, "family"))["counts"]
    assert isinstance(found, dict)
    assert (await asked(centre, f"{API}?original={record}"))["total"] == found["direct"]
    return found["direct"], found["all"]


async def test_an_innovation_says_who_replicates_it_and_how_far_they_are(
    family: RunningCentre, bali: Author, makassar: Author
) -> None:
    [found] = rows((await asked(family, f"{API}/{bali.record(1)}"))["replications"])
    assert (found["hub"], found["owner"], found["step"]) == ("73", "51", "implementation")
    assert (found["original"], found["result"]) == (bali.record(1), makassar.record(1))


async def test_a_family_is_a_tree_with_counts(
    family: RunningCentre, bali: Author, makassar: Author
) -> None:
    found = await part(family, bali.record(1), "family")
    tree = [
        (it["record"], it["original"], it["generation"], it["confirmed"], it["count"])
        for it in rows(found["replications"])
    ]
    assert tree == [
        (makassar.record(1), bali.record(1), 1, True, 0),
        (makassar.record(2), bali.record(1), 1, False, 1),
        (makassar.record(3), makassar.record(2), 2, False, 0),
    ]
    assert await counts(family, bali.record(1)) == (2, 3)


async def test_a_replication_names_its_originals_the_nearest_first(
    family: RunningCentre, bali: Author, makassar: Author
) -> None:
    chain = rows((await part(family, makassar.record(3), "family"))["originals"])
    assert [it["record"] for it in chain] == [makassar.record(2), bali.record(1)]
    assert chain[1]["title"] == "Antrean daring"


async def test_a_spread_is_home_the_locations_and_the_results(
    family: RunningCentre, bali: Author
) -> None:
    spread = await part(family, bali.record(1), "spread")
    assert [(it["region"], it["agency"]) for it in rows(spread["places"])] == [
        ("51", "Provinsi Bali"),
        ("51.71", "Kota Denpasar"),
        ("73.71", "Kota Makassar"),
        ("73", "Kota Makassar"),
    ]
    assert (spread["regions"], spread["provinces"], spread["agencies"]) == (4, 2, 3)


async def test_what_readers_do_not_see_does_not_count(
    family: RunningCentre, bali: Author, makassar: Author
) -> None:
    decide(family, replace(HIDDEN, record=makassar.record(1)))
    assert await counts(family, bali.record(1)) == (1, 2)
    hidden = rows((await part(family, bali.record(1), "family"))["replications"])[0]
    assert (hidden["state"], hidden["title"]) == ("hidden", "")


async def test_a_merged_result_does_not_count(
    family: RunningCentre, bali: Author, makassar: Author
) -> None:
    decide(family, merged(record=makassar.record(1), absorbed=makassar.record(2)))
    assert await counts(family, bali.record(1)) == (1, 2)
    assert await counts(family, makassar.record(1)) == (1, 1)


async def test_replications_are_a_filter_beside_the_others(
    family: RunningCentre, bali: Author
) -> None:
    question = f"{API}?original={bali.record(1)}"
    assert (await asked(family, f"{question}&region=73.71"))["total"] == 1
    assert (await asked(family, f"{question}&q=lansia"))["total"] == 0
    facets = (await asked(family, question))["facets"]
    assert isinstance(facets, dict)
    assert facets["hub"] == {"73": 2}


async def test_a_step_stands_in_the_history_with_its_details(
    family: RunningCentre, bali: Author
) -> None:
    history = rows((await asked(family, f"{API}/{bali.record(1)}"))["history"])
    steps = [(it["author"], it["step"], it["details"]) for it in history if it.get("step")]
    assert steps == [
        ("73", "implementation", "Surat 12/2026"),
        ("73", "approval", "Surat 12/2026"),
        ("51", "agreement", "Surat 12/2026"),
        ("73", "interest", "Surat 12/2026"),
    ]


async def test_an_innovation_on_its_own_has_an_empty_family(
    centre: RunningCentre, bali: Author
) -> None:
    bali.put(1, RECORD)
    await sent(centre, bali, start=0)
    found = await asked(centre, f"{API}/{bali.record(1)}")
    assert found["replications"] == []
    assert found["family"] == {
        "originals": [],
        "replications": [],
        "counts": {"direct": 0, "all": 0},
    }


async def test_an_original_is_asked_for_by_its_id(centre: RunningCentre) -> None:
    answer = await centre.get(f"{API}?original=antrean")
    assert (answer.status, document(answer)["code"]) == (400, "bad_query")
