"""One account: clients are made once, and anew before their session ends."""

from __future__ import annotations

import botocore.session
import pytest

from watchword.rotation.access import Calls, Member, Unreachable
from watchword.rotation.access.member import EARLY, SESSION
from watchword.rotation.access.signing_in import Clients, SignedIn
from watchword.rotation.rules import Aws
from watchword.rotation.seen import Account


def test_clients_are_kept_until_the_session_is_near_its_end() -> None:
    at = [0.0]
    signed_in: list[str] = []

    def sign_in() -> SignedIn:
        if len(signed_in) == 2:
            raise Unreachable("111122223333", "AssumeRole: AccessDenied: no")
        signed_in.append(f"AKIA{len(signed_in)}")
        return SignedIn(signed_in[-1], "secret")

    clients = Clients(botocore.session.Session(), Aws(endpoint_url="http://there", region="eu-west-1"))
    member = Member(
        Account("111122223333"), "aws", Calls(), clients, lambda: 5.0, sign_in, lambda: "arn", lambda: at[0]
    )
    first = member.iam
    assert member.iam is first
    assert member.secrets() is member.secrets("eu-west-1") is not member.secrets("eu-central-1")
    assert (member.now(), member.region, member.principal, member.skew) == (5.0, "eu-west-1", "arn", None)
    at[0] = SESSION - EARLY
    assert member.iam is not first
    assert signed_in == ["AKIA0", "AKIA1"]
    at[0] *= 2
    with pytest.raises(Unreachable, match="account 111122223333 cannot be reached: AssumeRole: AccessDenied: no"):
        _ = member.iam


def test_no_credential_shows() -> None:
    assert "secret" not in repr(SignedIn("AKIA", "secret", "secret token"))
