"""Identity providers elsewhere: what they publish, had over TLS that is verified, and kept for a while.

Only providers that an account has registered are ever asked. Whom a token is believed from is decided in `sts`.
"""
