"""The OpenAPI 3.1 document (spec.openapis.org, 3.1.1), put together from the tables beside it."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from central.licence import Licence
from central.openapi.for_everybody import FOR_EVERYBODY
from central.openapi.for_tokens import FOR_TOKENS, SHAPES_FOR_TOKENS
from central.openapi.operation import JSON, Operation
from central.openapi.shapes import SHAPES, named
from runtime.http.problem_responses import CONTENT_TYPE, problem_of

OPERATIONS = (*FOR_EVERYBODY, *FOR_TOKENS)
PROBLEMS: Mapping[int, str] = {
    400: "bad_query",
    401: "token_missing",
    403: "scope_missing",
    404: "not_found",
    409: "webhook_disabled",
    413: "body_too_large",
    422: "webhook_malformed",
    426: "protocol_version_unsupported",
    429: "webhook_test_too_soon",
    503: "busy",
}
"""A code for each refusal that these addresses may answer with; its sentence explains it."""

_BEARER = "bearer"
_OF_ALL = (400, 404, 426, 503)
_OF_TOKENS = (401, 403)

_ABOUT = (
    "The national catalogue of public-service innovations, for everybody; and what systems with a "
    "token may ask. Additive: ignore members that you do not know. Every public answer has a "
    "strong ETag; send it back in If-None-Match. docs/reference/http.md explains each answer."
)


@cache
def openapi_document(licence: Licence | None = None) -> Mapping[str, Any]:
    """The whole document; the same for every reader.

    Args:
        licence: of the data, where one has been set.
    """
    about = {"title": "JIPPNas", "version": "1", "description": _ABOUT}
    return {
        "openapi": "3.1.1",
        "info": {**about, **_licence(licence)},
        "servers": [{"url": "/"}],
        "paths": _paths(OPERATIONS),
        "components": {
            "schemas": {
                **SHAPES,
                **SHAPES_FOR_TOKENS,
                "OpenApi": {"type": "object", "required": ["openapi", "paths"]},
            },
            "securitySchemes": {_BEARER: {"type": "http", "scheme": "bearer"}},
            "responses": {str(status): _refusal(code) for status, code in PROBLEMS.items()},
        },
    }


def _licence(licence: Licence | None) -> dict[str, Any]:
    return {"license": {"name": licence.name, "url": licence.url}} if licence else {}


def _paths(operations: Iterable[Operation]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> dict[str, Any]:
    refusals = (*_OF_ALL, *(_OF_TOKENS if operation.scope else ()), *operation.also)
    answers: dict[str, Any] = {str(operation.status): _answer(operation)}
    if operation.is_kept:
        answers["304"] = {"description": "The reader has it already."}
    for status in sorted(refusals):
        answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": list(operation.parameters),
        **_asked(operation),
        "responses": answers,
    }


def _asked(operation: Operation) -> dict[str, Any]:
    """What else has to be sent: a token with its scope, and a body."""
    asked: dict[str, Any] = {}
    if operation.scope:
        asked["security"] = [{_BEARER: [str(operation.scope)]}]
    if operation.body:
        content = {JSON: {"schema": named(operation.body)}}
        asked["requestBody"] = {"required": True, "content": content}
    return asked


def _answer(operation: Operation) -> dict[str, Any]:
    body = {"schema": named(operation.shape)} if operation.shape else {}
    names = ("ETag", "Cache-Control") if operation.is_kept else ("Cache-Control",)
    return {
        "description": operation.summary,
        "headers": {it: {"schema": {"type": "string"}, "required": True} for it in names},
        **({"content": {operation.media_type: body}} if operation.media_type else {}),
    }


def _refusal(code: str) -> dict[str, Any]:
    return {
        "description": problem_of(code).en,
        "content": {CONTENT_TYPE: {"schema": named("Problem")}},
    }
