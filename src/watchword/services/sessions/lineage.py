"""Where a session comes from, step by step: what it can be found and ended by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watchword.crypto.tokens import Link, Session
from watchword.domain.arn import PARTS
from watchword.domain.principal import PrincipalType

NAMED = (PrincipalType.ASSUMED_ROLE, PrincipalType.FEDERATED_USER)
"""Sessions that bear a name of their own."""


@dataclass(frozen=True, slots=True)
class Step:
    """The session itself, or one of those who asked for it on the way."""

    account: str
    """Empty for whom an identity provider vouched for."""
    key_id: str
    principals: tuple[str, ...]
    """Who it was, in the forms of `by_id`, `by_user` and `by_role`."""
    name: str
    """The session's; empty where it has none."""
    since: int
    """When the first session from here on was issued, in microseconds since the epoch."""


def by_id(unique_id: str) -> str:
    """Name a user or role by its unique id, or root by the account's."""
    return f"id/{unique_id}"


def by_user(arn: str) -> str:
    """Name a user by the ARN that it had when it asked."""
    return f"user/{arn}"


def by_role(account: str, role_name: str) -> str:
    """Name a role as the ARN of its sessions does, which has no path."""
    return f"role/{account}/{role_name}"


def steps(session: Session) -> Iterator[Step]:
    """Give the session, and then those who asked for it on the way, back to the first."""
    since = session.issued_exactly
    name = session.name if session.type in NAMED else ""
    yield Step(session.account, session.access_key_id, _itself(session), name, since)
    for link in reversed(session.chain):
        since = min(since, link.issued_exactly or since)
        yield _asked(link, since)


def asked_with(session: Session, access_key_id: str) -> int | None:
    """Tell when the first session that came from an access key was issued, likewise; None if this one did not."""
    since, found = session.issued_exactly, None
    for link in reversed(session.chain):
        if link.access_key_id == access_key_id:
            found = since
        since = min(since, link.issued_exactly or since)
    return found


def began(session: Session) -> int:
    """Tell when the first session of the chain was issued, likewise."""
    at = session.issued_exactly
    return min(at, *(link.issued_exactly or at for link in session.chain), at)


def _itself(session: Session) -> tuple[str, ...]:
    # Under its name as well: a role or user that is made anew has another id, and a block of it still stands.
    if session.type is PrincipalType.ASSUMED_ROLE:
        return by_id(session.unique_id), by_role(session.account, session.role_name)
    return by_id(session.unique_id), by_user(session.issuer_arn)


def accounts(session: Session) -> set[str]:
    """Tell which accounts may end a session: its own, and those of all who asked for it on the way."""
    found = {session.account}
    for link in session.chain:
        found.add(_account(link.arn))
    found.discard("")
    return found


def parts(session: Session) -> tuple[str, ...]:
    """List everything that the session can be found by; no element holds a space."""
    found: dict[str, None] = {}
    for step in steps(session):
        found |= dict.fromkeys(step.principals)
        if step.key_id:
            found[f"key/{step.key_id}"] = None
        if step.name:
            found[f"name/{step.name}"] = None
    if session.source_identity:
        found[f"identity/{session.source_identity}"] = None
    if session.instance_profile:
        found[f"profile/{session.instance_profile}"] = None
    return tuple(part for part in found if " " not in part)


def _account(arn: str) -> str:
    fields = arn.split(":", PARTS - 1)
    return fields[4] if len(fields) == PARTS and fields[0] == "arn" and fields[4].isdecimal() else ""


def _asked(link: Link, since: int) -> Step:
    account = _account(link.arn)
    known = (by_id(link.unique_id),) if link.unique_id else ()
    if not account:  # whom an identity provider vouched for
        return Step("", link.access_key_id, (), "", since)
    kind, _, rest = link.arn.split(":", PARTS - 1)[5].partition("/")
    if kind == "assumed-role":
        role, _, name = rest.partition("/")
        return Step(account, link.access_key_id, (*known, by_role(account, role)), name, since)
    if kind == "federated-user":
        return Step(account, link.access_key_id, known, rest, since)
    who = {"user": (by_user(link.arn),), "root": (by_id(account),)}.get(kind, ())
    return Step(account, link.access_key_id, (*known, *who), "", since)
