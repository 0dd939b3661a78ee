"""How the service itself stands, which no table says: the reconciler's setbacks, the disk."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field

from central.centre import Centre
from central.reconciler import REST_MAX_S, Reconciler

FREE_BYTES_MIN = 1_000_000_000
"""Below this the disk counts as almost full: a night of uploads may be a third of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """What only the running process knows.

    Attributes:
        is_stuck: nothing at all is decided, for minutes.
        setbacks: why the batches of a hub fail for minutes, by hub id.
        mark_failure: why the issued mark could not be written, or "".
        broken: why the database is no longer trusted, or "".
        free_bytes: room on the disk of the data folder.
    """

    is_stuck: bool = False
    setbacks: Mapping[str, str] = field(default_factory=dict)
    mark_failure: str = ""
    broken: str = ""
    free_bytes: int

    @property
    def is_disk_short(self) -> bool:
        """Whether the disk is almost full."""
        return self.free_bytes < FREE_BYTES_MIN


def state_of(centre: Centre, reconciler: Reconciler) -> ServiceState:
    """How the service stands now; what the reconciler mends by trying again is nothing yet."""
    lasting = {
        hub: it.sentence for hub, it in reconciler.setbacks.items() if it.rest_s >= REST_MAX_S
    }
    return ServiceState(
        is_stuck=reconciler.is_stuck and bool(lasting),
        setbacks=lasting,
        mark_failure=reconciler.mark_failure,
        broken=centre.db.broken,
        free_bytes=free_bytes(centre),
    )


def free_bytes(centre: Centre) -> int:
    """Room on the disk of the data folder."""
    return shutil.disk_usage(centre.folder).free
