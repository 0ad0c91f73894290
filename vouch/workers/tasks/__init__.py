"""Where the legs of the line run: the only code of the workers that knows Celery and the stores."""
