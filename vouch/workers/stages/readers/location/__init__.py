"""The rules reader of `location`: the one thing on a screen that a caller describes."""
