"""Redaction on rendered pages with planted secrets: what `make eval-redaction` measures."""
