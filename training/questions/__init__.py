"""Drawn screens and forms, and questions about them whose answers are known."""
