"""Where the shared vectors and data lie, for tests that read them in place."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def needs_shared(path: str) -> pytest.MarkDecorator:
    """Skips a test, saying so, where `path` below the shared folder is absent."""
    return pytest.mark.skipif(
        not (SHARED / path).exists(), reason=f"shared/{path} is not beside this repository"
    )
