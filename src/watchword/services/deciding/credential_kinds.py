"""What temporary credentials may not do, whatever their policies say.

Source: IAM User Guide, "Compare AWS STS credentials"; STS API, GetSessionToken and GetFederationToken.
"""

from __future__ import annotations

from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.crypto.tokens import Session
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import AccessDenied
from watchword.services.operation import Caller, Operation

OPEN_TO_SESSION_TOKENS = {"assume_role", "get_caller_identity"}
OPEN_TO_FEDERATED_USERS = {"get_caller_identity"}
EXPLAINED_BY_OPERATION = {"get_session_token", "get_federation_token"}
"""These two refuse session credentials in words of their own."""


def _is_for_a_task(session: Session) -> bool:
    """Whether AssumeRoot gave it: its task policy is all that limits it, and no other session of root has one."""
    return session.type is PrincipalType.ROOT and bool(session.policy_arns)


def check_credential_kind(caller: Caller, operation: Operation) -> None:
    """Refuse what this kind of credential cannot be used for.

    Raises InvalidClientTokenId for IAM, AccessDenied for STS.
    """
    session = caller.session
    if session is None or caller.principal.type is PrincipalType.ASSUMED_ROLE or _is_for_a_task(session):
        return
    federated = caller.principal.type is PrincipalType.FEDERATED_USER
    if operation.service == "iam" and (federated or not session.mfa_at):
        raise InvalidClientTokenId
    if operation.service != "sts" or operation.function in EXPLAINED_BY_OPERATION:
        return
    if operation.function not in (OPEN_TO_FEDERATED_USERS if federated else OPEN_TO_SESSION_TOKENS):
        raise AccessDenied(message="Cannot call this operation with session credentials")
