"""From a measure to the severity of an issue."""


def graded(value: float, noticeable: float, unreadable: float) -> float:
    """0 at `noticeable` or better, 1 at `unreadable` or worse, linear between.

    Either bound may be the larger one.
    """
    share = (value - noticeable) / (unreadable - noticeable)
    return min(max(share, 0.0), 1.0)
