"""JSON Schemas as grammars: what binds while a model writes, what is refused, what it costs."""
