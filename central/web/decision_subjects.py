"""What decisions are about, as people call it: titles of innovations and of campaigns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from central import national
from central.casework.trail import Trail
from central.centre import Centre
from central.store import decisions as index
from central.web.decision_words import Told, told, told_of_redacted
from protocol.catalogue import shown_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Names by id; what has none is not among them.

    Attributes:
        titles: of innovations.
        campaigns: titles of campaigns.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    campaigns: Mapping[str, str] = field(default_factory=dict)


def told_of(conn: Connection, found: Trail) -> list[Told]:
    """A part of the national log in words, those whose bytes are gone by their rows."""
    rows = index.at_places(conn, [place for place, it in found.items if it is None])
    return [told(place, it) if it else told_of_redacted(rows[place]) for place, it in found.items]


def subjects_of(conn: Connection, centre: Centre, items: Sequence[Told]) -> Subjects:
    """What the innovations and campaigns in a part of the log are called now."""
    records = _known(name for it in items for name in (it.record, it.other))
    states = national.load_states(conn, centre, records)
    titles = {record: str(shown_record(it).get("title", "")) for record, it in states.items()}
    campaigns = {
        name: centre.campaigns.get(conn, name) for name in _known(i.campaign for i in items)
    }
    return Subjects(
        titles={record: title for record, title in titles.items() if title},
        campaigns={name: it.title for name, it in campaigns.items() if it is not None},
    )


def _known(names: Iterable[str | None]) -> list[str]:
    return sorted({name for name in names if name})
