"""Temporary credentials for a person: what is wished for, where it comes from, and where it is kept meanwhile.

No command lives here; the commands are one floor up, a file each.
"""
