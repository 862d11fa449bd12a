"""Walks through the authority with stock tools, for a person who watches."""
