"""`python -m central`: the same command line as the console script."""

from central.cli import main

main()
