"""Robots and agents: Vouch as keywords of Robot Framework, and as tools over MCP."""
