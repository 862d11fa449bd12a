"""JSON web tokens and keys of others: read strictly, verified by joserfc. Who is believed is decided elsewhere.

Source: RFC 7515 to 7519, and RFC 8725 on what attackers do with them.
"""

from watchword.crypto.jose.web_keys import ALGORITHMS, BrokenKeys, WebKeys, read_keys
from watchword.crypto.jose.web_tokens import BrokenToken, WebToken, is_signed, read_token

__all__ = [
    "ALGORITHMS",
    "BrokenKeys",
    "BrokenToken",
    "WebKeys",
    "WebToken",
    "is_signed",
    "read_keys",
    "read_token",
]
