"""How often Python looks for garbage in cycles."""

import gc

_ALLOCATIONS = 100_000
_YOUNG_RUNS = 50
_MIDDLE_RUNS = 100


def collect_seldom() -> None:
    """Makes cycle collection rare; called once, by a program's start.

    Records are trees of small objects without cycles, freed by counting; the default of 700
    allocations walked them again and again, for a third of the time of a reconciled change
    (`make bench`).
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, _YOUNG_RUNS, _MIDDLE_RUNS)
