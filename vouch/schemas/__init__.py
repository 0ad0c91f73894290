"""Values and contracts only: stdlib and pydantic, no I/O, no framework."""
