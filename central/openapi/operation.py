"""One operation of the API, as the tables of operations write it."""

from collections.abc import Sequence
from dataclasses import dataclass

from central.openapi.parameters import Parameter

JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address.

    Attributes:
        path: as the router has it, without patterns.
        method: in capitals.
        id: a name for programs that are made from the document.
        tag: under what it is shown.
        summary: what it answers, in one line.
        shape: name of the answer's shape in `shapes.SHAPES`; "" where it is no JSON.
        media_type: of the answer.
        parameters: in the order in which they are shown.
        status: of the answer.
        scope: what its token has to be for: "any" where every one will do, "" where none is asked.
        body: name of the shape of what is sent; "" where nothing is.
        is_kept: whether readers may keep the answer, which then has an ETag.
        also: further refusals.
    """

    path: str
    method: str = "GET"
    id: str
    tag: str
    summary: str
    shape: str = ""
    media_type: str = JSON
    parameters: Sequence[Parameter] = ()
    status: int = 200
    scope: str = ""
    body: str = ""
    is_kept: bool = True
    also: Sequence[int] = ()
