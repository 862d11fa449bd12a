"""GetWebIdentityToken: verified as a stranger would, by discovery, keys and claims alone."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import urlopen

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from tests.support.accounts import allowing
from tests.support.authority import Authority
from tests.support.refusals import refused

AUDIENCE = "https://api.example"
NAMESPACE = "https://sts.amazonaws.com/"


def read(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:
        assert answer.headers["content-type"] == "application/json"
        return json.load(answer)


def verified(issuer: str, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Verify a token with nothing but its issuer's URL."""
    described = read(f"{issuer}/.well-known/openid-configuration")
    assert described["issuer"] == issuer
    keys = KeySet.import_key_set(read(described["jwks_uri"]))
    found = jwt.decode(token, keys, algorithms=described["id_token_signing_alg_values_supported"])
    return found.header, found.claims


@pytest.fixture
def issuer(iam: Any) -> str:
    return str(iam.enable_outbound_web_identity_federation()["IssuerIdentifier"])


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_a_token_is_verified_elsewhere(authority: Authority, iam: Any, issuer: str, algorithm: str) -> None:
    assert issuer.startswith(authority.endpoint)
    iam.create_user(UserName="ann", Tags=[{"Key": "team", "Value": "blue"}])
    iam.put_user_policy(
        UserName="ann",
        PolicyName="own",
        PolicyDocument=allowing(["sts:GetWebIdentityToken", "sts:TagGetWebIdentityToken"]),
    )
    ann = authority.of("sts", iam.create_access_key(UserName="ann")["AccessKey"])
    told = ann.get_web_identity_token(
        Audience=[AUDIENCE], SigningAlgorithm=algorithm, Tags=[{"Key": "job", "Value": "7"}], DurationSeconds=60
    )
    header, claims = verified(issuer, told["WebIdentityToken"])
    assert header["alg"] == algorithm
    assert (claims["iss"], claims["aud"]) == (issuer, AUDIENCE)
    assert claims["sub"] == f"arn:aws:iam::{authority.account_id}:user/ann"
    assert claims["exp"] - claims["iat"] == 60
    assert claims["exp"] == int(told["Expiration"].timestamp())
    assert claims[NAMESPACE] == {
        "aws_account": authority.account_id,
        "principal_tags": {"team": "blue"},
        "request_tags": {"job": "7"},
    }


def test_a_changed_token_is_not_verified(sts: Any, issuer: str) -> None:
    token = sts.get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm="ES384")["WebIdentityToken"]
    header, payload, signature = token.split(".")
    with pytest.raises(BadSignatureError):
        verified(issuer, f"{header}.{payload[:-2]}AA.{signature}")


def test_it_must_be_enabled_and_is_once(iam: Any, sts: Any) -> None:
    def ask() -> Any:
        return sts.get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm="ES384")["WebIdentityToken"]

    with refused("OutboundWebIdentityFederationDisabledException", status=403):
        ask()
    with refused("FeatureDisabled", status=404):
        iam.get_outbound_web_identity_federation_info()
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    with refused("FeatureEnabled", status=409):
        iam.enable_outbound_web_identity_federation()
    token = ask()
    iam.disable_outbound_web_identity_federation()
    with refused("FeatureDisabled", status=404):
        iam.disable_outbound_web_identity_federation()
    with refused("OutboundWebIdentityFederationDisabledException"):
        ask()
    verified(issuer, token)  # what was given stays good
    assert iam.enable_outbound_web_identity_federation()["IssuerIdentifier"] == issuer


def test_a_token_never_outlives_the_session_it_is_got_with(authority: Authority, sts: Any, issuer: str) -> None:
    guest = sts.get_session_token(DurationSeconds=900)["Credentials"]
    assert issuer
    with refused("AccessDenied"):  # AWS: these credentials call nothing of STS but two operations
        authority.of("sts", guest).get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm="ES384")


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": AUDIENCE}}, True),
        ({"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": "https://other.example"}}, False),
        ({"StringEquals": {"sts:SigningAlgorithm": "ES384"}}, True),
        ({"NumericLessThanEquals": {"sts:DurationSeconds": "299"}}, False),
    ],
)
def test_policies_limit_audience_algorithm_and_time(
    authority: Authority, iam: Any, issuer: str, condition: Any, *, allowed: bool
) -> None:
    assert issuer
    policy = json.loads(allowing("sts:GetWebIdentityToken"))
    policy["Statement"][0]["Condition"] = condition
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(policy))
    ann = authority.of("sts", iam.create_access_key(UserName="ann")["AccessKey"])
    asked: dict[str, Any] = {"Audience": [AUDIENCE], "SigningAlgorithm": "ES384"}  # for 300 seconds, unsaid
    if allowed:
        ann.get_web_identity_token(**asked)
        return
    with refused("AccessDenied"):
        ann.get_web_identity_token(**asked)


def test_unknown_algorithms_and_issuers_are_refused(authority: Authority, sts: Any, issuer: str) -> None:
    assert issuer
    for algorithm in ("HS256", "none0", "rs256"):
        with refused("ValidationError"):
            sts.get_web_identity_token(Audience=[AUDIENCE], SigningAlgorithm=algorithm)
    for path in ("", "/x", "/x/.well-known/jwks.json", "/../health", f"/{issuer.rpartition('/')[2]}/secret"):
        with pytest.raises(OSError, match="404"):
            urlopen(f"{authority.endpoint}/federation/{path.lstrip('/')}", timeout=10)
