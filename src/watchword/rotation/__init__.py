"""Rotation: every long-term key of an organization, found, judged, replaced and retired, with nothing lost.

A plain AWS client. Each sweep reads what is true, compares it with the ledger, and takes the next safe step:

    DUE -> INTENT -> CREATED -> STORED -> VERIFIED -> OVERLAP -> DEACTIVATED -> DELETED

What always holds: what will be done is on record before it is done; a create is never blindly repeated; a key that is
active is never deleted; what could not be read never counts as a no; and only keys that the ledger owns are touched. A
secret goes from CreateAccessKey to where it is kept inside one step, and is in no record, message or log.
"""
