"""Where a folder lies: two copies of it, on two machines or on one, are told apart by this."""

from pathlib import Path

MACHINE_ID = Path("/etc/machine-id")
"""Made once for an installed system (systemd); absent in some containers."""


def place_of(folder: Path) -> str:
    """A text that stays while the folder stays where it is, whatever is written into it.

    Another machine or a copy of the folder gives another text. What is cloned whole, a virtual
    machine with its disk, gives the same one.
    """
    try:
        machine = MACHINE_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        machine = ""
    return f"{machine}:{folder.stat().st_ino}"
