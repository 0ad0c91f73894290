"""Records drawn on their pages, with Pillow alone."""
