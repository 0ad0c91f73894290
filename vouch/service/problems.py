"""Every error as RFC 9457 problem+json: {type, title, status, detail, code}."""

import math
from http import HTTPStatus
from types import UnionType

import structlog
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.plugins.problem_details import (
    ProblemDetailsConfig,
    ProblemDetailsException,
    ProblemDetailsPlugin,
)

from vouch.schemas.errors import InvalidRequest, Unauthenticated, VouchError
from vouch.schemas.value import Value
from vouch.storage.logs import frames

STATUS_OF = {
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "invalid_input": HTTPStatus.UNPROCESSABLE_ENTITY,
    "empty_upload": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "unreadable_document": HTTPStatus.UNPROCESSABLE_ENTITY,
    "password_protected": HTTPStatus.UNPROCESSABLE_ENTITY,
    "too_many_bytes": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_pages": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_pixels": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "render_limit": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid_request": HTTPStatus.UNPROCESSABLE_ENTITY,
    "request_too_slow": HTTPStatus.REQUEST_TIMEOUT,
    "unknown_schema": HTTPStatus.UNPROCESSABLE_ENTITY,
    "schema_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "schema_too_large": HTTPStatus.UNPROCESSABLE_ENTITY,
    "schema_unmet": HTTPStatus.UNPROCESSABLE_ENTITY,
    "schema_taken": HTTPStatus.CONFLICT,
    "address_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "fetch_failed": HTTPStatus.UNPROCESSABLE_ENTITY,
    "idempotency_conflict": HTTPStatus.CONFLICT,
    "job_finished": HTTPStatus.CONFLICT,
    "not_replayable": HTTPStatus.CONFLICT,
    "not_comparable": HTTPStatus.CONFLICT,
    "access_error": HTTPStatus.FORBIDDEN,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "quota_spent": HTTPStatus.TOO_MANY_REQUESTS,
    "not_found": HTTPStatus.NOT_FOUND,
    "job_not_found": HTTPStatus.NOT_FOUND,
    "page_not_found": HTTPStatus.NOT_FOUND,
    "field_not_found": HTTPStatus.NOT_FOUND,
    "record_not_ready": HTTPStatus.NOT_FOUND,
    "schema_not_found": HTTPStatus.NOT_FOUND,
    "engine_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "model_missing": HTTPStatus.SERVICE_UNAVAILABLE,
    "model_digest_mismatch": HTTPStatus.SERVICE_UNAVAILABLE,
    "engine_failed": HTTPStatus.SERVICE_UNAVAILABLE,
    "vlm_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "vlm_invalid": HTTPStatus.SERVICE_UNAVAILABLE,
    "memory_limit_too_low": HTTPStatus.SERVICE_UNAVAILABLE,
    "prompt_too_long": HTTPStatus.UNPROCESSABLE_ENTITY,
    "prompt_unreleased": HTTPStatus.INTERNAL_SERVER_ERROR,
    "store_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "redaction_failed": HTTPStatus.INTERNAL_SERVER_ERROR,
    "blob_sealed": HTTPStatus.INTERNAL_SERVER_ERROR,
    "service_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "queue_too_long": HTTPStatus.SERVICE_UNAVAILABLE,
    "attempts_exhausted": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unsafe_exposure": HTTPStatus.INTERNAL_SERVER_ERROR,
    "stale_attempt": HTTPStatus.CONFLICT,
    "service_failed": HTTPStatus.BAD_GATEWAY,
    "stack_failed": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What each code of the error tree is in HTTP; a test keeps it complete."""

_CODE_OF = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_many_bytes",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid_request",
}
"""The code of an error that the framework found."""

_PROBLEM = "application/problem+json"
_RETRY_SECONDS = 5.0
_log = structlog.get_logger(__name__)


def problems() -> ProblemDetailsPlugin:
    """Turns whatever a route raises into a problem."""
    return ProblemDetailsPlugin(
        ProblemDetailsConfig(
            exception_to_problem_detail_map={
                VouchError: _of_vouch_error,
                HTTPException: _of_http_exception,
                Exception: _of_bug,
            }
        )
    )


def problem(
    status: int, code: str, detail: str, retry_after: float | None = None, **more: str | list[str]
) -> ProblemDetailsException:
    """A problem to raise; `more` are members of its own kind. `retry_after` in seconds."""
    if retry_after is None and status == HTTPStatus.SERVICE_UNAVAILABLE:
        retry_after = _RETRY_SECONDS
    again = None if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
    return ProblemDetailsException(
        status_code=status,
        type_=f"urn:vouch:problem:{code}",
        title=HTTPStatus(status).phrase,
        detail=detail,
        headers=again,
        extra={"code": code, **more},
    )


class Problem(Value):
    """Problem details of RFC 9457."""

    type: str
    """urn:vouch:problem:<code>."""
    title: str
    status: int
    detail: str
    code: str
    """Stable: programs switch on it."""


def described(
    kind: type | UnionType, description: str, media_type: str = "application/json"
) -> ResponseSpec:
    """An answer in the OpenAPI document; the framework's examples would be random."""
    return ResponseSpec(
        kind,  # type: ignore[arg-type]  # Litestar describes a union as oneOf
        description=description,
        generate_examples=False,
        media_type=media_type,
    )


def refused_with(*codes: str) -> dict[int, ResponseSpec]:
    """For the OpenAPI document: with which problems a route answers, by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUS_OF[code], []).append(code)
    return {
        status: described(Problem, ", ".join(named), _PROBLEM)
        for status, named in sorted(by_status.items())
    }


def _of_vouch_error(error: VouchError) -> ProblemDetailsException:
    found = problem(STATUS_OF[error.code], error.code, str(error), error.retry_after)
    if isinstance(error, Unauthenticated):
        found.headers = {"WWW-Authenticate": 'Bearer realm="vouch"'}
    return found


def _of_http_exception(error: HTTPException) -> ProblemDetailsException:
    """Errors that Litestar found. A failed validation names the fields, never their values."""
    status = error.status_code
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of_bug(error)
    detail = error.detail
    if isinstance(error.extra, list):
        wrong = sorted({str(fault.get("key", "body")) for fault in error.extra})
        detail = f"missing, unknown or not allowed: {', '.join(wrong)}"
    if status == HTTPStatus.BAD_REQUEST:
        status = HTTPStatus.UNPROCESSABLE_ENTITY  # as our own checks of a request answer
    found = problem(status, _CODE_OF.get(HTTPStatus(status), "invalid_request"), detail)
    found.headers = {**(error.headers or {}), **(found.headers or {})} or None
    return found


def _of_bug(error: Exception) -> ProblemDetailsException:
    """An error nobody foresaw: its place goes to the log, nothing of it to the caller."""
    # a form's texts are decoded in the charset that each names: a bare LookupError if unknown
    if isinstance(error, UnicodeDecodeError) or type(error) is LookupError:
        return problem(422, InvalidRequest.code, "a text of the request is not in its charset")
    _log.error("unforeseen", error=type(error).__name__, frames=frames(error.__traceback__))
    detail = "an unforeseen error inside Vouch; its place is in the service's log"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, VouchError.code, detail)
