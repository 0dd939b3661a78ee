"""The program `central`, quiet when it is interrupted while it starts."""

from runtime.interrupts import leave_at_once


def main() -> None:
    """Imports the command line, which takes its time, and runs it."""
    leave_at_once()
    from central.cli import main as run  # noqa: PLC0415 - what Ctrl-C may interrupt

    run()


if __name__ == "__main__":
    main()
