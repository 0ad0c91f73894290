"""Fits the detector of screen elements on rendered pages."""
