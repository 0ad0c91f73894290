"""How models that ship are made."""
