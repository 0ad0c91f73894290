"""A record in other people's formats: Markdown, CSV, hOCR, JSON after ALTO."""
