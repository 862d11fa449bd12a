"""What there is in an account: its users and their keys, and the long-term credentials that are none.

The credential report comes first. It tells of keys by place, without ids, and its `last_rotated` is when a key was
created or last changed: so it only says of whom there is nothing to ask, and everybody else is read one by one.
"""

from watchword.rotation.inventory.looking import Looked, look, look_at_user

__all__ = ["Looked", "look", "look_at_user"]
