"""The rules reader of each built-in schema: a page's words and elements → a draft."""
