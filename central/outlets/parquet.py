"""Innovations as Parquet, for those who compute: the columns of the CSV, with their types.

Needs pyarrow, which the extra `parquet` brings and nothing else here uses.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from central.outlets.columns import Item, cells, columns

ROWS_A_GROUP = 1_000
"""What is in memory at one time."""


def write_parquet(file: BinaryIO, items: Iterable[Item]) -> None:
    """A row an innovation; an empty cell is null.

    Raises:
        ImportError: pyarrow is not installed.
    """
    import pyarrow as pa  # noqa: PLC0415  # an extra
    from pyarrow import parquet  # noqa: PLC0415

    types = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}
    form = pa.schema([(column.name, types[column.kind]) for column in columns()])
    with parquet.ParquetWriter(file, form, compression="zstd") as writer:
        for group in _groups(items):
            arrays = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*group, strict=True), form, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=form))


def _groups(items: Iterable[Item]) -> Iterator[list[list[Any]]]:
    rows = (cells(item) for item in items)
    while group := list(islice(rows, ROWS_A_GROUP)):
        yield group
