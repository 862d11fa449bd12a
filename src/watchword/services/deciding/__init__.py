"""What a decision about a request is made from: its principal, the policies that bear on it, and its context.

Shared by the edge, which decides real requests, and by those services that explain decisions.
"""
