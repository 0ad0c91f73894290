"""Writing under a grammar: the loops, what they record, and what they reuse."""
