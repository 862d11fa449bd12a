"""Whether a resource policy lets in everybody. Pure.

AWS asks an automated reasoner; here a statement is public that allows any principal and has no condition that ties it
to known accounts, organizations, principals or networks. What is not surely tied counts as public.
Source: Secrets Manager API, PutResourcePolicy, BlockPublicPolicy; Amazon S3 User Guide, "The meaning of public".
"""

from __future__ import annotations

import ipaddress

from watchword.policy import Document

_TYING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
    }
)
_EXACT = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
_WIDEST = {4: 8, 6: 32}
"""The shortest prefix of an address range that counts as a known network."""


def is_public(document: Document) -> bool:
    """Tell whether any statement of a policy grants broad access."""
    return any(
        not clause.denies
        and _anybody(clause.principals, excepts=clause.excepts_principals)
        and not any(_ties(one.operator, one.key, one.values) for one in clause.conditions)
        for clause in document.clauses
    )


def _anybody(principals: dict[str, tuple[str, ...]] | None, *, excepts: bool) -> bool:
    return excepts or any("*" in name for names in (principals or {}).values() for name in names)


def _ties(operator: str, key: str, values: tuple[str, ...]) -> bool:
    """A list of values ties as loosely as its loosest."""
    name, key = operator.lower().rpartition(":")[2], key.lower()
    if operator.lower().startswith("forallvalues:") or not values:  # true of a key that is absent
        return False
    if key == "aws:sourceip":
        return name == "ipaddress" and all(map(_is_known_network, values))
    return key in _TYING and name in _EXACT and not any(_is_open(value) for value in values)


def _is_open(value: str) -> bool:
    """Tell whether a pattern leaves the account open: in an ARN the account, elsewhere anything."""
    parts = value.split(":")
    if parts[0] == "arn" and len(parts) > 5:  # noqa: PLR2004 - the parts of an ARN
        return not parts[4] or any(sign in parts[4] for sign in "*?$")
    return any(sign in value for sign in "*?$")


def _is_known_network(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]
