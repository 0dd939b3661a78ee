"""`make bench`: rates, bytes and memory of the real programs. Prints; asserts nothing."""
