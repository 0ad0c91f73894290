"""The built-in schema `error_screenshot`: a picture of something that went wrong."""

from typing import Literal

from pydantic import Field

from vouch.schemas.value import Value

ErrorKind = Literal["dialog", "page", "inline", "banner", "terminal", "crash", "toast"]
Severity = Literal["info", "warning", "error", "critical"]
Category = Literal[
    "network", "permission", "authentication", "validation", "not_found", "timeout", "crash",
    "storage", "license", "configuration", "other",
]  # fmt: skip


class ErrorScreenshot(Value):
    """An error message on a screen, for the triage of support tickets. Every leaf may be null."""

    is_error: bool | None = Field(None, description="False for an ordinary screenshot.")
    kind: ErrorKind | None = Field(None, description="How the error is shown.")
    application: str | None = Field(None, description="Whose error it is, when visible.")
    os: str | None = Field(None, description="Operating system, when visible.")
    title: str | None = Field(None, description="Title of the dialog or heading of the page.")
    message: str | None = Field(None, description="The message, verbatim, without the title.")
    code: str | None = Field(None, description="Error code, as printed.", examples=["0x80070005"])
    buttons: tuple[str | None, ...] = Field((), description="Labels of the buttons that answer it.")
    stack: tuple[str | None, ...] = Field((), description="Frames of a stack trace, topmost first.")
    severity: Severity | None = None
    category: Category | None = None
    fingerprint: str | None = Field(
        None, description="The same for the same error, whatever its window, theme, ids and times."
    )
    suggested_action: str | None = Field(None, description="What the message tells one to do.")
