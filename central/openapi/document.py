"""The OpenAPI 3.1 document (spec.openapis.org, 3.1.1), put together from the tables beside it."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from central.openapi.operations import OPERATIONS, Operation
from central.openapi.shapes import SHAPES, named
from runtime.http.problem_responses import CONTENT_TYPE, problem_of

PROBLEMS: Mapping[int, str] = {
    400: "bad_query",
    404: "not_found",
    426: "protocol_version_unsupported",
    503: "busy",
}
"""A code for each refusal that any of these addresses may answer with; its sentence explains it."""

_ABOUT = (
    "The national catalogue of public-service innovations, for everybody: no key and no account. "
    "Additive: ignore members that you do not know. Every answer has a strong ETag; send it back "
    "in If-None-Match. docs/reference/http.md explains each answer."
)


@cache
def openapi_document() -> Mapping[str, Any]:
    """The whole document; the same for every reader."""
    return {
        "openapi": "3.1.1",
        "info": {"title": "JIPPNas", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": _paths(OPERATIONS),
        "components": {
            "schemas": {**SHAPES, "OpenApi": {"type": "object", "required": ["openapi", "paths"]}},
            "responses": {str(status): _refusal(code) for status, code in PROBLEMS.items()},
        },
    }


def _paths(operations: Iterable[Operation]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": list(operation.parameters),
        "responses": {
            "200": _answer(operation),
            "304": {"description": "The reader has it already."},
            **{str(it): {"$ref": f"#/components/responses/{it}"} for it in PROBLEMS},
        },
    }


def _answer(operation: Operation) -> dict[str, Any]:
    body = {"schema": named(operation.shape)} if operation.shape else {}
    return {
        "description": operation.summary,
        "headers": {
            "ETag": {"schema": {"type": "string"}, "required": True},
            "Cache-Control": {"schema": {"type": "string"}, "required": True},
        },
        "content": {operation.media_type: body},
    }


def _refusal(code: str) -> dict[str, Any]:
    return {
        "description": problem_of(code).en,
        "content": {CONTENT_TYPE: {"schema": named("Problem")}},
    }
