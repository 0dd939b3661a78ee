"""Ctrl-C: when it ends a program at once, and when it waits for a good moment.

Imports almost nothing: a program imports this first, so that Ctrl-C is quiet while it imports the
rest.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BEFORE_THE_START = 130
"""The exit code of a program that was interrupted before it did anything, as shells count it."""


def leave_at_once() -> None:
    """From here on Ctrl-C ends the process without a word, because nothing has begun.

    A program that was started with Ctrl-C switched off (`nohup`, `&` in a script) keeps it so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def interrupt_from_here() -> None:
    """From here on Ctrl-C raises KeyboardInterrupt again: what has begun has to be put in order."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def interrupts_held() -> Iterator[Callable[[], None]]:
    """Keeps a first Ctrl-C back, so that what is under way comes to its end; a second is heard.

    Yields:
        A function for good moments; it raises the KeyboardInterrupt that was kept back, if any.
    """
    held = False

    def hold(_number: int, _frame: object) -> None:
        nonlocal held
        held = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def release() -> None:
        if held:
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield release
        return
    signal.signal(signal.SIGINT, hold)
    try:
        yield release
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(_number: int, _frame: object) -> None:
    os._exit(BEFORE_THE_START)
