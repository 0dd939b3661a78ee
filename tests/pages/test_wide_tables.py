"""Tables wider than a screen: whoever has no mouse reaches them and hears what they are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for package in ("central/web", "hubnode/web", "runtime/pages")
    for path in (ROOT / package / "templates").glob("*.html")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_what_scrolls_is_a_named_region_that_keys_can_reach(path: Path) -> None:
    for opening in re.findall(r'<\w+ class="scroll[^"]*"[^>]*>', path.read_text()):
        for asked in ('role="region"', 'tabindex="0"', "aria-label="):
            assert asked in opening, opening
