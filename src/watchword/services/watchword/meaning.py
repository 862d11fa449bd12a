"""Which sessions a request means: from its parameters to criteria, and to the principals that are its resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any

from watchword.crypto.tokens import Session
from watchword.domain.arn import iam_arn
from watchword.domain.principal import PrincipalType
from watchword.services.operation import Asking, Call, Need, Target
from watchword.services.sessions.criteria import Criteria
from watchword.services.sessions.lineage import by_id, by_role, by_user
from watchword.services.sessions.records import session_of
from watchword.services.watchword.refusals import InvalidParameter, NotFound
from watchword.store import roles, sessions, tags, users

EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The criteria of a request. `missing` is what it names and is not there: told once the request is allowed."""

    criteria: Criteria
    missing: NotFound | None = None
    further: Sequence[Target] = field(default_factory=tuple)
    """The other principals whose sessions are meant, beside the request's own target."""


def sessions_meant(asking: Asking) -> Target:
    """Name the principal whose sessions are meant, as the resource; `*` where it is not one alone.

    Raises InvalidParameter.
    """
    asked, account = asking.parameters, asking.caller.account
    if asked.get("user") and asked.get("role"):
        raise InvalidParameter(message="A session is a user's or a role's: give User or Role, not both.")
    principal, principals, missing = _principal(asking)
    key_ids = tuple(dict.fromkeys(asked.get("access_key_ids") or ()))
    criteria = Criteria(
        access_key_ids=key_ids,
        issuing_key_id=asked.get("issuing_access_key_id") or "",
        principal=principal.arn if principals else "",
        principals=principals,
        session_name=asked.get("session_name") or "",
        source_identity=asked.get("source_identity") or "",
        source_ips=sources(asked),
    )
    if principals or missing or not key_ids:
        return _about(principal, Meaning(criteria, missing))
    first, *further = _holders(asking, account, key_ids)
    return _about(first, Meaning(criteria, further=further))


def on_each(action: str) -> Callable[[Asking, Target], Sequence[Need]]:
    """Need the same action on every other principal whose sessions are named by their key ids."""

    def needs(_asking: Asking, target: Target) -> Sequence[Need]:
        meaning: Meaning = target.subject
        return [Need(action, other) for other in meaning.further]

    return needs


def in_place_of(asking: Asking, target: Target, action: str, kept: Criteria | None) -> Sequence[Need]:
    """Need the same action on the principal of what is replaced: else who may put one's own could lift another's."""
    about = kept.principal or EVERYBODY if kept else target.arn
    return [] if about == target.arn else [Need(action, Target(about, asking.caller.account))]


def criteria_of(call: Call) -> Criteria:
    """Give the criteria of an allowed request.

    Raises NotFound for a user or role that is not there.
    """
    meaning: Meaning = call.target.subject
    if meaning.missing is not None:
        raise meaning.missing
    return meaning.criteria


def sources(asked: Any) -> tuple[str, ...]:
    """Read addresses and blocks of addresses.

    Raises InvalidParameter.
    """
    given = asked.get("source_ips") or ((asked["source_ip"],) if asked.get("source_ip") else ())
    try:
        return tuple(str(ip_network(source, strict=False)) for source in given)
    except ValueError as error:
        raise InvalidParameter(message=f"{error}.") from error


def _about(target: Target, meaning: Meaning) -> Target:
    return replace(target, subject=meaning)


def _principal(asking: Asking) -> tuple[Target, tuple[str, ...], NotFound | None]:
    asked, account, tx = asking.parameters, asking.caller.account, asking.tx
    if name := asked.get("user"):
        user = users.named(tx, account, name)
        if user is None:
            return Target(iam_arn(account, f"user/{name}"), account), (), NotFound(what="user", name=name)
        about = Target(user.arn, account, lambda: tags.of(tx, user.id))
        return about, (by_id(user.id), by_user(user.arn)), None
    if name := asked.get("role"):
        role = roles.named(tx, account, name)
        if role is None:
            return Target(iam_arn(account, f"role/{name}"), account), (), NotFound(what="role", name=name)
        return holder(asking, role.arn, role.id), (by_id(role.id), by_role(account, role.name)), None
    return Target(EVERYBODY, account), (), None


def holder(asking: Asking, arn: str, unique_id: str) -> Target:
    """Name a user or role as the resource of a request about its sessions."""
    tx = asking.tx
    return Target(arn, asking.caller.account, lambda: tags.of(tx, unique_id))


def holder_of(asking: Asking, session: Session) -> Target:
    """Name the user or role of a session that was named by its key id, as it is called now.

    Who may not ask about it is not told whose it is.
    """
    find = asking.directory.role if session.type is PrincipalType.ASSUMED_ROLE else asking.directory.user
    known = find(session.unique_id) if session.unique_id != session.account else None
    about = holder(asking, known.arn if known else session.issuer_arn, session.unique_id)
    return replace(about, called=_called(session.access_key_id))


def nobody_s(asking: Asking, key_id: str) -> Target:
    """Name whoever might have a session that is not known: it could be anybody. A denial sounds as if it were known."""
    return Target(EVERYBODY, asking.caller.account, called=_called(key_id))


def _called(key_id: str) -> str:
    return f"session {key_id}"


def _holders(asking: Asking, account: str, key_ids: Sequence[str]) -> list[Target]:
    """Name the principals of these sessions, each once."""
    found: dict[str, Target] = {}
    for key_id in key_ids:
        if not key_id.startswith("ASIA"):
            raise InvalidParameter(
                message=f"`{key_id}` is no temporary key: sessions that came from it are meant by IssuingAccessKeyId."
            )
        kept = sessions.newest(asking.tx, account, key_id)
        if kept is None:
            found.setdefault(EVERYBODY, nobody_s(asking, key_id))
        else:
            about = holder_of(asking, session_of(kept.issued))
            found.setdefault(about.arn, about)
    return list(found.values())
