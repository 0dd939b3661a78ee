"""Which records may be one innovation: found behind the decisions, never within them.

Matching follows the national log with a cursor of its own, so that deciding costs nothing more, and
a crash loses nothing. A rescan compares every record again: after the rules or their tables have
changed, and for what a block that was too large left out. Each step is one short transaction,
because SQLite has one writer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from central.centre import Centre
from central.store import blocks, candidates
from central.store import decisions as index
from central.store.blocks import Progress
from central.store.candidates import Pair, pair_of
from protocol.catalogue import shown_record, standing_of
from protocol.matching.candidates import Candidate, compare
from protocol.matching.features import Features, features_of
from protocol.record_state import decode_record_state

RECORDS_A_STEP = 25
"""Some 20 to 30 ms."""

OTHERS_MAX = 20
"""Candidates of a record that are not suggested to be the same, the best first: a title that
hundreds of cities use would make tens of thousands of pairs."""

RESCAN_EVERY = timedelta(days=1)


def follow(conn: Connection, centre: Centre) -> int:
    """Compares the records of the next decisions; returns how many decisions it were."""
    progress = _progress(conn, centre)
    size = centre.logs.open(conn, centre.national_origin).tree.size
    end = min(size, progress.followed + RECORDS_A_STEP)
    if end <= progress.followed:
        return 0
    match_records(conn, centre, index.records_between(conn, progress.followed, end))
    blocks.save_progress(conn, centre.national_origin, replace(progress, followed=end))
    return end - progress.followed


def begin_rescan(conn: Connection, centre: Centre) -> None:
    """Makes every record be compared again, step by step; one under way begins anew."""
    progress = replace(_progress(conn, centre), rescan_after="")
    blocks.save_progress(conn, centre.national_origin, progress)


def rescan(conn: Connection, centre: Centre) -> int:
    """Compares the next records of a rescan under way; returns how many, 0 where none is left."""
    progress = _progress(conn, centre)
    if progress.rescan_after is None:
        return 0
    records = blocks.records_after(conn, progress.rescan_after, RECORDS_A_STEP)
    match_records(conn, centre, records)
    after = replace(progress, rescan_after=records[-1]) if records else _ended(progress, centre)
    blocks.save_progress(conn, centre.national_origin, after)
    return len(records)


def left_count(conn: Connection, centre: Centre) -> int:
    """Decisions that `follow` has still to look at."""
    size = centre.logs.open(conn, centre.national_origin).tree.size
    progress = blocks.progress(conn, centre.national_origin)
    return max(0, size - (progress.followed if progress else 0))


def is_rescan_due(conn: Connection, centre: Centre) -> bool:
    """Whether the last rescan is long ago and none is under way."""
    progress = blocks.progress(conn, centre.national_origin)
    if progress is None or progress.rescan_after is not None:
        return False
    return centre.clock.now() - progress.rescanned_at >= RESCAN_EVERY


def is_rescanning(conn: Connection, centre: Centre) -> bool:
    """Whether a rescan is under way."""
    progress = blocks.progress(conn, centre.national_origin)
    return progress is not None and progress.rescan_after is not None


def catch_up(centre: Centre) -> int:
    """Compares the records of every decision that is left; returns how many decisions it were."""
    return _until_done(centre, follow)


def rescan_all(centre: Centre) -> int:
    """Compares every record with every other again; returns how many records it were."""
    catch_up(centre)
    centre.db.run_sync(lambda conn: begin_rescan(conn, centre))
    return _until_done(centre, rescan)


def clear(conn: Connection) -> None:
    """Forgets what is derived, and no verdict; `follow` derives it again."""
    blocks.clear(conn)
    candidates.clear(conn)


def match_records(conn: Connection, centre: Centre, records: Sequence[str]) -> None:
    """Finds the candidates of these records anew; of a withdrawn one there are none."""
    features = _active(conn, centre, records)
    blocks.remove_many(conn, [record for record in records if record not in features])
    near = blocks.put_many(conn, list(features.values()))
    found = _candidates(conn, features, near)
    candidates.replace(conn, records, found, at=centre.clock.now())


def _active(conn: Connection, centre: Centre, records: Sequence[str]) -> dict[str, Features]:
    found = centre.documents.get_many(conn, records).items()
    states = ((record, decode_record_state(body)) for record, body in found)
    return {
        record: features_of(record, shown_record(state))
        for record, state in states
        if standing_of(state) == "active"
    }


def _candidates(
    conn: Connection, features: Mapping[str, Features], near: Mapping[str, set[str]]
) -> list[Candidate]:
    known = candidates.of_records(conn, sorted(features))
    pairs = {pair_of(record, other) for record, others in near.items() for other in others}
    pairs.update(known)
    everyone = {
        **blocks.get_many(conn, {it for pair in pairs for it in pair} - features.keys()),
        **features,
    }
    compared = (compare(everyone[a], everyone[b]) for a, b in pairs if {a, b} <= everyone.keys())
    return _limited([it for it in compared if it is not None], known, features)


def _limited(
    found: list[Candidate], known: Mapping[Pair, object], features: Mapping[str, Features]
) -> list[Candidate]:
    """Those that are suggested to be the same or are known, and the best of the others."""
    counts = dict.fromkeys(features, 0)
    kept = []
    for it in sorted(found, key=lambda it: (-it.score, it.a, it.b)):
        counted = [record for record in (it.a, it.b) if record in counts]
        is_wanted = it.suggestion == "same" or (it.a, it.b) in known
        if is_wanted or any(counts[record] < OTHERS_MAX for record in counted):
            kept.append(it)
            counts.update({record: counts[record] + 1 for record in counted})
    return kept


def _progress(conn: Connection, centre: Centre) -> Progress:
    found = blocks.progress(conn, centre.national_origin)
    return found or Progress(followed=0, rescan_after=None, rescanned_at=centre.clock.now())


def _ended(progress: Progress, centre: Centre) -> Progress:
    return replace(progress, rescan_after=None, rescanned_at=centre.clock.now())


def _until_done(centre: Centre, step: Callable[[Connection, Centre], int]) -> int:
    total = 0
    while done := centre.db.run_sync(lambda conn: step(conn, centre)):
        total += done
    return total
