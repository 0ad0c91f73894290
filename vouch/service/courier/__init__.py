"""Tells callers' receivers of jobs that have ended: at least once, signed, held up by nobody."""
