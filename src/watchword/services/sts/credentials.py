"""Issuing temporary credentials: the one place where a session is made and sealed.

The token carries the session, and the secret follows from the access key id: what is put on record opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from watchword.crypto.tokens import Link, Session
from watchword.domain.clock import MICROSECONDS
from watchword.domain.ids import Prefix, mint_key_id
from watchword.domain.principal import PrincipalType
from watchword.services.operation import Call, Caller
from watchword.services.sessions.lineage import accounts
from watchword.services.sessions.refusals import SessionBlocked
from watchword.services.sessions.standing import blocked, standings
from watchword.services.sts.refusals import ChainTooLong
from watchword.services.sts.session_policies import NO_POLICIES, SessionPolicies
from watchword.services.sts.session_tags import NO_TAGS, SessionTags

LONGEST_CHAIN = 12
"""Links. None may be left out: each is an access key by which the session can be traced, and ended."""

LARGEST_TOKEN = 8_192
"""Characters: what the longest names, the whole allotment and the longest chain come to stays below."""

TOLD = ("Credentials.AccessKeyId", "Credentials.Expiration")
"""What the record keeps of every answer that gives credentials."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom the credentials are for; the members are as in `Principal`."""

    type: PrincipalType
    account: str
    unique_id: str
    issuer_arn: str
    name: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What narrows or marks a session beyond its holder."""

    policies: SessionPolicies = NO_POLICIES
    tags: SessionTags = NO_TAGS
    source_identity: str = ""


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Vouched:
    """What an identity provider said beside who the caller is: for whom it spoke, and what SAML tells of a subject."""

    audience: str = ""
    subject_type: str = ""
    name_qualifier: str = ""


NOBODY = Vouched()


def issue(
    call: Call,
    holder: Holder,
    *,
    seconds: int,
    limits: Limits = UNLIMITED,
    mfa_at: int = 0,
    vouched: Vouched = NOBODY,
    instance_profile: str = "",
) -> tuple[Session, dict[str, Any]]:
    """Make a session of the caller's for `holder`; give it, and the answer's members that tell of it.

    `mfa_at` is when a second factor was shown for it; 0 for never. `instance_profile` is the unique id of the one that
    it is issued for.

    Raises ChainTooLong, SessionBlocked, Miss.
    """
    before = call.caller.session
    profile = instance_profile or (before.instance_profile if before else "")
    session = Session(
        access_key_id=mint_key_id(Prefix.TEMPORARY_KEY, holder.account, call.random),
        type=holder.type,
        account=holder.account,
        unique_id=holder.unique_id,
        issuer_arn=holder.issuer_arn,
        name=holder.name,
        issued_at=call.now,
        issued_micros=int(call.asking.now * MICROSECONDS) % MICROSECONDS,
        expires_at=call.now + seconds,
        chain=_chain(call.caller),
        policies=() if limits.policies.document is None else (limits.policies.document,),
        policy_arns=limits.policies.arns,
        tags=tuple(limits.tags.tags.items()),
        transitive_tag_keys=limits.tags.transitive,
        source_identity=limits.source_identity or (before.source_identity if before else ""),
        mfa_at=mfa_at,
        federated_provider="" if call.account else call.caller.principal.arn,
        federated_audience=vouched.audience,
        federated_subject="" if call.account else call.caller.principal.name,
        federated_subject_type=vouched.subject_type,
        federated_name_qualifier=vouched.name_qualifier,
        instance_profile=profile,
        source_identity_since=before.identified_exactly if before and before.source_identity else 0,
        instance_profile_since=before.profiled_exactly if before and profile == before.instance_profile else 0,
    )
    if rule := blocked(session, standings(accounts(session), call.directory.standing), call.now, call.asking.source_ip):
        raise SessionBlocked(rule)
    call.issued.append(session)
    return session, _told(call, session)


def _told(call: Call, session: Session) -> dict[str, Any]:
    token = call.tokens.seal(session)
    return {
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": call.tokens.secret_for(session.access_key_id).reveal(),
            "SessionToken": token,
            "Expiration": session.expires_at,
        },
        "SessionTokenSize": len(token),
        "SessionTokenUtilization": -(-len(token) * 100 // LARGEST_TOKEN),
    }


def _chain(caller: Caller) -> tuple[Link, ...]:
    before = caller.session.chain if caller.session else ()
    if len(before) >= LONGEST_CHAIN:
        raise ChainTooLong(links=len(before))
    # Whom an identity provider vouches for has no key, and no ARN but the provider's: the id names the person as well.
    who = caller.principal.arn if caller.account else caller.principal.user_id
    # What bears another name tomorrow: a role does not.
    unique_id = caller.principal.unique_id if caller.principal.type is PrincipalType.USER else ""
    issued_at = caller.session.issued_exactly if caller.session else 0
    return (*before, Link(who, caller.access_key_id, unique_id, issued_at))
