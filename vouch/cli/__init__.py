"""The `vouch` command."""
