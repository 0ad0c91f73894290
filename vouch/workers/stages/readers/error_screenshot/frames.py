"""Frames of stack traces, as Python, Java, .NET, JavaScript, Go, Ruby, PHP and C print them."""

import re

_FRAMES = tuple(
    re.compile(pattern)
    for pattern in (
        r'File ?["\'“”].+["\'“”], ?line ?\d[\d ]*',  # Python
        r"at ?[\w$.<>/`]+\.[\w$<>`]+ ?\(.*\)?",  # Java, .NET
        r"at .+[(\s](?:[\w.-]+[:/\\]).*:\d+(?::\d+)?\)?$",  # JavaScript
        r"(?:at|bei|à|en|em|in|в|w|i) [\w$.<>`]+\([^)]*\)?(?: (?:in|dans|en|em|w|в) .+:.+)?$",
        r"\S+\.go:\d+(?: \+0x[0-9a-f]+)?",  # Go
        r"(?:from )?\S+\.rb:\d+:in .+",  # Ruby
        r"#\d+ .+(?:\(\d+\):|at |in |0x).*",  # PHP, gdb
        r"\d+: +0x[0-9a-f]+ - .+",  # Rust
        r"[\w.]+@\S+:\d+:\d+",  # Firefox
    )
)
_FUNCTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"line ?\d[\d ]*, ?in ([\w<>.]+)",
        r"^\W*(?:at|bei|à|en|em|in|в|w|i) (?:async |new )?([\w$.<>/`]+)",
        r":in [`'‘](?:block in )?([\w.#?!]+)",
        r"^#\d+ .*?(?:\(\d+\): |in )([\w\\:>-]+)",
        r"^([\w.]+)@",
    )
)


_EXCEPTION = re.compile(
    r"(?:Exception in thread \S+ |Unhandled exception[.:]? ?|Uncaught |Caused by: ?|panic: ?)?"
    r"(?:[\w$]+\.)*[A-Z]\w*(?:Error|Exception|Fault)\b|panic: |thread '.+' panicked"
)


def is_exception(text: str) -> bool:
    """Whether a line names the exception that a stack trace belongs to."""
    return _EXCEPTION.match(text) is not None


def is_frame(text: str) -> bool:
    """Whether a line of a screen is a frame of a stack trace."""
    return any(pattern.match(text.strip()) for pattern in _FRAMES)


def function_of(frame: str) -> str | None:
    """The function that a frame stands in, where it is printed."""
    found = (pattern.search(frame.strip()) for pattern in _FUNCTIONS)
    return next((match[1] for match in found if match), None)
