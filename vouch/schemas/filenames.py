"""Names of files as callers give them: shown again, never trusted."""

_LONGEST = 255


def safe_filename(filename: str | None) -> str | None:
    """The last part of a path without control characters, at most 255 long; None if it is empty."""
    if filename is None:
        return None
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(character for character in name if character.isprintable()).strip()
    return printable[:_LONGEST] or None
