"""Whom a credential speaks for."""

from __future__ import annotations

from msgspec.structs import replace

from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.crypto.tokens import Session
from watchword.domain.arn import iam_arn
from watchword.domain.principal import Principal, PrincipalType
from watchword.services.directory import Directory


def root(account: str) -> Principal:
    """The principal of an account's root."""
    arn = iam_arn(account, "root")
    return Principal(PrincipalType.ROOT, account, arn, account, account, arn)


def principal_of(session: Session, directory: Directory) -> Principal:
    """Give the principal that a session acts as, under the name that its user or role bears now.

    Raises InvalidClientTokenId when that user or role is gone, Miss.
    """
    if session.unique_id == session.account:  # root's own, or a user that root federated
        return session.principal()
    is_role = session.type is PrincipalType.ASSUMED_ROLE
    known = directory.role(session.unique_id) if is_role else directory.user(session.unique_id)
    if known is None:
        raise InvalidClientTokenId
    if known.arn != session.issuer_arn:
        name = known.name if session.type is PrincipalType.USER else session.name
        session = replace(session, issuer_arn=known.arn, name=name)
    return session.principal()
