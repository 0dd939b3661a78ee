"""The judged list: pairs of innovations, what a person says of each, and why.

`tests/matching/judged.csv` was written before the rules that it measures. Titles, agencies and
years are facts of LAN's file (2018) and of the European cases (2021-2022); `source` names the rows.
`varied` says that one side was changed as records really vary, `constructed` that both were made.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from protocol.canonical import Json

LIST = Path(__file__).resolve().parents[1] / "matching" / "judged.csv"
SIDES = ("a", "b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One pair.

    Attributes:
        line: in the file, from 1.
        judgement: same, replication or distinct.
        variation: in what the two differ, or what kind of trap it is.
        reason: why it is judged so.
        records: both, as readers see a record.
    """

    line: int
    judgement: str
    variation: str
    reason: str
    records: tuple[dict[str, Json], dict[str, Json]]


def judged_pairs() -> list[Judged]:
    """Every pair of the list, in its order."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [_judged(number, row) for number, row in enumerate(rows, 2)]


def _judged(line: int, row: dict[str, str]) -> Judged:
    first, second = (_record(row, side) for side in SIDES)
    return Judged(
        line=line,
        judgement=row["judgement"],
        variation=row["variation"],
        reason=row["reason"],
        records=(first, second),
    )


def _record(row: dict[str, str], side: str) -> dict[str, Json]:
    numbers: list[Json] = [
        dict(zip(("system", "value"), number.split(":", 1), strict=True))
        for number in row[f"{side}_external"].split(";")
        if number
    ]
    record: dict[str, Json] = {
        "title": row[f"{side}_title"],
        "agency": {"name": row[f"{side}_agency"], "kind": row[f"{side}_kind"]},
        "region": row[f"{side}_region"],
        "started": row[f"{side}_started"],
        "service_unit": row[f"{side}_unit"],
        "external_ids": numbers,
    }
    return {name: value for name, value in record.items() if value}
