"""The merge: covers, heads, shown values, sets by element; against the slow reference."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.canonical import Json
from protocol.entries.members import Seen
from protocol.merge import (
    CENTRE,
    Stamp,
    Write,
    add_write,
    contested,
    covers,
    heads,
    is_same,
    shown,
    shown_set,
    uncovered,
)
from tests.support import reference_merge as reference
from tests.support.reference_merge import Said

OWNER = "51"
VALUES: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from(["a", "b", "1"]),
    st.none(),
    st.booleans(),
    st.integers(0, 1),
    st.sampled_from([[1], [True]]),
    st.just({"x": 1}),
)
ELEMENTS: st.SearchStrategy[Json] = st.sampled_from([1, 2, 17, "air", "desa"])
SETS: st.SearchStrategy[Json] = st.lists(ELEMENTS, unique_by=repr)


def write(
    place: int,
    value: Json = "x",
    *,
    author: str = OWNER,
    number: int | None = None,
    national: int = 0,
    own: int = 0,
) -> Write:
    stamp = Stamp(
        place=place,
        origin=f"log/{author}",
        number=place if number is None else number,
        seen=Seen(national=national, own=own),
        author=author,
    )
    return Write(stamp, value)


@st.composite
def histories(draw: st.DrawFn, values: st.SearchStrategy[Json]) -> list[Write]:
    """Writes of one field as the centre lets them through: nobody has seen what was not there."""
    lengths: dict[str, int] = {}
    found = []
    for place in range(draw(st.integers(1, 9))):
        author = draw(st.sampled_from([OWNER, "52", CENTRE]))
        number = place if author == CENTRE else lengths.get(author, 0)
        lengths[author] = number + 1
        found.append(
            write(
                place,
                draw(values),
                author=author,
                number=number,
                national=draw(st.integers(0, place)),
                own=draw(st.integers(0, number)),
            )
        )
    return found


def folded(writes: list[Write], *, is_set: bool = False) -> tuple[Write, ...]:
    state: tuple[Write, ...] = ()
    for one in writes:
        state = add_write(state, one, keeps_values=is_set)
    return state


def as_said(writes: list[Write]) -> list[Said]:
    return [
        Said(
            w.stamp.place,
            w.stamp.origin,
            w.stamp.number,
            w.stamp.seen.national,
            w.stamp.seen.own,
            w.stamp.author,
            w.value,
        )
        for w in writes
    ]


def places(writes: tuple[Write, ...]) -> list[int]:
    return [w.stamp.place for w in writes]


@st.composite
def deliveries(draw: st.DrawFn, values: st.SearchStrategy[Json]) -> tuple[list[Write], list[Write]]:
    """A history, and the same writes in another order that keeps the order of each log."""
    history = draw(histories(values))
    logs: dict[str, list[Write]] = {}
    for one in history:
        logs.setdefault(one.stamp.origin, []).append(one)
    mixed = []
    while logs:
        origin = draw(st.sampled_from(sorted(logs)))
        mixed.append(logs[origin].pop(0))
        if not logs[origin]:
            del logs[origin]
    return history, mixed


def test_a_write_covers_what_the_national_log_showed_its_author() -> None:
    assert covers(write(5, national=3).stamp, write(2, author="52").stamp)
    assert not covers(write(5, national=2).stamp, write(2, author="52").stamp)


def test_a_write_covers_what_its_own_log_had_before() -> None:
    assert covers(write(5, number=3, own=3).stamp, write(4, number=2).stamp)
    assert not covers(write(5, number=3, own=2).stamp, write(4, number=2).stamp)
    assert not covers(write(5, number=3, own=3).stamp, write(4, number=2, author="52").stamp)


def test_no_writes_have_no_heads() -> None:
    assert heads(()) == ()


def test_a_later_write_that_saw_the_earlier_settles_the_field() -> None:
    assert places(heads((write(1, "a"), write(2, "b", national=2)))) == [2]


def test_two_writes_that_did_not_see_each_other_are_both_heads() -> None:
    assert places(heads((write(1, "a"), write(2, "b", author="52")))) == [1, 2]


def test_equal_values_count_once() -> None:
    assert places(heads((write(1, "a"), write(2, "a", author="52")))) == [1]


def test_true_is_not_one_in_a_list_either() -> None:
    assert not is_same([True], [1])
    assert not is_same(True, 1)  # noqa: FBT003  # the value under test
    assert is_same({"a": [1]}, {"a": [1]})


def test_the_owner_is_shown_before_others_even_when_earlier() -> None:
    assert shown((write(1, "a"), write(2, "b", author="52")), OWNER).value == "a"


def test_among_others_the_higher_place_is_shown() -> None:
    contenders = (write(1, "a", author="52"), write(2, "b", author="53"))
    assert shown(contenders, OWNER).value == "b"


def test_the_owners_resolving_write_is_shown_before_the_owners_later_one() -> None:
    first, other = write(0, "a", number=0), write(1, "b", author="52")
    resolving = write(2, "c", number=1, national=2)
    late = write(3, "d", number=2)
    assert shown((first, other, resolving, late), OWNER).value == "c"


def test_a_write_that_covers_a_plain_chain_resolves_nothing() -> None:
    first, second = write(0, "a", number=0), write(1, "b", number=1, own=1)
    third, late = write(2, "c", number=2, own=2), write(3, "d", number=3)
    assert shown((first, second, third, late), OWNER).value == "d"


def test_a_circle_that_only_a_lying_log_can_draw_still_has_one_head() -> None:
    circle = (write(1, "a", national=9), write(2, "b", author="52", national=9))
    assert places(heads(circle)) == [2]
    assert shown(folded([*circle]), OWNER).value == "b"
    assert shown(folded([*circle, write(3, "c", author="53")]), OWNER).value == "c"


def test_the_value_of_a_covered_write_is_dropped_and_its_stamp_stays() -> None:
    state = folded([write(1, "a"), write(2, "b", national=2)])
    assert state[0] == Write(write(1).stamp, None, is_covered=True)


@given(histories(VALUES))
def test_heads_and_shown_value_equal_the_reference(history: list[Write]) -> None:
    state, said = folded(history), as_said(history)
    assert places(uncovered(state)) == [s.place for s in reference.standing(said)]
    assert {reference.text(w.value) for w in heads(state)} == reference.head_values(said)
    assert shown(state, OWNER).stamp.place == reference.shown_write(said, OWNER).place


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6))
def test_even_among_liars_a_head_is_what_no_other_covers(claims: list[tuple[int, int]]) -> None:
    lies = [
        write(n, author=str(n % 2), number=9 - n, national=national, own=own)
        for n, (national, own) in enumerate(claims)
    ]
    standing = [said.place for said in reference.standing(as_said(lies))]
    assert places(uncovered(lies)) == (standing or [lies[-1].stamp.place])


@given(histories(VALUES), st.integers(0, 9), st.integers(0, 9))
def test_the_shown_value_needs_no_honest_history(
    history: list[Write], national: int, own: int
) -> None:
    """A change that was released late: its number is lower than its place tells."""
    late = write(20, "late", number=0, national=national, own=own)
    later = write(21, "later", number=30, national=20, own=1)
    mixed = [*history, late, later]
    alive = shown(folded(mixed), OWNER).stamp.place
    assert alive == reference.shown_write(as_said(mixed), OWNER).place


@given(histories(VALUES))
def test_the_state_says_the_same_as_the_bare_writes(history: list[Write]) -> None:
    assert uncovered(folded(history)) == uncovered(history)


@given(deliveries(VALUES))
def test_any_order_of_delivery_gives_the_same_state(
    both: tuple[list[Write], list[Write]],
) -> None:
    assert folded(both[0]) == folded(both[1])


@given(histories(VALUES))
def test_no_value_leaves_without_a_write_that_covers_it(history: list[Write]) -> None:
    state = folded(history)
    standing = heads(state)
    for one in history:
        is_head = any(is_same(one.value, head.value) for head in standing)
        assert is_head or any(covers(other.stamp, one.stamp) for other in history)


def test_different_elements_added_at_once_are_no_conflict_and_give_the_union() -> None:
    base = write(0, [1], number=0)
    state = folded(
        [base, write(1, [1, 2], number=1, own=1), write(2, [1, 17], author="52", national=1)],
        is_set=True,
    )
    assert shown_set(state, OWNER) == [1, 2, 17]
    assert contested(state) == ()


def test_an_element_removed_by_one_and_kept_by_another_is_removed() -> None:
    state = folded(
        [write(0, [1, 2]), write(1, [1], own=1), write(2, [1, 2, 3], author="52", national=1)],
        is_set=True,
    )
    assert shown_set(state, OWNER) == [1, 3]


def test_one_element_added_and_removed_at_once_is_a_conflict() -> None:
    base, curated = write(0, [2]), write(2, [1], author=CENTRE, national=1)
    again = write(3, [2, 3], number=3, national=0, own=0)
    state = folded([base, curated, again], is_set=True)
    assert places(contested(state)) == [2, 3]
    assert shown_set(state, OWNER) == [1, 2, 3]


def test_a_write_that_saw_the_conflict_ends_it_either_way() -> None:
    clash = [
        write(0, [2]),
        write(2, [1], author=CENTRE, national=1),
        write(3, [2], number=3),
    ]
    kept = folded([*clash, write(4, [1, 2], number=4, national=4)], is_set=True)
    dropped = folded([*clash, write(4, [1], number=4, national=4)], is_set=True)
    assert (shown_set(kept, OWNER), contested(kept)) == ([1, 2], ())
    assert (shown_set(dropped, OWNER), contested(dropped)) == ([1], ())


def test_a_later_write_settles_a_conflict_while_another_element_is_added() -> None:
    clash = [
        write(0, [2]),
        write(2, [1], author=CENTRE, national=1),
        write(3, [2], number=3),
        write(4, [1], number=4, national=4),
        write(5, [1, 9], author="52", national=1),
    ]
    assert shown_set(folded(clash, is_set=True), OWNER) == [1, 9]


def test_one_write_keeps_the_order_of_its_author_and_an_empty_set_shows_nothing() -> None:
    assert shown_set([write(0, ["desa", "air"])], OWNER) == ["desa", "air"]
    assert shown_set([write(0, [])], OWNER) is None
    assert shown_set([write(0, None)], OWNER) is None


def test_numbers_come_before_texts_and_a_bare_value_is_a_set_of_one() -> None:
    state = folded([write(0, ["air"]), write(1, 5, author="52")], is_set=True)
    assert shown_set(state, OWNER) == [5, "air"]


@given(histories(SETS | st.none()))
def test_sets_equal_the_reference(history: list[Write]) -> None:
    state, said = folded(history, is_set=True), as_said(history)
    elements = {reference.text(e) for e in shown_set(state, OWNER) or ()}
    assert elements == reference.element_texts(said, OWNER)
    assert set(places(contested(state))) == reference.disputed(said)


@given(deliveries(SETS))
def test_any_order_of_delivery_gives_the_same_set(
    both: tuple[list[Write], list[Write]],
) -> None:
    assert folded(both[0], is_set=True) == folded(both[1], is_set=True)
