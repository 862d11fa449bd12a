"""Who would ask, in a request that is only supposed: the caller itself, a user, a role, root, or a session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.domain.arn import sts_arn
from watchword.domain.principal import Principal, PrincipalType
from watchword.services.deciding.principals import principal_of, root
from watchword.services.directory import Directory
from watchword.services.operation import Asking, Call, Caller, ContextValue, Target
from watchword.services.sessions.live import Found, Judge
from watchword.services.sessions.records import session_of
from watchword.services.watchword.meaning import holder, holder_of, nobody_s
from watchword.services.watchword.refusals import InvalidParameter, NotFound
from watchword.store import roles, sessions, users
from watchword.store.tx import Tx

_ROOT = re.compile(r"arn:aws:iam::([0-9]{12}):root")
_ENTITY = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/(?:[!-~]+/)?([\w+=,.@-]+)", re.ASCII)
_SESSION = re.compile(r"arn:aws:sts::([0-9]{12}):assumed-role/([\w+=,.@-]+)/([\w+=,.@-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Supposed:
    """Whoever would ask, as the caller of the request.

    `known` are context keys that its request would have and the caller cannot tell; None for those that nobody knows.
    `session` is how its session stands, where one was asked about.
    """

    caller: Caller
    known: Mapping[str, ContextValue] = field(default_factory=dict)
    session: Found | None = None


def asked_about(asking: Asking) -> Target:
    """Name the user, role or root that would ask, as the resource; the session's, where one is named.

    Raises InvalidParameter for what names none of them.
    """
    arn, key_id = asking.parameters.get("principal_arn"), asking.parameters.get("access_key_id")
    if arn and key_id:
        raise InvalidParameter(message="Give PrincipalArn or AccessKeyId, not both.")
    if key_id:
        return _session(asking, key_id)
    if arn:
        return _principal(asking, arn)
    principal = asking.caller.principal
    about = holder(asking, principal.issuer_arn, principal.unique_id)
    return Target(about.arn, about.account, about.tags, subject=_itself(asking))


def found(call: Call) -> Supposed:
    """Give whom the request is allowed to ask about.

    Raises NotFound.
    """
    supposed = call.target.subject
    if isinstance(supposed, Supposed):
        return supposed
    asked = call.asking.parameters
    if asked.get("access_key_id"):
        raise NotFound(what="session", name=asked["access_key_id"])
    raise NotFound(what="principal", name=asked["principal_arn"])


def _itself(asking: Asking) -> Supposed:
    return Supposed(asking.caller, {"aws:sourceip": asking.source_ip or None})


def _principal(asking: Asking, arn: str) -> Target:
    """One of another account is nobody's here to ask about, and answered for as one that does not exist."""
    mine, tx = asking.caller.account, asking.tx
    if named := _ROOT.fullmatch(arn):
        supposed = Supposed(Caller(root(mine), "")) if named[1] == mine else None
        return Target(arn, mine, subject=supposed)
    if named := _SESSION.fullmatch(arn):
        role = roles.named(tx, mine, named[2]) if named[1] == mine else None
        if role is None:
            return Target(arn, mine)
        about = holder(asking, role.arn, role.id)
        return Target(about.arn, mine, about.tags, subject=_of_role(role, named[3]))
    named = _ENTITY.fullmatch(arn)
    if named is None:
        raise InvalidParameter(message=f"`{arn}` is not the ARN of a user, of a role or its session, or of root.")
    if named[1] != mine:
        return Target(arn, mine)
    return _entity(asking, tx, arn, named)


def _entity(asking: Asking, tx: Tx, arn: str, named: re.Match[str]) -> Target:
    entity: users.User | roles.Role | None = (users if named[2] == "user" else roles).named(tx, named[1], named[3])
    if entity is None or entity.arn != arn:
        return Target(arn, named[1])
    about = holder(asking, arn, entity.id)
    supposed = _of_role(entity, "") if isinstance(entity, roles.Role) else _of_user(entity)
    return Target(arn, about.account, about.tags, subject=supposed)


def _of_user(user: users.User) -> Supposed:
    """A user asks with a long-term key."""
    principal = Principal(PrincipalType.USER, user.account, user.arn, user.id, user.id, user.arn, user.name)
    return Supposed(Caller(principal, ""))


def _of_role(role: roles.Role, name: str) -> Supposed:
    """A role asks through a session, of which nothing is known but the name, if that: no tags, no session policies."""
    arn = sts_arn(role.account, f"assumed-role/{role.name}/{name}") if name else role.arn
    user_id = f"{role.id}:{name}" if name else ""
    principal = Principal(PrincipalType.ASSUMED_ROLE, role.account, arn, user_id, role.id, role.arn, name)
    return Supposed(
        Caller(principal, ""),
        {"aws:userid": user_id or None, "aws:multifactorauthpresent": "false"},  # a role's sessions never show one
    )


def _session(asking: Asking, key_id: str) -> Target:
    if not key_id.startswith("ASIA"):
        raise InvalidParameter(message=f"`{key_id}` is no temporary key: name its owner by PrincipalArn.")
    kept = sessions.newest(asking.tx, asking.caller.account, key_id)
    if kept is None:
        return nobody_s(asking, key_id)
    session = session_of(kept.issued)
    state = Judge(asking.directory, asking.directory.standing, asking.now).of(kept, session)
    return replace(holder_of(asking, session), subject=_of_session(state, asking.directory))


def _of_session(state: Found, directory: Directory) -> Supposed | None:
    session = state.session
    try:
        principal = principal_of(session, directory)
    except InvalidClientTokenId:  # its user or role is gone, and with it all that it may do
        return None
    return Supposed(Caller(principal, session.access_key_id, session), session=state)
