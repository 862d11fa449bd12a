"""The Security Token Service: temporary credentials, and who holds them.

Every operation is decided from memory: a session is a sealed record that its holder carries, so that issuing one writes
nothing but the journal. Source: AWS Security Token Service API Reference, 2011-06-15.
"""
