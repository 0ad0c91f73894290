"""Calls to addresses that callers name: guarded, so that nobody reaches through us what is ours."""
