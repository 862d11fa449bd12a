"""Watchword's own operations, spoken in the same protocols: the sandbox's clock, and what this server is."""
