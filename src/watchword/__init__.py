"""Watchword: a credential authority that you run yourself, spoken to in AWS's own protocols."""
