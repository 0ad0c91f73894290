"""Logs as one JSON object a line, the same for every process.

A line says where it comes from, and of which request, job, tenant and trace, as far as that is
known there. It never holds text of a document: so of other people's exceptions it tells the type
and the place, and not the message.
"""

import logging
import sys
from traceback import extract_tb
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

from vouch.schemas.job import Job
from vouch.storage.tracing import trace_id

_LEVELS = {
    # its own report of a failed task prints the exception; the task itself logs the error's place
    "celery.app.trace": logging.CRITICAL + 1,
    # a line or two for each message or request, with URLs that may bear a caller's secrets
    "celery": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "kombu": logging.WARNING,
    "openai": logging.WARNING,
    "urllib3": logging.WARNING,
}
_TELLS_EXCEPTIONS = ("asyncio", "celery", "concurrent", "kombu", "uvicorn", "py.warnings")
"""Loggers whose messages go on, after the first line, with an exception's own words."""


def log_as_json() -> None:
    """Send structlog, the standard loggers and warnings to stderr as JSON. Call once, first."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)


def tell_of(job: Job) -> None:
    """Let the lines of this thread or task say whose job they are about, and which request's."""
    about = {
        "job": job.id,
        "tenant": job.tenant,
        "request_id": job.request_id,
        "trace": trace_id(job.traceparent),
    }
    known = {name: value for name, value in about.items() if value is not None}
    structlog.contextvars.bind_contextvars(**known)


def frames(traceback: TracebackType | None) -> list[str]:
    """Where an error was raised, outermost first, without its message or any variable."""
    return [f"{at.filename}:{at.lineno} {at.name}" for at in extract_tb(traceback)]


def without_words(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    """A line without the words of exceptions, which may be those of a document."""
    raised = line.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["frames"] = frames(error.__traceback__)
    if str(line.get("logger", "")).startswith(_TELLS_EXCEPTIONS):
        line["event"] = str(line["event"]).partition("\n")[0]
    return line
