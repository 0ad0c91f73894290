"""Exit statuses by which a process tells whoever keeps it running what to do."""

CANNOT_START = 78
"""EX_CONFIG: it will not start however often it is tried."""
RECYCLED = 75
"""EX_TEMPFAIL: it ended only to be started afresh."""
