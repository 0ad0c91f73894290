"""Between a question and a model: what is shown to it, and what its answer becomes."""
