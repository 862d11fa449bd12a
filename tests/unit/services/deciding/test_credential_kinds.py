"""What each kind of credential opens, whatever its policies say."""

from __future__ import annotations

import pytest

from tests.unit.edge.asked import ANN, declared, holder, session
from watchword.crypto.sigv4.refusals import InvalidClientTokenId
from watchword.domain.principal import PrincipalType
from watchword.domain.refusal import AccessDenied, Refusal
from watchword.services.deciding.credential_kinds import check_credential_kind
from watchword.services.operation import Caller

KEY, ROLE = ANN, holder(session())
USER = holder(session(PrincipalType.USER, name="ann"))
WITH_MFA = holder(session(PrincipalType.USER, name="ann", mfa_at=1_700_000_000))
GUEST = holder(session(PrincipalType.FEDERATED_USER, name="guest"))
IAM, WHO, ASSUME = ("iam", "list_users"), ("sts", "get_caller_identity"), ("sts", "assume_role")
INFO, TOKEN, OWN = ("sts", "get_access_key_info"), ("sts", "get_session_token"), ("watchword", "get_server_information")


@pytest.mark.parametrize(
    ("caller", "asked", "refusal"),
    [
        *((caller, asked, None) for caller in (KEY, ROLE) for asked in (IAM, WHO, ASSUME, INFO, TOKEN, OWN)),
        (USER, IAM, InvalidClientTokenId),
        (USER, WHO, None),
        (USER, ASSUME, None),
        (USER, INFO, AccessDenied),
        (USER, TOKEN, None),  # refuses in words of its own
        (USER, OWN, None),
        (WITH_MFA, IAM, None),
        (WITH_MFA, ASSUME, None),
        (WITH_MFA, INFO, AccessDenied),
        (GUEST, IAM, InvalidClientTokenId),
        (GUEST, WHO, None),
        (GUEST, ASSUME, AccessDenied),
        (GUEST, INFO, AccessDenied),
        (GUEST, OWN, None),
    ],
)
def test_what_a_credential_opens(caller: Caller, asked: tuple[str, str], refusal: type[Refusal] | None) -> None:
    operation = declared(*asked)
    if refusal is None:
        check_credential_kind(caller, operation)
        return
    with pytest.raises(refusal):
        check_credential_kind(caller, operation)
