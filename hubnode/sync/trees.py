"""The root over complete subtrees of different heights, for trees that nobody stores whole."""

from collections.abc import Sequence

from protocol.merkle import EMPTY_ROOT, node_hash

Part = tuple[int, bytes]
"""A complete subtree: its height and its hash."""


def root_over(parts: Sequence[Part]) -> bytes:
    """MTH over adjacent complete subtrees.

    Args:
        parts: from the left; each begins where the one before ends, at a multiple of its size.
    """
    stack: list[Part] = []
    for part in parts:
        height, value = part
        while stack and stack[-1][0] == height:
            value = node_hash(stack.pop()[1], value)
            height += 1
        stack.append((height, value))
    root = stack.pop()[1] if stack else EMPTY_ROOT
    while stack:
        root = node_hash(stack.pop()[1], root)
    return root
