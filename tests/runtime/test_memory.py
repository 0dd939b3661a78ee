"""Memory that a burst of work has left is given back."""

import gc
import weakref

from runtime.memory import give_back


class Circle:
    """Holds itself, so that only a collection ends it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_holds_only_itself_is_let_go() -> None:
    gc.disable()
    try:
        left = weakref.ref(Circle())
        assert left() is not None
        give_back()
        assert left() is None
    finally:
        gc.enable()
