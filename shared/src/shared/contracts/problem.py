"""The one shape of every refusal: RFC 9457 problem details, with who must act.

Users: all services. A service declares its problem types as ``ProblemType`` constants, maps its exceptions to
them in one table given to ``create_app``, and raises ``ProblemError`` where a route itself refuses.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"

WhoMustAct = Literal["caller", "us", "upstream"]


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of refusal. ``slug`` is stable for ever: integrators branch on it."""

    slug: str
    status: int
    title: str
    who_must_act: WhoMustAct

    @property
    def uri(self) -> str:
        return f"/problems/{self.slug}"


class ProblemError(Exception):
    """A refusal with its words: ``detail`` says what is wrong and what to do, for the caller's eyes."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str,
        *,
        failed_check: str | None = None,
        parameter: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.failed_check = failed_check or kind.slug
        self.parameter = parameter
        self.headers = headers or {}


class Failure(BaseModel):
    """One thing wrong with one part of the request."""

    model_config = ConfigDict(json_schema_extra={"example": {"parameter": "period", "reason": "There is no month 13."}})

    parameter: str = Field(description="The parameter, or the path into the body, that was refused.")
    reason: str = Field(description="Why it was refused.")


class Problem(BaseModel):
    """RFC 9457 problem details. Nothing secret, no SQL, no stack, and no hint whether a foreign object exists."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/parameter-invalid",
                "title": "A parameter cannot be used",
                "status": 422,
                "detail": "period: There is no month 13.",
                "failed_check": "parameter-invalid",
                "who_must_act": "caller",
                "correlation_id": "5d2c0c1e8f3a4b0f9a6b7c8d9e0f1a2b",
                "errors": [{"parameter": "period", "reason": "There is no month 13."}],
            }
        }
    )

    type: str = Field(description="Stable URI of this kind of problem, relative to the service; it can be opened.")
    title: str = Field(description="The kind of problem, in words that do not change.")
    status: int = Field(description="The HTTP status, repeated.")
    detail: str = Field(description="What is wrong with this request, and what to do.")
    failed_check: str = Field(description="The check that refused the request, for machines.")
    who_must_act: WhoMustAct = Field(description="Who can mend it: the caller, we, or the portal upstream.")
    correlation_id: str = Field(description="Name it when you report the problem: it finds our log lines.")
    errors: list[Failure] = Field(description="Every refused part of the request; empty where there is just one cause.")


PARAMETER_INVALID = ProblemType("parameter-invalid", 422, "A parameter cannot be used", "caller")
CURSOR_INVALID = ProblemType("cursor-invalid", 400, "The cursor does not belong to this query", "caller")
KEY_MISSING = ProblemType("key-missing", 401, "An API key is needed", "caller")
KEY_UNKNOWN = ProblemType("key-unknown", 401, "The API key is not known or no longer valid", "caller")
SCOPE_MISSING = ProblemType("scope-missing", 403, "The API key lacks the scope for this", "caller")
NOT_FOUND = ProblemType("not-found", 404, "There is no such thing here", "caller")
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", 405, "This path does not take that method", "caller")
BODY_TOO_LARGE = ProblemType("body-too-large", 413, "The request body is too long", "caller")
BUSY = ProblemType("busy", 503, "All database connections are in use; try again shortly", "us")
DATABASE_UNAVAILABLE = ProblemType("database-unavailable", 503, "The database does not answer", "us")
INTERNAL = ProblemType("internal", 500, "A fault of ours", "us")
REQUEST_REFUSED = ProblemType("request-refused", 400, "The request cannot be read", "caller")

COMMON_PROBLEMS: tuple[ProblemType, ...] = (
    PARAMETER_INVALID,
    CURSOR_INVALID,
    KEY_MISSING,
    KEY_UNKNOWN,
    SCOPE_MISSING,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    BODY_TOO_LARGE,
    BUSY,
    DATABASE_UNAVAILABLE,
    INTERNAL,
    REQUEST_REFUSED,
)


def problem_responses(*kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """The ``responses=`` of a route that may refuse with these kinds."""
    grouped: dict[int | str, list[str]] = {}
    for kind in kinds:
        grouped.setdefault(kind.status, []).append(f"`{kind.slug}`: {kind.title}.")
    return {status: {"description": " ".join(texts)} for status, texts in grouped.items()}
