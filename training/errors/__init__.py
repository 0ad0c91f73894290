"""Pictures of errors that the project draws itself: to measure the reader and its fingerprint."""
