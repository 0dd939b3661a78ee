"""What commands about many records share: batches with a bar, each a transaction of its own.

Who stops a command with Ctrl-C keeps the batches that are done; the same command does the rest.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from runtime.console import progress

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from central.centre import Centre

T = TypeVar("T")
N = TypeVar("N", str, int)

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
]


def in_batches(
    centre: "Centre",
    named: Sequence[N],
    description: str,
    work: "Callable[[Connection, Sequence[N]], T]",
) -> list[T]:
    """What `work` makes of each batch of these ids or places."""
    from central.casework.scanning import parts  # noqa: PLC0415

    done = []
    with progress(description, total=len(named)) as advance:
        for part in parts(named):
            done.append(_done(centre, part, work))
            advance(len(part))
    return done


def _done(
    centre: "Centre",
    named: Sequence[N],
    work: "Callable[[Connection, Sequence[N]], T]",
) -> T:
    return centre.db.run_sync(lambda conn: work(conn, named))
