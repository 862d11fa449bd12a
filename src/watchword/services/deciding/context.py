"""The condition context of a request: each key's value, worked out only when a policy asks for it.

A key that is not in the tables is absent, as AWS has it; what absence means is the policy language's business.
Source: IAM User Guide, "AWS global condition context keys", "IAM and AWS STS condition context keys".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from watchword.crypto.tokens import Session
from watchword.domain.clock import iso8601
from watchword.domain.principal import PrincipalType
from watchword.services.directory import Directory
from watchword.services.operation import Asking, ContextValue, Operation, Target

T = TypeVar("T")

OIDC_PROVIDER, SAML_PROVIDER = ":oidc-provider/", ":saml-provider/"


@dataclass(frozen=True, slots=True)
class Connection:
    """What the connection itself tells of a request."""

    source_ip: str
    user_agent: str | None
    secure: bool
    region: str


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Looks up a context key by its lower-case name: a text, a tuple where the key has many values, or None."""

    connection: Connection
    asking: Asking
    operation: Operation
    target: Target
    principal_tags: Mapping[str, str]

    def __call__(self, key: str) -> ContextValue:
        found = GLOBAL_KEYS.get(key)
        if found is not None:
            return found(self)
        name, slash, tag = key.partition("/")
        if slash:
            tags = TAG_KEYS.get(name)
            if tags is not None:
                return _tag(tags(self), tag)
        return self._service_key(key)  # which may hold a slash: the address of an identity provider

    def _service_key(self, key: str) -> ContextValue:
        for name, parameter in self.operation.keys.items():
            if name.lower() == key:
                return _as_context(self.asking.parameters.get(parameter))
        found = self.target.keys().get(key)
        return _federated(self, key) if found is None else found

    def request_tags(self) -> dict[str, str]:
        """Give the tags passed in the request."""
        passed = self.asking.parameters.get("tags")
        return {tag["Key"]: tag.get("Value", "") for tag in passed} if passed else dict(self.target.request_tags())


def _as_context(value: Any) -> ContextValue:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return tuple(str(one) for one in value)
    return str(value)


def _tag(tags: Mapping[str, str], name: str) -> str | None:
    """Find a tag by its name without regard to case."""
    found = tags.get(name)
    if found is not None:
        return found
    return next((value for key, value in tags.items() if key.lower() == name), None)


def _user_name(context: RequestContext) -> str | None:
    principal = context.asking.caller.principal
    return principal.name if principal.type is PrincipalType.USER else None


def _principal_arn(context: RequestContext) -> str | None:
    """A role session's is the role's ARN; every other principal's is its own. Requests that nobody signs have none."""
    principal = context.asking.caller.principal
    if not principal.account:
        return None
    return (principal.issuer_arn if principal.type is PrincipalType.ASSUMED_ROLE else principal.arn) or None


def _token_issue_time(context: RequestContext) -> str | None:
    session = context.asking.caller.session
    return iso8601(session.issued_at) if session else None


def _mfa_present(context: RequestContext) -> str | None:
    """Absent with long-term keys: the idiom `BoolIfExists … false` builds on that."""
    if context.asking.caller.session is None and not context.target.mfa_at:
        return None
    return "true" if _mfa_at(context) else "false"


def _mfa_age(context: RequestContext) -> str | None:
    at = _mfa_at(context)
    return str(int(context.asking.now) - at) if at else None


def _mfa_at(context: RequestContext) -> int:
    """When a second factor was shown: with this request, or for the session that signs it; 0 for never."""
    session = context.asking.caller.session
    return context.target.mfa_at or (session.mfa_at if session else 0)


def _source_identity(context: RequestContext) -> str | None:
    session = context.asking.caller.session
    return (session.source_identity or None) if session else None


def _provider(context: RequestContext) -> str | None:
    """Name the OIDC provider that vouches for the caller, or did so for the session that it acts with."""
    caller = context.asking.caller
    arn = caller.session.federated_provider if caller.session else caller.principal.arn
    return arn if OIDC_PROVIDER in arn else None


