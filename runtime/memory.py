"""Gives back to the system what a burst of work has left with this process.

A process that lives for weeks would otherwise keep the memory of its largest hour: freed pieces lie
between used ones, and the C library holds them for the next burst.
"""

import gc


def give_back() -> None:
    """Collects garbage, which holds up all threads for moments, and returns free pages to Linux.

    Other C libraries than glibc have no such call; then it only collects.
    """
    import ctypes  # noqa: PLC0415  # half a megabyte that only services need

    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
