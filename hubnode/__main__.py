"""`python -m hubnode`: the same command line as the console script."""

from hubnode.cli import main

main()