def _federated(context: RequestContext, key: str) -> str | None:
    """Tell what the identity provider said when it vouched for a session.

    Source: IAM User Guide, "Cross-service AWS OIDC federation context keys", "SAML role permissions policies".
    """
    session = context.asking.caller.session
    if session is None:
        return None
    _, is_oidc, url = session.federated_provider.partition(OIDC_PROVIDER)
    if not is_oidc:  # asked first: the address of an OpenID provider may hold the word for one of SAML
        return _saml_keys(session).get(key) if SAML_PROVIDER in session.federated_provider else None
    issuer, _, claim = key.rpartition(":")
    if issuer != url.lower():
        return None
    return {"aud": session.federated_audience, "sub": session.federated_subject}.get(claim)


def _saml_keys(session: Session) -> Mapping[str, str]:
    return {
        "saml:sub": session.federated_subject,
        "saml:sub_type": session.federated_subject_type,
        "saml:namequalifier": session.federated_name_qualifier,
    }


def _tag_keys(context: RequestContext) -> tuple[str, ...] | None:
    named = context.asking.parameters.get("tag_keys")
    return tuple(named or context.request_tags()) or None


def organization_id(directory: Directory, account: str) -> str | None:
    """Give the id of the organization that an account belongs to; nobody's account, and AWS's, belong to none.

    Raises Miss.
    """
    found = directory.organization(account) if account.isdecimal() else None
    return found.id if found else None


def organization_paths(directory: Directory, account: str) -> tuple[str, ...] | None:
    """Give an account's path, without the account: with a slash at its end, and one of one.

    Raises Miss.   Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalOrgPaths.
    """
    found = organization_id(directory, account)
    return None if found is None else ("/".join((found, *directory.place(account), "")),)


def _principals(tell: Callable[[Directory, str], T]) -> Callable[[RequestContext], T]:
    return lambda context: tell(context.asking.directory, context.asking.caller.account)


def _resources(tell: Callable[[Directory, str], T]) -> Callable[[RequestContext], T]:
    return lambda context: tell(context.asking.directory, context.target.account)


GLOBAL_KEYS: dict[str, Callable[[RequestContext], ContextValue]] = {
    "aws:currenttime": lambda context: iso8601(context.asking.now),
    "aws:epochtime": lambda context: str(int(context.asking.now)),
    "aws:federatedprovider": _provider,
    "aws:multifactorauthage": _mfa_age,
    "aws:multifactorauthpresent": _mfa_present,
    "aws:principalaccount": lambda context: context.asking.caller.account or None,
    "aws:principalarn": _principal_arn,
    "aws:principalisawsservice": lambda context: "false" if context.asking.caller.account else None,
    "aws:principalorgid": _principals(organization_id),
    "aws:principalorgpaths": _principals(organization_paths),
    "aws:principaltype": lambda context: context.asking.caller.principal.type.value,
    "aws:requestedregion": lambda context: context.connection.region or None,
    "aws:resourceaccount": lambda context: context.target.account or None,
    "aws:resourceorgid": _resources(organization_id),
    "aws:resourceorgpaths": _resources(organization_paths),
    "aws:securetransport": lambda context: "true" if context.connection.secure else "false",
    "aws:sourceidentity": _source_identity,
    "aws:sourceip": lambda context: context.connection.source_ip or None,
    "aws:tagkeys": _tag_keys,
    "aws:tokenissuetime": _token_issue_time,
    "aws:useragent": lambda context: context.connection.user_agent,
    "aws:userid": lambda context: context.asking.caller.principal.user_id,
    "aws:username": _user_name,
    "aws:viaawsservice": lambda _: "false",
}

TAG_KEYS: dict[str, Callable[[RequestContext], Mapping[str, str]]] = {
    "aws:principaltag": lambda context: context.principal_tags,
    "aws:requesttag": RequestContext.request_tags,
    "aws:resourcetag": lambda context: context.target.tags(),
    "iam:resourcetag": lambda context: context.target.tags(),
}
