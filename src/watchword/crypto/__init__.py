"""What seals, signs and proves: secrets at rest, the key ring, session tokens, and AWS's signatures.

Nothing here knows the store, a protocol or a policy. Randomness and time are passed in.
"""

from watchword.crypto.keyring import KeyRing, open_key_ring, seal_ring_key
from watchword.crypto.messages import InvalidAuthorizationMessage, MessageSeal
from watchword.crypto.sealing import BrokenSeal, MasterKey, Vault, WrongMasterKey
from watchword.crypto.tokens import Link, Session, TokenRing

__all__ = [
    "BrokenSeal",
    "InvalidAuthorizationMessage",
    "KeyRing",
    "Link",
    "MasterKey",
    "MessageSeal",
    "Session",
    "TokenRing",
    "Vault",
    "WrongMasterKey",
    "open_key_ring",
    "seal_ring_key",
]
