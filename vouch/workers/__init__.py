"""The line from bytes to record: stages, engines, and the Celery tasks that run them."""
