"""What a search finds and in which order, on both databases."""

from array import array
from collections.abc import Sequence
from itertools import permutations

import pytest
from sqlalchemy import select

from protocol.innovation.search_words import stem
from runtime import kept_found
from runtime.database import Database
from runtime.finding import Place, facets_of_found, find, ids_of_found
from tests.support.shelves import Shelf, document, id_of

WORDS = ("antrean", "puskesmas", "air", "bersih", "layanan", "desa", "sampah", "guru")
STAGES = ("inisiatif", "uji_coba", "penerapan", None)


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf.empty(database)


def test_of_what_a_question_names_alike_the_later_id_comes_first(shelf: Shelf) -> None:
    shelf.put(document(2, "antrean"), document(30, "antrean"), document(1, "antrean"))
    assert shelf.found("antrean") == [30, 2, 1]


def test_a_word_of_the_name_comes_before_one_of_the_text(shelf: Shelf) -> None:
    shelf.put(document(1, "antrean"), document(2, "loket", text="tanpa antrean"))
    assert shelf.found("antrean") == [1, 2]


def test_more_words_of_the_name_come_before_fewer(shelf: Shelf) -> None:
    shelf.put(
        document(1, "air bersih"), document(2, "air", text="bersih"), document(3, text="air bersih")
    )
    assert shelf.found("air bersih") == [1, 2, 3]


def test_a_word_as_it_was_typed_comes_before_its_other_forms(shelf: Shelf) -> None:
    shelf.put(document(1, "pelayanan"), document(2, "layanan"), document(3, "melayani"))
    assert shelf.found("pelayanan") == [1, 3, 2]


def test_every_word_is_needed(shelf: Shelf) -> None:
    shelf.put(document(1, "air bersih"), document(2, "air minum"))
    assert shelf.found("air bersih") == [1]


def test_what_nobody_sees_is_not_found(shelf: Shelf) -> None:
    shelf.put(document(1, "air", visible=False), document(2, "air"))
    assert (shelf.found("air"), shelf.found(), shelf.found(hub="51")) == ([2], [2], [2])


def test_words_and_values_go_together(shelf: Shelf) -> None:
    shelf.put(document(1, "air", year="2020"), document(2, "air"), document(3, year="2020"))
    assert shelf.found("air", year="2020") == [1]


@pytest.mark.parametrize("value", ["", "a b", "A", "=", "'", '"', "é", "2020' | 'air"])
def test_a_value_is_one_whatever_signs_it_holds(shelf: Shelf, value: str) -> None:
    shelf.put(document(1, "air", stage=value), document(2, "air", stage="a"))
    assert shelf.found(stage=value) == [1]


def test_among_chosen_ids_what_nobody_sees_counts_only_where_that_is_asked(shelf: Shelf) -> None:
    shelf.put(document(1, "air", visible=False), document(2, "air"), document(3, "air"))
    chosen = select(shelf.store.table.c.id).where(shelf.store.table.c.id < id_of(3))

    def total(*, with_unseen: bool) -> int:
        return shelf.read(
            lambda conn: find(conn, shelf.store, within=chosen, with_unseen=with_unseen).total
        )

    assert (total(with_unseen=True), total(with_unseen=False)) == (2, 1)


def test_pages_hold_everything_once_and_in_order(shelf: Shelf) -> None:
    names = [" ".join(words) for words in permutations(WORDS[:5], 3)]
    shelf.put(*(document(number, name) for number, name in enumerate(names, 1)))
    for query in ("", "air", "layanan"):
        expected, seen, after = shelf.found(query), [], None
        while True:
            page = shelf.page(query, limit=7, after=after)
            seen += [int(body) for body in page.items]
            after = page.next
            if after is None:
                break
        assert seen == expected
        assert len(set(seen)) == len(seen)


def test_what_happens_to_others_moves_nothing_to_another_page(shelf: Shelf) -> None:
    shelf.put(*(document(n, "air") for n in range(10, 60)))
    first = shelf.page("air", limit=20)
    before = shelf.page("air", limit=20, after=first.next)
    shelf.put(document(99, "air"), document(1, "air"), document(45, "bersih"))
    assert shelf.page("air", limit=20, after=first.next) == before


def test_documents_of_one_age_are_told_apart_by_their_whole_ids(shelf: Shelf) -> None:
    shelf.put(*(document(n, "air") for n in (13, 11, 19, 15, 12)))
    first = shelf.page("air", limit=2)
    second = shelf.page("air", limit=2, after=first.next)
    assert [*first.items, *second.items] == [b"19", b"15", b"13", b"12"]


