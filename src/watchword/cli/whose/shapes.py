"""What a text that someone found may be, by its shape alone: an identifier of AWS's, or a secret. Pure.

Source: IAM User Guide, "IAM identifiers", unique ID prefixes.
"""

from __future__ import annotations

import re

from watchword.cli.exits import Exit, Stop
from watchword.domain.ids import Prefix

KINDS = {
    Prefix.LONG_TERM_KEY: "long-term access key",
    Prefix.TEMPORARY_KEY: "temporary access key",
    Prefix.USER: "user",
    Prefix.ROLE: "role",
    Prefix.GROUP: "group",
    Prefix.MANAGED_POLICY: "managed policy",
    Prefix.INSTANCE_PROFILE: "instance profile",
    Prefix.CERTIFICATE: "server certificate",
    Prefix.PUBLIC_KEY: "SSH public key",
    Prefix.SERVICE_CREDENTIAL: "service-specific credential",
    "ABIA": "bearer token of STS",
    "ANVA": "version of a managed policy",
}
IDENTIFIER = re.compile(r"[A-Z]{4}[A-Z0-9]{12,124}", re.ASCII)
SECRET = re.compile(r"[A-Za-z0-9/+]{30,}={0,2}", re.ASCII)
"""What holds a secret access key (40 of these), the rest of one, or a session token (hundreds)."""


def identifier(given: tuple[str, ...]) -> tuple[str, str]:
    """Give the identifier and what it identifies. What is refused is never repeated: it may be a secret.

    Raises Stop.
    """
    words = [word.strip() for word in given]
    if any(IDENTIFIER.fullmatch(word) is None and SECRET.search(word) for word in words):
        raise Stop(
            "that looks like a secret access key or a session token, which nobody should be shown: it now stands in "
            "your shell's history. Remove it there, and rotate the key that it belongs to; then ask with the key's id, "
            "`AKIA…` or `ASIA…`",
            Exit.USAGE,
        )
    if len(words) != 1:
        raise Stop("give one access key id, `AKIA…` or `ASIA…`", Exit.USAGE)
    kind = KINDS.get(words[0][:4])
    if kind is None or IDENTIFIER.fullmatch(words[0]) is None:
        raise Stop(
            "that is no access key id: one is 16 to 128 capital letters and digits that begin with AKIA or ASIA, as "
            "the other unique identifiers of IAM do with AIDA, AROA, AGPA and the like",
            Exit.USAGE,
        )
    return words[0], kind
