"""Sweeps: every account looked at and every user judged; told as found, held to a plan, or carried out.

A sweep is a list of accounts, each by itself: one that cannot be reached never hides another, and what one user's
failure leaves is that user's line. Nothing here acts by itself: `acting` does, one user and one step at a time.
"""
