"""Lending credentials: to a shell, to a command, to whatever asks an endpoint on this machine.

No command lives here; the commands are one floor up, a file each.
"""
