"""HTTP. Never imports a model library, numpy or the workers."""
