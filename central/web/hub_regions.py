"""Hub ids that are codes of regions: which region one is, and which digits are of none."""

from protocol.innovation.regions import region_name

_PROVINCE_DIGITS = 2


def region_of(hub: str) -> str | None:
    """The province, kabupaten or kota of a hub id: 51, 5171 or 51-71; None of every other id."""
    code = hub.replace("-", "")
    province, rest = code[:_PROVINCE_DIGITS], code[_PROVINCE_DIGITS:]
    return region_name(f"{province}.{rest}" if rest else province)


def is_strange(hub: str) -> bool:
    """Whether an id looks like the code of a region, and is of none that is in force."""
    return hub.replace("-", "").isdigit() and region_of(hub) is None
