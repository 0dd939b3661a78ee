"""`make demo ONCE=1`, as a newcomer types it: one summary on the last line, and equal replicas."""

import subprocess
import sys
from pathlib import Path

from protocol.canonical import parse

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_S = 1_200


def test_the_demo_ends_with_replicas_that_equal_the_centre() -> None:
    done = subprocess.run(  # our own program
        [sys.executable, "-m", "deploy.demo", "--once"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=TIMEOUT_S,
    )
    summary = parse(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stderr
    assert isinstance(summary, dict)
    assert (summary["identical"], summary["hubs"], summary["conflicts"]) == (True, 4, 1)
    assert int(str(summary["records"])) >= 120
    replicas = summary["replicas"]
    assert isinstance(replicas, dict)
    assert set(replicas.values()) == {summary["catalogue_hash"]}
