"""Receipts of invented shops, rendered with wear: the shipped sample, and more for tests."""
