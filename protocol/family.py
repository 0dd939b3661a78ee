"""A record's family: its originals upwards, its replications downwards, and where it is at work.

Numbers add up: `all` is, over the replications that name the record itself, each that is active and
what is below each. What is merged, hidden or withdrawn is shown as such and never counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from protocol.canonical import Json
from protocol.catalogue import is_hidden, shown_record, standing_of
from protocol.innovation.regions import region_name
from protocol.lineage import ACTIVE, Link, Replication
from protocol.record_state import RecordState

GENERATIONS_MAX = 16
"""How far a family is followed, upwards and downwards."""

RELATIVES_MAX = 1_000
"""Replications that are listed and looked at for the spread; all of them are counted."""

_PROVINCE_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One replication in the tree below a record.

    Attributes:
        link: whose `original` is the record above it in this tree.
        generation: 1 for those of the record itself.
        count: how many active ones are below it.
    """

    link: Link
    generation: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """One original in the chain above a record.

    Attributes:
        record: its id.
        is_confirmed: whether the facts say that the one below it replicates it.
    """

    record: str
    is_confirmed: bool


def branches(record: str, links: Sequence[Link]) -> list[Branch]:
    """The tree below a record in the order in which people read it, each before what is below it.

    Args:
        record: its id.
        links: of all below it, none twice.
    """
    below: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda it: it.record):
        below.setdefault(link.original or "", []).append(link)
    return list(_grown(record, below, generation=1))


def counts_of(tree: Iterable[Branch]) -> dict[str, Json]:
    """How many active replications there are: of the record itself, and at any distance."""
    active = [it.generation for it in tree if it.link.state == ACTIVE]
    return {"direct": active.count(1), "all": len(active)}


def family_document(
    tree: Sequence[Branch], above: Iterable[Ancestor], states: Mapping[str, RecordState]
) -> dict[str, Json]:
    """A family as readers see it.

    Args:
        tree: as `branches` gave it.
        above: the originals, the nearest first.
        states: of those that are shown; others are left out.

    Returns:
        `originals`, `replications` and `counts`: {direct, all}.
    """
    return {
        "originals": [
            {**_shown(states[it.record]), "confirmed": it.is_confirmed}
            for it in above
            if it.record in states
        ],
        "replications": [
            {
                **_shown(states[it.link.record]),
                "original": it.link.original,
                "confirmed": it.link.is_confirmed,
                "generation": it.generation,
                "count": it.count,
            }
            for it in tree
            if it.link.record in states
        ],
        "counts": counts_of(tree),
    }


def replications_document(found: Iterable[Replication]) -> list[Json]:
    """Replications as readers see them, in the order of their last steps."""
    return [
        {
            "replication": it.id,
            "original": it.original,
            "owner": it.owner,
            "hub": it.hub,
            "step": it.step,
            "place": it.place,
            "result": it.result,
        }
        for it in sorted(found, key=lambda it: (it.place, it.id))
    ]


def spread_document(state: RecordState, results: Iterable[RecordState]) -> dict[str, Json]:
    """Where an innovation is at work: at home, where its `locations` say, and at its results' home.

    Args:
        state: the record's; of a hidden one nothing is said.
        results: of its replications; those that are not active say nothing.

    Returns:
        `places`, each {region, name, agency, since, record}, of which `record` says so, none twice;
        and how many `regions`, `provinces` and `agencies` they are.
    """
    own = [] if is_hidden(state) else [*_home(state), *_locations(state)]
    others = [it for result in results if standing_of(result) == ACTIVE for it in _home(result)]
    places: dict[tuple[str, str], dict[str, Json]] = {}
    for place in (*own, *others):
        places.setdefault((str(place["region"]), _agency_of(place)), place)
    regions = {str(it["region"]) for it in places.values() if it["region"]}
    return {
        "places": list[Json](places.values()),
        "regions": len(regions),
        "provinces": len({it[:_PROVINCE_DIGITS] for it in regions}),
        "agencies": len({_agency_of(it) for it in places.values()} - {""}),
    }


def _grown(record: str, below: dict[str, list[Link]], *, generation: int) -> Iterator[Branch]:
    for link in below.get(record, ()):
        inner = list(_grown(link.record, below, generation=generation + 1))
        count = sum(it.link.state == ACTIVE for it in inner)
        yield Branch(link=link, generation=generation, count=count)
        yield from inner


def _shown(state: RecordState) -> dict[str, Json]:
    title = "" if is_hidden(state) else shown_record(state).get("title", "")
    standing = standing_of(state)
    return {"record": state.id, "hub": state.owner, "title": title, "state": standing}


def _home(state: RecordState) -> list[dict[str, Json]]:
    record = shown_record(state)
    agency = record.get("agency")
    name = agency.get("name") if isinstance(agency, dict) else None
    return [_place(state, record.get("region"), name, record.get("started"))]


def _locations(state: RecordState) -> Iterator[dict[str, Json]]:
    locations = shown_record(state).get("locations")
    for it in locations if isinstance(locations, list) else ():
        if isinstance(it, dict):
            yield _place(state, it.get("region"), it.get("agency"), it.get("since"))


def _agency_of(place: Mapping[str, Json]) -> str:
    """By what two names of an agency are one; "" where none is named."""
    return str(place["agency"] or "").casefold()


def _place(state: RecordState, region: Json, agency: Json, since: Json) -> dict[str, Json]:
    return {
        "region": region,
        "name": region_name(region) if isinstance(region, str) else None,
        "agency": agency,
        "since": since,
        "record": state.id,
    }
