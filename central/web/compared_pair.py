"""Two records side by side, with all that a person needs to say what they are to each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central import national
from central.casework import duplicates
from central.casework.duplicates import COMPARED, Look
from central.centre import Centre
from central.store import candidates
from central.store.candidates import Pair
from central.web.stamps import stamp_of
from protocol.canonical import Json
from protocol.catalogue import conflicts, shown_record
from protocol.innovation.fields import fields_to_fill
from protocol.merge import is_same
from runtime.pages.case_values import Compared, comparison
from runtime.pages.field_words import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field of both records.

    Attributes:
        name: of the field.
        differs: whether they say different things.
        only: "A" or "B" where that one alone says something; else "".
        compared: both values, and how the second differs from the first.
    """

    name: str
    differs: bool
    only: str
    compared: Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCase:
    """A pair as it is judged.

    Attributes:
        look: both records with what speaks for one innovation.
        titles: of both.
        rows: by which a person sees whether they are one, then all others that differ.
        takeable: names of fields that a survivor may take from the other, where that has them.
        beside: its neighbours in the queue, where the rules made it a candidate.
        total: pairs that wait.
        stamp: of what is shown.
    """

    look: Look
    titles: tuple[str, str]
    rows: Sequence[Row]
    takeable: Sequence[str]
    beside: candidates.Beside | None
    total: int
    stamp: str


def read_pair(conn: Connection, centre: Centre, pair: Pair, reader: Reader) -> PairCase:
    """A pair with everything on which a verdict rests.

    Raises:
        CaseRefused: there is no such record (`unknown_record`).
    """
    look = duplicates.look(conn, centre, *pair)
    states = national.load_states(conn, centre, pair)
    shown = [shown_record(states[record]) for record in pair]
    rows = list(compared_rows(shown[0], shown[1], reader))
    found = candidates.get(conn, pair)
    contested = {name for record in pair for name in conflicts(states[record])}
    verdict = look.verdict.place if look.verdict else None
    return PairCase(
        look=look,
        titles=(str(shown[0].get("title", "")), str(shown[1].get("title", ""))),
        rows=rows,
        takeable=[row.name for row in rows if row.differs and row.name not in contested],
        beside=candidates.beside(conn, found.candidate) if found else None,
        total=candidates.open_count(conn),
        stamp=stamp_of(*[states[record].last_place for record in pair], verdict),
    )


def compared_rows(
    first: Mapping[str, Json], second: Mapping[str, Json], reader: Reader
) -> Iterator[Row]:
    """The fields to compare by, then all others in which the two differ."""
    others = (it.name for it in fields_to_fill() if it.name not in COMPARED)
    for name in (*COMPARED, *others):
        one, two = first.get(name), second.get(name)
        differs = not is_same(one, two)
        if differs or (name in COMPARED and one is not None):
            compared = comparison(name, one, two, reader)
            only = "A" if two is None else "B" if one is None else ""
            yield Row(name=name, differs=differs, only=only, compared=compared)
