"""Accounts of people at the centre, as they are named on the command line and in decisions."""


def are_one(first: str, second: str) -> bool:
    """Whether two names are one account: where two people must agree, `Rina` is no second."""
    return first.strip().casefold() == second.strip().casefold()
