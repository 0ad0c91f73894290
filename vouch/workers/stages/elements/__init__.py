"""The stage `detect`: what stands on a screen, from its edges, fills and words."""
