"""What conditions can ask of whom an OpenID provider vouches for, and later of the session that it got."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.edge.asked import ACCOUNT, ROLE_ARN, asking, declared, holder, session
from watchword.domain.arn import iam_arn
from watchword.domain.principal import Principal, PrincipalType
from watchword.services.deciding.context import Connection, RequestContext
from watchword.services.operation import Caller, Target

PROVIDER = iam_arn(ACCOUNT, "oidc-provider/issuer.example:8443/Realm/")
CONNECTION = Connection("192.0.2.7", None, secure=True, region="")
ANN = Caller(Principal(PrincipalType.WEB_IDENTITY_USER, "", PROVIDER, f"{PROVIDER}:app:ann", "", PROVIDER, "ann"), "")


def context(caller: Caller, target: Target | None = None) -> Any:
    return RequestContext(CONNECTION, asking(caller), declared(), target or Target(ROLE_ARN, ACCOUNT), {})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:federatedprovider", PROVIDER),
        ("aws:principaltype", "WebIdentityUser"),
        ("aws:userid", f"{PROVIDER}:app:ann"),
        ("aws:principalaccount", None),
        ("aws:principalarn", None),
        ("aws:username", None),
        ("aws:tokenissuetime", None),
        ("issuer.example:8443/realm/:sub", None),
    ],
)
def test_somebody_with_a_token(key: str, value: str | None) -> None:
    assert context(ANN)(key) == value


def test_what_the_token_says_comes_with_the_target() -> None:
    target = Target(
        ROLE_ARN,
        ACCOUNT,
        keys=lambda: {"issuer.example:8443/realm/:sub": "ann", "issuer.example:8443/realm/:amr": ("pwd", "otp")},
        request_tags=lambda: {"Team": "blue"},
    )
    asked = context(ANN, target)
    assert asked("issuer.example:8443/realm/:sub") == "ann"
    assert asked("issuer.example:8443/realm/:amr") == ("pwd", "otp")
    assert asked("aws:requesttag/team") == "blue"
    assert asked("aws:tagkeys") == ("Team",)
    assert asked("nonsense/realm/:sub") is None


def test_the_session_tells_who_vouched_for_it() -> None:
    given = session(federated_provider=PROVIDER, federated_audience="app", federated_subject="ann")
    asked = context(holder(given))
    assert asked("aws:federatedprovider") == PROVIDER
    assert asked("issuer.example:8443/realm/:aud") == "app"
    assert asked("issuer.example:8443/realm/:sub") == "ann"
    for other in (
        "issuer.example:8443/realm:sub",
        "other.example:sub",
        "issuer.example:8443/realm/:amr",
        ":sub",
        "sub",
    ):
        assert asked(other) is None


def test_other_sessions_have_no_provider() -> None:
    asked = context(holder(session()))
    assert asked("aws:federatedprovider") is None
    assert asked(":sub") is None
    assert asked("sub") is None


def test_an_openid_provider_is_not_taken_for_one_of_saml_by_its_path() -> None:
    sly = iam_arn(ACCOUNT, "oidc-provider/issuer.example/x:saml-provider/Corp")
    asked = context(holder(session(federated_provider=sly, federated_subject="boss")))
    assert asked("saml:sub") is None
    assert asked("issuer.example/x:saml-provider/corp:sub") == "boss"
