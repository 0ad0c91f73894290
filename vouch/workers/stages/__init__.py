"""The stages: plain functions on values, in the order of the line from bytes to record."""
