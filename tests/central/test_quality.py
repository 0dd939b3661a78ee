"""What innovations lack is counted behind the decisions, and is what their states say."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central import quality
from central.quality import quality_of
from central.rebuild import rebuild
from central.store import qualities
from protocol.canonical import Json
from protocol.innovation.completeness import GROUPS
from protocol.innovation.fields import fields
from tests.support.author import Author
from tests.support.rooms import VALID, Room

RECORDS: tuple[dict[str, Json], ...] = (
    {},
    {"summary": "Ringkas.", "objective": "Cepat."},
    {"summary": "-", "sustainability": {"status": "berhenti", "checked_on": "2019"}},
    {"sustainability": {"status": "berlanjut_lancar", "checked_on": "2026-10-01"}},
    {"awards": [{"scheme": "Top 99", "year": 2019}], "sdgs": [3]},
)


def fill(room: Room, hub: Author, records: tuple[dict[str, Json], ...] = RECORDS) -> list[str]:
    """These records of a hub, decided and counted."""
    start = len(hub.entries) if len(hub.entries) > 1 else 0
    first = len(hub.entries)
    for number, said in enumerate(records, first):
        hub.put(number, {**VALID, **said}, national=room.national.size)
    room.submit(hub, start=start)
    room.decide_now()
    catch_up(room)
    return [hub.record(number) for number in range(first, first + len(records))]


def catch_up(room: Room) -> None:
    while room.write(quality.follow):
        pass


def counts(room: Room) -> dict[str, qualities.Counts]:
    before = quality.stale_before(room.centre)
    return room.read(lambda conn, _: qualities.counts_by_hub(conn, stale_before=before))


def found(room: Room, need: str) -> list[str]:
    condition = qualities.needs(need, stale_before=quality.stale_before(room.centre))
    ids, total = room.read(
        lambda conn, _: qualities.page(conn, condition, hub="", start=0, limit=99)
    )
    assert len(ids) == total
    return ids


def test_the_counts_are_what_the_states_of_all_records_say(room: Room, hub: Author) -> None:
    ids = fill(room, hub)
    expected = [quality_of(room.state(it)) for it in ids]
    missing = Counter(name for it in expected for name in it.missing)
    asked = room.read(lambda conn, _: qualities.missing_counts(conn))
    assert {name: count for name, count in asked.items() if count} == dict(missing)
    assert counts(room)["51"].total == len(ids)


def test_every_need_finds_the_records_that_have_it(room: Room, hub: Author) -> None:
    plain, short, dashed, fresh, top = fill(room, hub)
    assert found(room, "stale") == [plain, short, dashed, top]
    assert found(room, "placeholder") == [dashed]
    assert found(room, "award_open") == [top]
    assert found(room, "numberless") == [plain, short, dashed, fresh, top]


def test_a_record_that_changes_is_counted_anew_and_one_that_hides_no_more(
    room: Room, hub: Author
) -> None:
    fill(room, hub, ({},))
    size = len(hub.entries)
    hub.put(1, {"summary": "Ringkas."}, national=room.national.size)
    room.submit(hub, start=size)
    room.decide_now()
    lacking = room.read(lambda conn, _: qualities.missing_counts(conn))["summary"]
    catch_up(room)
    after = room.read(lambda conn, _: qualities.missing_counts(conn))["summary"]
    assert (lacking, after) == (1, 0)


def test_what_is_left_to_take_in_is_known(room: Room, hub: Author) -> None:
    fill(room, hub)
    assert room.read(quality.left_count) == 0
    hub.put(1, {"summary": "Ringkas."}, national=room.national.size)
    room.submit(hub, start=len(hub.entries) - 1)
    room.decide_now()
    assert room.read(quality.left_count) == 1


def test_a_rebuild_counts_everything_again(room: Room, hub: Author) -> None:
    fill(room, hub)
    before = counts(room)
    rebuild(room.centre)
    catch_up(room)
    assert counts(room) == before


def test_a_day_of_a_leap_year_is_a_year_ago_too(room: Room) -> None:
    assert quality.stale_before(room.centre) == "2025-11-23"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sets(st.sampled_from(qualities.counted())))
def test_a_group_is_full_exactly_where_nothing_of_it_is_missing(
    room: Room, missing: set[str]
) -> None:
    row = qualities.Quality(
        record="a",
        hub="51",
        missing=sorted(missing),
        looked_at=None,
        has_placeholder=False,
        award=None,
        has_number=True,
    )
    room.write(lambda conn, _: qualities.replace(conn, ["a"], [row]))
    asked = room.read(lambda conn, _: qualities.missing_counts(conn))
    full = counts(room)["51"].full
    assert {name for name, count in asked.items() if count} == missing
    groups = {it.name: it.counts_for for it in fields() if it.counts_for}
    lacking = {groups[name] for name in missing}
    assert full == {group: int(group not in lacking) for group in GROUPS}