@pytest.mark.parametrize(
    "text", ["", "1", "1.x", ".", "1234.x", f"-1.{id_of(1)}", f"0.{id_of(1)}x"]
)
def test_a_text_that_names_no_place_is_none(text: str) -> None:
    assert Place.parse(text) is None


def test_a_place_is_what_its_text_says() -> None:
    place = Place(score=3, id=id_of(9))
    assert Place.parse(place.text) == place


@pytest.mark.parametrize("stage", STAGES)
def test_a_search_agrees_with_one_that_looks_at_every_document(
    shelf: Shelf, stage: str | None
) -> None:
    held = {
        number: ([*name], [*text, word], STAGES[number % len(STAGES)])
        for number, (*name, word) in enumerate(permutations(WORDS, 3), 1)
        for text in [WORDS[number % 5 :][:2]]
    }
    shelf.put(
        *(
            document(number, " ".join(name), text=" ".join(text), stage=kind)
            for number, (name, text, kind) in held.items()
        )
    )
    filters = {"stage": stage} if stage else {}
    for asked in [*permutations(WORDS[:5], 2), *((word,) for word in WORDS)]:
        assert shelf.found(" ".join(asked), **filters) == slowly(held, asked, stage)


def slowly(
    held: dict[int, tuple[list[str], list[str], str | None]],
    asked: Sequence[str],
    stage: str | None,
) -> list[int]:
    """The numbers of the documents that match, by the rules and without an index."""

    def score(number: int) -> int:
        name = {*held[number][0], *map(stem, held[number][0])}
        named = sum(2 for word in asked if stem(word) in name)
        return named + sum(1 for word in asked if word in name and stem(word) != word)

    matching = [
        number
        for number, (name, text, kind) in held.items()
        if {*map(stem, asked)} <= {*map(stem, [*name, *text])} and stage in (None, kind)
    ]
    return sorted(matching, key=lambda number: (score(number), id_of(number)), reverse=True)


def test_facets_count_what_was_found_and_leave_out_what_does_not_say(shelf: Shelf) -> None:
    shelf.put(
        document(1, "air", year="2020", stage="inisiatif"),
        document(2, "air", year="2021"),
        document(3, "air", year="2020", hub="52"),
        document(4, "guru", year="2020"),
    )
    found = shelf.search("air").found
    counts = shelf.read(lambda conn: facets_of_found(conn, shelf.store, found))
    assert counts == {
        "hub": {"51": 2, "52": 1},
        "stage": {"inisiatif": 1},
        "year": {"2020": 2, "2021": 1},
    }


def test_ids_of_what_was_found_can_be_asked_in_another_question(shelf: Shelf) -> None:
    shelf.put(document(1, "air"), document(2, "guru"), document(3, "air"))
    found = shelf.search("air").found
    rows = shelf.read(lambda conn: conn.execute(ids_of_found(conn, shelf.store, found)).all())
    assert sorted(row.id for row in rows) == [id_of(1), id_of(3)]


def test_what_has_a_value_is_counted_whether_readers_see_it_or_not(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1, hub="51"), document(2, hub="51", visible=False), document(3, hub="35"))
    assert shelf.read(lambda conn: shelf.store.count_having(conn, "hub", "51")) == 2


def test_what_was_found_is_kept_until_something_is_written(database: Database) -> None:
    shelf = Shelf.empty(database)
    shelf.put(document(1, "air"))
    assert shelf.found("air") == [1]
    shelf.put(document(2, "air"))
    assert shelf.found("air") == [2, 1]
    shelf.put(document(1, "api"))
    assert shelf.found("air") == [2]
    shelf.put(document(2, "air", visible=False))
    assert shelf.found("air") == []


def test_what_another_process_writes_is_found_at_once(database: Database) -> None:
    shelf, other = Shelf.empty(database), Shelf.empty(database)
    shelf.put(document(1, "air"))
    assert shelf.found("air") == [1]
    other.put(document(2, "air"))
    assert shelf.found("air") == [2, 1]


def test_of_what_was_found_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_found, "NUMBERS_MAX", 5)
    kept = kept_found.KeptFound()
    for asked, numbers in (("first", [1, 2]), ("second", [3]), ("third", [4, 5, 6, 7, 8])):
        kept.keep(b"s", asked, [(0, numbers)])
    assert kept.get(b"s", "third") is None
    assert kept.get(b"s", "second") == [(0, array("I", [3]))]
    kept.keep(b"s", "fourth", [(0, [9])])
    assert (kept.get(b"s", "first"), kept.get(b"t", "second")) == (None, None)
