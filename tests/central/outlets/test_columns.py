from central.outlets.columns import HEADERS, columns
from protocol.innovation.fields import fields


def test_every_field_of_the_schema_has_a_column_in_its_order() -> None:
    named = [column.name.partition(".")[0] for column in columns()]
    order = list(dict.fromkeys(named))
    assert [name for name in order if name in {field.name for field in fields()}] == [
        field.name for field in fields()
    ]


def test_no_two_columns_have_one_heading() -> None:
    for header in HEADERS:
        headings = [column.heading(header) for column in columns()]
        assert len(set(headings)) == len(headings)
